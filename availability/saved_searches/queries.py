"""Reads of saved searches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.choices import AccountKind, Capability
from accounts.models import Grant
from accounts.queries import groups_viewable_by
from availability.models import SavedSearch
from availability.saved_searches.forms import SavedForm, postcode_of
from availability.searching.choices import lists_for_each
from availability.searching.criteria import Criteria, conditions
from availability.searching.finding import with_figures
from availability.sessions.free import next_free_session
from organisations.models import Ward
from organisations.postcodes import resolve_each
from organisations.queries import still_open


@dataclass(frozen=True)
class Open:
    """A ward with enough free beds that fits."""

    pk: int
    free: int
    near: float
    is_stale: bool


def own_searches(person: Any) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(person=person.pk).order_by("-saved_at", "-pk")


def searches_to_look_at() -> QuerySet[SavedSearch]:
    """Those whose person wants to be told, and may still search.

    Each time in another order: a run that is cut off leaves out others than the one before.
    """
    may_search = Grant.objects.live().filter(
        person=OuterRef("person"), capability=Capability.AVAILABILITY_VIEW
    )
    searches = SavedSearch.objects.filter(
        Exists(may_search), is_on=True, person__kind=AccountKind.PERSONAL
    )
    return searches.select_related("person").order_by("?")


def read(searches: Sequence[SavedSearch]) -> list[SavedForm]:
    """What each of them asks, as the form that it was made with. 3 queries, however many."""
    lists = lists_for_each(search.person_id for search in searches)
    places = resolve_each({postcode_of(search.asked) for search in searches})
    return [
        SavedForm(search.asked, lists=lists[search.person_id], places=places) for search in searches
    ]


def open_for(person: Any, criteria: Criteria, known: Iterable[int] = ()) -> list[Open]:
    """The wards that fit and have enough free beds, also where the search lists full ones, or fresh
    ones alone: of those that the person may find, and of those `known`. One query.
    """
    criteria = replace(criteria, include_full=False, fresh_only=False)
    viewable = Q(service_type__group__in=groups_viewable_by(person))
    wards = Ward.objects.filter(
        viewable | Q(pk__in=list(known)), still_open("", "unit__", "unit__organisation__")
    )
    rows = (
        with_figures(wards, criteria)
        .filter(*conditions(criteria).values())
        .values_list("pk", "free", "near", "is_stale")
    )
    return [Open(*row) for row in rows]


def shown(found: Iterable[Open], criteria: Criteria) -> list[Open]:
    """Those that the search lists: perhaps not what is out of date."""
    return [one for one in found if not (criteria.fresh_only and one.is_stale)]


def wards_of(found: Iterable[Open]) -> list[Any]:
    """The wards, nearest first, with what a message says of them. One query."""
    by_key = {one.pk: one for one in found}
    wards = Ward.objects.select_related("unit__organisation").filter(pk__in=by_key)
    loaded: list[Any] = list(wards.annotate(next_free_session=next_free_session()))
    for ward in loaded:
        ward.free, ward.near = by_key[ward.pk].free, by_key[ward.pk].near
    return sorted(loaded, key=lambda ward: (ward.near, ward.pk))
