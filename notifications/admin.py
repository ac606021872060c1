from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from core.admin import PersonalAdmin
from core.audit_search import MOST_PEOPLE, CappedPaginator, people_like
from core.confirming import Ask, confirm
from notifications.kinds import ALWAYS_MAILED, NOTIFICATIONS, in_words
from notifications.models import MailState, OutgoingMail
from notifications.rules import may_resend
from notifications.services import resend_mail

# Of a search; who has had more is found by the first ones.
MOST_ADDRESSES = 5


class KindFilter(admin.SimpleListFilter):
    """By the kinds that there are; not by going through all mail for them."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = sorted({*ALWAYS_MAILED, *NOTIFICATIONS})
        return [(kind, in_words(kind)) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        kind = self.value()
        return queryset.filter(kind=kind) if kind else queryset


@admin.register(OutgoingMail)
class OutgoingMailAdmin(PersonalAdmin):
    """What was mailed and what could not be; never the text, which may hold a link."""

    list_display = ("queued_at", "kind_in_words", "address", "state", "attempts", "last_error")
    list_filter = ("state", KindFilter)
    search_fields = ("address",)
    search_help_text = "Part of an address; of several, mail to any of them"
    ordering = ("-pk",)
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    readonly_fields = ("kind_in_words",)
    fields = (
        "kind_in_words",
        "address",
        "person",
        "subject",
        "state",
        "queued_at",
        "attempts",
        "next_attempt_at",
        "sent_at",
        "last_error",
    )

    def get_urls(self) -> list[URLPattern]:
        resend = self.admin_site.admin_view(self.resend)
        own = path("<int:pk>/resend/", resend, name="notifications_outgoingmail_resend")
        return [own, *super().get_urls()]

    @admin.display(description="Kind", ordering="kind")
    def kind_in_words(self, mail: OutgoingMail) -> str:
        return in_words(mail.kind)

    def get_fields(self, request: HttpRequest, obj: OutgoingMail | None = None) -> list[Any]:
        """The next attempt only of what waits for one."""
        waits = obj is not None and obj.state == MailState.QUEUED
        return [name for name in self.fields if name != "next_attempt_at" or waits]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[OutgoingMail], search_term: str
    ) -> tuple[QuerySet[OutgoingMail], bool]:
        """Mail to any of the addresses, and to whoever has one, wherever it went."""
        terms = search_term.replace("\0", "").split()[:MOST_ADDRESSES]
        found = Q()
        for term in terms:
            found |= Q(address__icontains=term) | Q(person__in=people_like(term)[:MOST_PEOPLE])
        return queryset.filter(found), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {**(extra_context or {}), "given_up": MailState.FAILED}
        return super().change_view(request, object_id, form_url, context)

    def resend(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Queue it again, if it was given up."""
        mail = get_object_or_404(OutgoingMail, pk=pk)
        ask = Ask(
            title="Send the mail again",
            about=f"{mail.subject}, to {mail.address}",
            text="It is tried again at once, and then as often as a new mail. A link in it may "
            "have run out by now: then let them ask for a new one instead.",
            button="Send again",
            refusal=may_resend(mail),
            verb=lambda by: resend_mail(mail=mail, by=by),
            done="The mail is tried again.",
            back=reverse("admin:notifications_outgoingmail_change", args=[mail.pk]),
        )
        return confirm(request, self.admin_site, ask)
