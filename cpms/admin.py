"""The helpdesk's admin: the product's own sign-in, open to the helpdesk alone."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver

from accounts.queries import may_administer


class HelpdeskAdminSite(AdminSite):
    site_header = settings.SERVICE_NAME
    site_title = "Helpdesk"
    index_title = "Helpdesk"
    site_url = "/home/"

    def has_permission(self, request: HttpRequest) -> bool:
        return may_administer(request.user)

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """There is one sign-in, the product's own; who gets here has gone through it."""
        return redirect("admin:index")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without a form of the admin's own for passwords: they change on the product's pages."""
        return [
            url
            for url in super().get_urls()
            if getattr(url, "name", None) not in ("password_change", "password_change_done")
        ]
