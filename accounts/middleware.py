from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.gates import ALWAYS_OPEN, closed_gate
from accounts.rules import helpdesk
from accounts.sessions.returning import lead_to, lead_to_login


class DenyByDefaultMiddleware(LoginRequiredMiddleware):
    """Refuses every view to who is not signed in and allowed by the view's own rule.

    Views marked `login_not_required` are open; a view without a rule is open to nobody.
    The admin as a whole belongs to the helpdesk. Who stands before a closed gate is sent to it.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        in_admin = match is not None and match.app_names[:1] == ["admin"]
        if not in_admin and not getattr(view_func, "login_required", True):
            return None
        # The one place where who asks is known by anything but a session.
        check = getattr(view_func, "token_check", None)
        if check and (refused := check(request)):
            return refused
        if not request.user.is_authenticated:
            return lead_to_login(request)
        gate = closed_gate(request.user)
        if gate and (match is None or match.view_name not in ALWAYS_OPEN.union(gate.pages)):
            return lead_to(gate.page, request, why=gate.why, then=gate.then)
        rule = helpdesk if in_admin else getattr(view_func, "access_rule", None)
        refusal = rule(request.user) if rule else "This page is not open to anyone."
        if refusal:
            raise PermissionDenied(refusal)
        return None
