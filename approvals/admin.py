from typing import ClassVar

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

from approvals.models import AccessRequest, Decision, Item, Stage
from approvals.routes.admin import RouteAdmin  # noqa: F401 - registers itself
from core.admin import PersonalAdmin


class StageInline(admin.TabularInline):
    model = Stage
    fields = ("position", "decider", "is_current", "due_at")
    readonly_fields = fields
    can_delete = False
    extra = 0
    max_num = 0


@admin.register(Item)
class ItemAdmin(PersonalAdmin):
    list_display = ("person", "describe", "status", "submitted_at")
    list_filter = ("status", "capability")
    list_select_related = ("person", *Item.SCOPE_RELATIONS)
    search_fields = ("person__email", "person__surname")
    ordering = ("-pk",)
    show_full_result_count = False
    inlines: ClassVar[list[type[InlineModelAdmin]]] = [StageInline]


@admin.register(AccessRequest)
class AccessRequestAdmin(PersonalAdmin):
    list_display = ("person", "from_where", "submitted_at")
    list_select_related = ("person", "organisation")
    search_fields = ("person__email", "person__surname")
    ordering = ("-pk",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessRequest]:
        return super().get_queryset(request).prefetch_related("regions")


@admin.register(Decision)
class DecisionAdmin(PersonalAdmin):
    list_display = ("at", "item", "outcome", "by", "reason")
    list_filter = ("outcome",)
    list_select_related = ("by", "item__person", *(f"item__{one}" for one in Item.SCOPE_RELATIONS))
    search_fields = ("person__email", "by__email")
    ordering = ("-pk",)
    show_full_result_count = False
