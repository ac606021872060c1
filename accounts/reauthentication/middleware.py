from collections.abc import Callable
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from accounts.reauthentication.forms import PROOF, ProofForm
from accounts.reauthentication.proof import prove_by_password

AGAIN = "account_reauthenticate"


class ReauthenticationMiddleware:
    """Asks for the password where a view says that it is needed.

    What was sent stands hidden in the page that asks, which sends it again, to the same address,
    with the password: so nothing is done that the view and the checks before it do not see.
    Stands after the middleware that decides who may open a view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Look at the password that came with what was kept."""
        match = request.resolver_match
        if request.method != "POST" or (match and match.view_name == AGAIN):
            return
        if request.user.is_authenticated and (typed := request.POST.get(PROOF)):
            request.proof_refusal = prove_by_password(  # type: ignore[attr-defined]
                request, request.user, typed
            )

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page that asks; allauth's own views raise the same exception, without words."""
        if not isinstance(error, ReauthenticationRequired) or not request.user.is_authenticated:
            return None
        if request.headers.get("HX-Request"):
            # A fragment must not hold the page.
            return HttpResponseClientRedirect(reverse(AGAIN))
        if request.method != "POST":
            return redirect(f"{reverse(AGAIN)}?{urlencode({'next': request.get_full_path()})}")
        form = ProofForm(
            request.POST if PROOF in request.POST else None,
            kept=request.POST,
            back_to=getattr(error, "back_to", reverse("home")),
            refusal=getattr(request, "proof_refusal", None) or "",
        )
        context = {"form": form, "about": getattr(error, "about", "")}
        return render(request, "account/reauthenticate.html", context)
