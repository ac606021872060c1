"""How the helpdesk finds events among millions: each way through an index of its own."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from core.event_words import WORDS
from core.models import AuditEvent

MOST_PEOPLE = 200
MOST_SHOWN = 2000


def people_like(term: str) -> list[int]:
    """The ids of people whose address has the term in it; one more than MOST_PEOPLE at most.

    Whose whole address it is, is alone.
    """
    everybody = get_user_model()._default_manager.order_by("pk").values_list("pk", flat=True)
    whole = list(everybody.filter(email=term.lower()))
    return whole or list(everybody.filter(email__icontains=term)[: MOST_PEOPLE + 1])


def events_about(term: str, people: list[int]) -> QuerySet[Any]:
    """Ids of events by or about these people, on that target, of that reference."""
    every = AuditEvent.objects.order_by()
    ways = [
        every.filter(actor__in=people),
        every.filter(subject__in=people),
        every.filter(target=term.lower()),
        every.filter(reference=term.upper()),
    ]
    first, *others = (way.values("pk") for way in ways)
    return first.union(*others)


class CappedPaginator(Paginator):
    """Counts no further than what is shown: the newest 2,000. Who needs more narrows or exports."""

    @cached_property
    def count(self) -> int:
        return int(self.object_list.order_by()[:MOST_SHOWN].count())  # type: ignore[attr-defined]


DAYS = ("from", "to")


class EventFilter(admin.ListFilter):
    """By what happened, in words, and from one day to another, both included, in one form."""

    names = ("event", *DAYS)
    title = "what happened, and when"
    template = "admin/core/auditevent/filter.html"

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.names:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def expected_parameters(self) -> list[str | None]:
        return [*self.names]

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        kept = {name: v for name, v in changelist.params.items() if name not in (*self.names, "p")}
        if changelist.query:
            kept["q"] = changelist.query
        yield {
            "kept": kept,
            "event": self.used_parameters.get("event", ""),
            "events": sorted(WORDS.items(), key=lambda pair: pair[1]),
            "days": {name: self.used_parameters.get(name, "") for name in DAYS},
        }

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent]
    ) -> QuerySet[AuditEvent]:
        if event := self.used_parameters.get("event"):
            queryset = queryset.filter(event=event)
        if first := self.day("from"):
            queryset = queryset.filter(at__gte=midnight(first))
        if last := self.day("to"):
            queryset = queryset.filter(at__lt=midnight(last + timedelta(days=1)))
        return queryset

    def day(self, name: str) -> date | None:
        """The day that was typed; IncorrectLookupParameters if it is none."""
        text = str(self.used_parameters.get(name, ""))
        try:
            # No trail is older or goes further, and a day more must be one too.
            day = date.fromisoformat(text) if text else None
            if day and not 2000 <= day.year < 2100:
                raise ValueError
        except ValueError as error:
            raise IncorrectLookupParameters(f"{text!r} is not a day.") from error
        return day


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
