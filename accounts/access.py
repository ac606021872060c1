"""Every view says who may open it; what says nothing is refused by the middleware."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
Rule = Callable[[Any], str | None]


def requires(rule: Rule) -> Callable[[View], View]:
    """Mark a view with the rule that opens it: rule(user) gives None, or the refusal in words."""

    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return mark
