from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from approvals.helpdesk.admin import HelpdeskUserAdmin  # noqa: F401 - registers itself
from approvals.models import AccessRequest, Decision, Item
from approvals.organisations.admin import ClosingOrganisationAdmin  # noqa: F401 - the same
from approvals.routes.admin import RouteAdmin  # noqa: F401 - registers itself
from core.admin import PersonalAdmin
from core.audit_search import CappedPaginator


@admin.register(AccessRequest)
class AccessRequestAdmin(PersonalAdmin):
    list_display = ("person", "from_where", "submitted_at")
    list_select_related = ("person", "organisation")
    search_fields = ("person__email", "person__surname")
    ordering = ("-pk",)
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessRequest]:
        return super().get_queryset(request).prefetch_related("regions")


@admin.register(Decision)
class DecisionAdmin(PersonalAdmin):
    list_display = ("at", "item", "outcome", "by", "reason")
    list_filter = ("outcome",)
    list_select_related = ("by", "item__person", *(f"item__{one}" for one in Item.SCOPE_RELATIONS))
    search_fields = ("person__email", "person__surname")
    ordering = ("-pk",)
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
