from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from accounts.gates import ALWAYS_OPEN, Gate, closed_gate
from accounts.rules import helpdesk
from accounts.sessions.returning import lead_to_login


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
        if not request.user.is_authenticated:
            return lead_to_login(request)
        gate = closed_gate(request.user)
        if gate and (match is None or match.view_name not in ALWAYS_OPEN.union(gate.pages)):
            return self.send_to(gate, request)
        rule = helpdesk if in_admin else getattr(view_func, "access_rule", None)
        refusal = rule(request.user) if rule else "This page is not open to anyone."
        if refusal:
            raise PermissionDenied(refusal)
        return None

    def send_to(self, gate: Gate, request: HttpRequest) -> HttpResponse:
        """What the gate asks for comes first."""
        page = reverse(gate.page)
        if request.headers.get("HX-Request"):
            # A fragment must not hold the page.
            response: HttpResponse = HttpResponseClientRedirect(page)
        elif request.method in ("GET", "HEAD"):
            return redirect(page + "?" + urlencode({"next": request.get_full_path()}))
        else:
            response = redirect(page)
        if request.method not in ("GET", "HEAD"):
            messages.warning(request, gate.lost)
        return response
