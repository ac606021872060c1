from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from core import audit
from core.audit_export import asked_for, lines_of, link_to, listed
from core.audit_search import (
    MOST_PEOPLE,
    MOST_SHOWN,
    CappedPaginator,
    EventFilter,
    events_about,
    people_like,
)
from core.event_words import in_words
from core.looking import note_look
from core.models import AuditEvent, UnsealedEvent
from core.sealing.head import current_head
from core.spreadsheets import csv_response


class ReadOnlyAdmin(admin.ModelAdmin):
    """History: the helpdesk reads it, nobody changes it."""

    # Rows are most of what a list costs; who looks for one searches.
    list_per_page = 20

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
    """The audit trail, searched by parts of addresses, by target and by reference."""

    list_display = ("moment", "words", "by", "about", "target", "details_in_words", "reference")
    list_display_links = ("moment",)
    list_filter = (EventFilter,)
    list_select_related = ("actor", "subject")
    # Says that there is a search; `get_search_results` is how.
    search_fields = ("target",)
    search_help_text = "Part of an email address, target (accounts.user:17) or reference"
    ordering = ("-at", "-pk")
    paginator = CappedPaginator
    show_full_result_count = False
    # Each would be a count over all of it.
    show_facets = admin.ShowFacets.NEVER
    fields = (
        "moment",
        "words",
        "event",
        "by",
        "about",
        "target",
        "details_in_words",
        "reference",
        "position",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        return super().get_queryset(request).select_related("actor", "subject", "seal")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        term = search_term.replace("\0", "").strip()
        if not term:
            return queryset, False
        people = people_like(term)
        if len(people) > MOST_PEOPLE:
            text = f"More than {MOST_PEOPLE} addresses have “{term}”: type more of it."
            self.message_user(request, text, messages.WARNING)
        return queryset.filter(pk__in=events_about(term, people[:MOST_PEOPLE])), False

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(require_POST(self.export))
        return [path("export/", export, name="core_auditevent_export"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "head": current_head(),
            "waiting": UnsealedEvent.objects.order_by()[:MOST_SHOWN].count(),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """All that the list's filters fit, as CSV; that it was asked for is recorded first."""
        try:
            found = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect("admin:core_auditevent_changelist")
        audit.record(
            "audit.exported",
            by=cast(Model, request.user),
            target=cast(Model, request.user),
            **asked_for(request),
        )
        name = f"audit-{timezone.localdate():%Y-%m-%d}.csv"
        return csv_response(name, lines_of(found))

    @admin.display(description="when", ordering="at")
    def moment(self, event: AuditEvent) -> str:
        return date_format(timezone.localtime(event.at), "j F Y, H:i:s")

    @admin.display(description="what happened")
    def words(self, event: AuditEvent) -> str:
        return in_words(event.event)

    @admin.display(description="by")
    def by(self, event: AuditEvent) -> str:
        return link_to(event.actor) if event.actor else "The service"

    @admin.display(description="about")
    def about(self, event: AuditEvent) -> str:
        return link_to(event.subject) if event.subject else ""

    @admin.display(description="details")
    def details_in_words(self, event: AuditEvent) -> str:
        """E.g. 'state: closed; number: 3'."""
        pairs = event.details.items() if isinstance(event.details, dict) else ()
        return "; ".join(f"{name.replace('_', ' ')}: {listed(value)}" for name, value in pairs)

    @admin.display(description="position in the sealed trail")
    def position(self, event: AuditEvent) -> str:
        return str(event.seal.position) if hasattr(event, "seal") else "Not sealed yet"
