from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, requires
from accounts.reauthentication.proof import require_proof
from availability.exports.tokens.forms import TokenForm
from availability.exports.tokens.queries import live_tokens
from availability.exports.tokens.services import make_token, revoke_token
from availability.rules import may_search_in_own_name
from core.errors import DomainError


@requires(may_search_in_own_name)
@require_safe
@never_cache
def tokens(request: SignedInRequest) -> HttpResponse:
    """One's own tokens that work."""
    context = {"tokens": live_tokens(request.user)}
    return render(request, "availability/exports/tokens.html", context)


@requires(may_search_in_own_name)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_token(request: SignedInRequest) -> HttpResponse:
    """Make a token; its text is shown once, in the answer."""
    require_proof(request, about="make a token", back_to=reverse("availability:tokens"))
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            text = make_token(by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("name", str(refusal))
        else:
            context = {"text": text, "name": form.cleaned_data["name"]}
            return render(request, "availability/exports/token_made.html", context)
    return render(request, "availability/exports/new_token.html", {"form": form})


@requires(may_search_in_own_name)
@require_POST
@never_cache
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one's own token at once."""
    token = get_object_or_404(live_tokens(request.user), pk=pk)
    if revoke_token(token=token, by=request.user):
        messages.success(request, f"The token “{token.name}” works no more.")
    return redirect("availability:tokens")
