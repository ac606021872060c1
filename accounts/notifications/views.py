from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, requires
from accounts.notifications.forms import ReadForm, SettingsForm
from accounts.rules import signed_in
from notifications.queries import mailed_to, notifications_of
from notifications.services import choose_mails, mark_all_read, mark_read


@requires(signed_in)
@require_safe
@never_cache
def notifications(request: SignedInRequest) -> HttpResponse:
    """What the person has been told, the unread first (CQRS-09)."""
    page = Paginator(notifications_of(request.user), 25).get_page(request.GET.get("page"))
    form = ReadForm(initial={"up_to": max((told.pk for told in page), default=0)})
    return render(request, "account/notifications.html", {"page": page, "form": form})


@requires(signed_in)
@require_safe
@never_cache
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """On to the page that a notification is about; it counts as read then."""
    notification = get_object_or_404(notifications_of(request.user), pk=pk)
    if request.method == "GET":
        mark_read(notification)
    return HttpResponseRedirect(notification.address)


@requires(signed_in)
@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    """What stood on the page when it was shown."""
    form = ReadForm(request.POST)
    if form.is_valid():
        mark_all_read(by=request.user, up_to=form.cleaned_data["up_to"])
        messages.success(request, "All notifications are marked as read.")
    return redirect("notifications")


@requires(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def settings(request: SignedInRequest) -> HttpResponse:
    """Whether notifications are mailed too (CQRS-19)."""
    data = request.POST if request.method == "POST" else None
    form = SettingsForm(data, initial={"by_mail": mailed_to(request.user)})
    if form.is_valid():
        choose_mails(by=request.user, by_mail=form.cleaned_data["by_mail"])
        messages.success(request, "Your notification settings are saved.")
        return redirect("your_account")
    return render(request, "account/notification_settings.html", {"form": form})
