"""Reads of beds, wards and what is free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least, Now
from django.http import Http404
from django.utils import timezone

from accounts.queries import Asker, wards_editable_by
from availability.choices import CHOSEN, BedState, EntryOrigin
from availability.conditions import END_BY_THEMSELVES, Condition
from availability.models import Bed, BedEntry, IntakeLimit, WardTotals
from availability.rules import may_undo
from availability.words import Freshness, freshness
from core.statements import Ids, Objects, Row, Statement, later
from organisations.choices import WardKind
from organisations.models import Ward

ONE = later("one", BigIntegerField)
THIS_VISIT = timedelta(hours=1)
SHOWN_WITH_WARD = ("unit__organisation", "service_type__group", "totals")


def current_entries(beds: QuerySet[Bed]) -> QuerySet[BedEntry]:
    """What each of the beds in use is now, with the bed; one query, one index look-up a bed."""
    newest = BedEntry.objects.filter(bed=OuterRef("pk")).order_by("-starts_at").values("pk")[:1]
    in_use = beds.filter(retired_at=None).annotate(newest=Subquery(newest))
    return (
        BedEntry.objects.filter(pk__in=in_use.values("newest"))
        .select_related("bed")
        .order_by("bed__position")
    )


def entries_now(beds: QuerySet[Bed]) -> list[BedEntry]:
    """What each of the beds in use is now, also where time has made it so and nobody written it.

    1 query. An entry that is not written has the id of the one that it follows.
    """
    return [as_it_is(entry) for entry in current_entries(beds).annotate(now=Now())]


def entries_of(ward: Ward) -> list[BedEntry]:
    """The same of one ward, which every page of its board asks."""
    return [as_it_is(entry) for entry in entries_of_one().found({"one": ward.pk})]


@cache
def entries_of_one() -> Objects[BedEntry]:
    """What each of the beds in use of `one` ward was last written to be."""
    return Objects.of(current_entries(Bed.objects.filter(ward=ONE)).annotate(now=Now()))


def as_it_is(entry: Any) -> BedEntry:
    """The entry, or what time has made of it: with `now` by the database's clock."""
    become = Condition.of(entry).at(entry.now)
    if become == Condition.of(entry):
        return entry
    return BedEntry(
        pk=entry.pk,
        bed=entry.bed,
        starts_at=entry.due_at,
        state=become.state,
        **become.details,
        origin=EntryOrigin.TIME,
    )


def counted(ward: Ward, entries: Iterable[BedEntry]) -> WardTotals:
    """The totals of these entries, never saved."""
    kept = totals_of(ward)
    totals = WardTotals(
        ward=ward,
        confirmed_at=kept.confirmed_at,
        can_take=kept.can_take,
        doubted_at=kept.doubted_at,
        doubt=kept.doubt,
    )
    for entry in entries:
        totals.count(Condition.of(entry), +1)
    return totals


def free_now() -> Combinable:
    """Of a ward, how many beds it can take patients in now, as an expression.

    What time has made available counts from its moment on, written or not; beyond what the ward
    says that it can take, nothing does.
    """
    due = due_by(Now(), states=END_BY_THEMSELVES)
    # Written within a minute: so few that they are read once, not ward by ward.
    wards = ArraySubquery(due.filter(bed__ward__totals__next_end_at__lte=Now()).values("bed__ward"))
    places = Func(wards, F("pk"), function="ARRAY_POSITIONS", output_field=Ids())
    return free(Func(places, function="CARDINALITY", output_field=IntegerField()))


def free_by(moment: Any, *, with_preparing: bool = False) -> Combinable:
    """The same for a moment to come, as far as time alone brings it about.

    `with_preparing`: beds that are being prepared count now, whenever they are ready.
    """
    states = [
        state for state in END_BY_THEMSELVES if not (with_preparing and state == BedState.PREPARING)
    ]
    due = due_by(moment, states=states).filter(bed__ward=OuterRef("pk")).values("bed__ward")
    number = Subquery(due.annotate(number=Count("pk")).values("number"))
    is_due = When(totals__next_end_at__lte=moment, then=Coalesce(number, 0))
    ended = Case(is_due, default=0)
    return free(ended + F("totals__preparing") if with_preparing else ended)


def free(ended: Combinable) -> Combinable:
    """What is written to be available and what becomes so, as far as the ward can take it."""
    return Least(F("totals__available") + ended, F("totals__can_take"), output_field=IntegerField())


def due_by(moment: Any, *, states: Iterable[str]) -> QuerySet[BedEntry]:
    """The beds in use, as their newest entry, that leave one of these states by themselves."""
    newest = BedEntry.objects.filter(bed=OuterRef("bed")).order_by("-starts_at").values("pk")[:1]
    return BedEntry.objects.filter(
        bed__retired_at=None, pk=Subquery(newest), state__in=states, due_at__lte=moment
    ).order_by()


def boards_of(user: Any) -> QuerySet[Ward]:
    """The wards whose beds the person may change, with all that a list of them shows."""
    return (
        wards_editable_by(user)
        .filter(kind=WardKind.INPATIENT)
        .select_related(*SHOWN_WITH_WARD)
        .order_by("unit__organisation__name", "unit__name", "name", "pk")
    )


def beds_editable_by(user: Any) -> QuerySet[Bed]:
    """The beds in use that the person may change, with their wards."""
    return Bed.objects.filter(
        retired_at=None, ward__in=wards_editable_by(user).filter(kind=WardKind.INPATIENT)
    ).select_related("ward__unit__organisation")


