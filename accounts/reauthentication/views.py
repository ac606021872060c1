from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, requires
from accounts.reauthentication.forms import PROOF, ProofForm
from accounts.reauthentication.proof import prove_by_password
from accounts.rules import signed_in


@requires(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters(PROOF)
@never_cache
def log_in_again(request: SignedInRequest) -> HttpResponse:
    """The password again, before a page that shows or changes what is secret."""
    onwards = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onwards, request.get_host(), request.is_secure()):
        onwards = reverse("home")
    form = ProofForm(request.POST if request.method == "POST" else None, back_to=reverse("home"))
    if form.is_valid():
        refusal = prove_by_password(request, request.user, form.cleaned_data[PROOF])
        if not refusal:
            return redirect(onwards)
        form.add_error(PROOF, refusal)
    return render(request, "account/reauthenticate.html", {"form": form, "onwards": onwards})
