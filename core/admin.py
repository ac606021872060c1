from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from core.looking import note_look
from core.models import AuditEvent


class ReadOnlyAdmin(admin.ModelAdmin):
    """History: the helpdesk reads it, nobody changes it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PersonalAdmin(ReadOnlyAdmin):
    """Of rows that are about a person: that the helpdesk opened one is recorded for that person."""

    def person_shown(self, obj: Any) -> Model | None:
        """Whose details the row's page shows; None for who has no account yet."""
        return obj.person

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        note_look(
            request,
            subject=self.person_shown(obj),
            page=self.opts.label_lower,
            target=obj,
            role=lambda: "Helpdesk",
        )
        return super().render_change_form(request, context, add, change, form_url, obj)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "event", "actor", "subject", "target", "reference")
    list_filter = ("event",)
    list_select_related = ("actor", "subject")
    search_fields = ("actor__email", "subject__email", "target", "reference")
    ordering = ("-pk",)
    show_full_result_count = False
