"""The helpdesk's admin: the product's own sign-in, open to the helpdesk alone."""

from functools import partial
from typing import Any, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver
from django.utils.functional import SimpleLazyObject

from accounts.models import SecondFactorReset, User
from accounts.queries import may_administer
from approvals.queries import number_waiting_for
from notifications.models import MailState, OutgoingMail

MOST_COUNTED = 1000


class HelpdeskAdminSite(AdminSite):
    site_header = settings.SERVICE_NAME
    site_title = "Helpdesk"
    index_title = "Helpdesk"
    site_url = "/home/"
    # Half of the page of a list; the first page, which every page leads to, has the same links.
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return may_administer(request.user)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Made where a page shows it: the page of a list does not, and it costs a tenth of that."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """There is one sign-in, the product's own; who gets here has gone through it."""
        return redirect("admin:index")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """With the search for a person, and what waits for the helpdesk."""
        given_up = OutgoingMail.objects.filter(state=MailState.FAILED).order_by("-pk")
        waits = {
            "resets": SecondFactorReset.objects.waiting().count(),
            "given_up": given_up[:MOST_COUNTED].count(),
            "failed": MailState.FAILED.value,
            "decisions": number_waiting_for(cast(User, request.user)),
        }
        return super().index(request, {**waits, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without a form of the admin's own for passwords: they change on the product's pages."""
        return [
            url
            for url in super().get_urls()
            if getattr(url, "name", None) not in ("password_change", "password_change_done")
        ]
