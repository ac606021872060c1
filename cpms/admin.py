"""The helpdesk's admin: the product's own sign-in, open to the helpdesk alone."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

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