# Each page and tap of a board asks the following: they are written once for each role in use.
def ward_of_board(user: Any, pk: int) -> Ward:
    """The one of `boards_of` with that id; 404 if there is none."""
    return the_one(one_of_boards(user.role_in_use), user, pk)


def bed_of_board(user: Any, pk: int) -> Bed:
    """The one of `beds_editable_by` with that id; 404 if there is none."""
    return the_one(one_of_beds(user.role_in_use), user, pk)


def is_editable(user: Any, ward_id: int) -> bool:
    """Whether the ward is one of `wards_editable_by`."""
    return bool(one_of_wards(user.role_in_use).rows({"person": user.pk, "one": ward_id}))


@cache
def one_of_boards(role_in_use: str) -> Objects[Ward]:
    return Objects.of(boards_of(Asker(role_in_use)).order_by().filter(pk=ONE))


@cache
def one_of_beds(role_in_use: str) -> Objects[Bed]:
    return Objects.of(beds_editable_by(Asker(role_in_use)).order_by().filter(pk=ONE))


@cache
def one_of_wards(role_in_use: str) -> Statement:
    wards = wards_editable_by(Asker(role_in_use)).order_by()
    return Statement.of(wards.filter(pk=ONE).values_list("pk"))


def the_one(objects: Objects[Row], user: Any, pk: int) -> Row:
    found = []
    if pk <= BigIntegerField.MAX_BIGINT:
        found = objects.found({"person": user.pk, "one": pk})
    if not found:
        raise Http404
    return found[0]


def wards_where_time_passed() -> list[int]:
    """The ids of the wards where a bed has become available by itself, unwritten."""
    return list(WardTotals.objects.filter(next_end_at__lte=Now()).values_list("pk", flat=True))


def totals_of(ward: Ward) -> WardTotals:
    """The ward's running totals; zeros for one without beds."""
    return getattr(ward, "totals", None) or WardTotals(ward=ward)


def newest_limit(ward: Ward) -> IntakeLimit | None:
    """What was last said of how many patients a ward can take, with who said it."""
    limits = IntakeLimit.objects.filter(ward=ward).select_related("by")
    return limits.order_by("-at", "-pk").first()


def freshness_of(ward: Ward) -> Freshness:
    return freshness(totals_of(ward).confirmed_at, ward.service_type.group)


@dataclass(frozen=True)
class Standing:
    """A ward as a list shows it; `free` is how many patients it can take now."""

    ward: Ward
    totals: WardTotals
    freshness: Freshness

    @property
    def free(self) -> int:
        limit = self.totals.can_take
        return self.totals.available if limit is None else min(self.totals.available, limit)

    @property
    def others(self) -> str:
        """The beds that are neither available nor occupied, e.g. '1 reserved, 2 closed'."""
        shown = [state for state in BedState if state not in (BedState.AVAILABLE, "occupied")]
        numbers = [(getattr(self.totals, state), str(state.label).lower()) for state in shown]
        numbers.insert(0, (self.totals.coming, "available later"))
        return ", ".join(f"{number} {label}" for number, label in numbers if number)


def standing(wards: Sequence[Ward]) -> list[Standing]:
    """How wards from `boards_of` stand now, what time has made of their beds included.

    1 query where time has made something of some bed that nobody has written yet, else none.
    """
    now = timezone.now()
    kept = {ward.pk: totals_of(ward) for ward in wards}
    due = [key for key, one in kept.items() if one.next_end_at and one.next_end_at <= now]
    found: dict[int, list[BedEntry]] = {key: [] for key in due}
    for entry in entries_now(Bed.objects.filter(ward__in=due)) if due else ():
        found[entry.bed.ward_id].append(entry)
    return [
        Standing(
            ward,
            counted(ward, found[ward.pk]) if ward.pk in found else kept[ward.pk],
            freshness_of(ward),
        )
        for ward in wards
    ]


@dataclass(frozen=True)
class Board:
    """A ward as its board shows it to one person."""

    ward: Ward
    totals: WardTotals
    freshness: Freshness
    entries: list[BedEntry]
    newest_entry: int
    confirmation: str
    undoable: frozenset[int]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many beds are what: the usual states always, the others where there are some."""
        usual = (BedState.AVAILABLE, BedState.OCCUPIED, BedState.CLOSED)
        found = [(state, str(state.label), getattr(self.totals, state)) for state in BedState]
        shown = [(label, number) for state, label, number in found if number or state in usual]
        later = [("Available later", self.totals.coming)] if self.totals.coming else []
        return [*shown[:1], *later, *shown[1:]]


def board_of(ward: Ward, user: Any) -> Board:
    """The beds of a ward from `boards_of`; one query."""
    entries = entries_of(ward)
    totals = counted(ward, entries)
    from_then = timezone.now() - THIS_VISIT
    if totals.confirmed_at:
        from_then = max(from_then, totals.confirmed_at)
    changed_some = any(
        entry.by_id == user.pk and entry.origin in CHOSEN and entry.starts_at > from_then
        for entry in entries
    )
    return Board(
        ward=ward,
        totals=totals,
        freshness=freshness_of(ward),
        entries=entries,
        newest_entry=max((entry.pk for entry in entries), default=0),
        confirmation="Everything else is unchanged" if changed_some else "Nothing has changed",
        undoable=frozenset(entry.pk for entry in entries if not may_undo(entry, user)),
    )


def entry_of(bed: Bed) -> BedEntry:
    """What a bed in use is now."""
    (entry,) = entries_now(Bed.objects.filter(pk=bed.pk))
    return entry
