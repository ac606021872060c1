"""The helpdesk's admin: the product's own sign-in, open to the helpdesk alone."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.queries import may_administer


class HelpdeskAdminSite(AdminSite):
    site_header = settings.SERVICE_NAME
    site_title = "Helpdesk"
    index_title = "Helpdesk"
    site_url = "/home/"

    def has_permission(self, request: HttpRequest) -> bool:
        return may_administer(request.user)

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """Send people to the product's sign-in; who is signed in without the right is refused."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", "/admin/"))
