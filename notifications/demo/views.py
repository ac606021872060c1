from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications.demo.forms import AddressForm
from notifications.demo.inbox import LATEST, latest_mail


@login_not_required
@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """Every mail that the demonstration has sent, for everyone: its people are invented."""
    form = AddressForm(request.GET)
    to = form.cleaned_data["to"] if form.is_valid() else ""
    mails = latest_mail(to=to)
    return render(
        request, "demo/inbox.html", {"form": form, "to": to, "mails": mails, "latest": LATEST}
    )
