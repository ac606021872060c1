"""What every export asks before it answers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, opens_to_tokens, requires
from availability.exports.limits import refuse_too_many
from availability.exports.tokens.authentication import check_token
from availability.rules import may_search_in_own_name

View = Callable[..., HttpResponseBase]


def export(view: View) -> View:
    """A view that hands data out: to who may search, with a session or a token, so often."""

    @wraps(view)
    def limited(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refused = refuse_too_many(request, "export", key=str(request.user.pk))
        return refused or view(request, *args, **kwargs)

    return opens_to_tokens(check_token)(
        requires(may_search_in_own_name)(require_safe(never_cache(limited)))
    )


def is_by_token(request: SignedInRequest) -> bool:
    """Whether a program asks."""
    return getattr(request, "by_token", False)
