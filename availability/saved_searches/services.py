"""Writes of saved searches. Lock order: the person, then their searches.

Whoever writes what is known of a search names the version that they read: of two who look at the
same moment one writes, and tells.
"""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from availability.models import SavedSearch
from availability.rules import may_search_in_own_name
from availability.saved_searches.queries import (
    Open,
    open_for,
    read,
    searches_to_look_at,
    shown,
    wards_of,
)
from availability.searching.cards import free_words, where
from availability.searching.criteria import Criteria
from availability.words import miles_away
from core.audit import record
from core.errors import DomainError
from core.patients import has_nhs_number
from notifications.services import notify, site_url
from organisations.geography import miles_of

KIND = "search_opened"
MOST_SEARCHES = 10
# In the line of the service, and in the mail
NAMED, NAMED_IN_MAIL = 2, 50


@transaction.atomic
def save_search(*, name: str, asked: str, criteria: Criteria, by: User) -> tuple[SavedSearch, bool]:
    """Save a search, and whether it is new: the same again is the one that is there, switched on.

    What is open now is known: the person sees it. DomainError for a shared account, for a name with
    an NHS number, and with too many searches.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if refusal := may_search_in_own_name(by):
        raise DomainError(refusal)
    if has_nhs_number(name):
        raise DomainError("Remove the NHS number. Nothing about a patient may be entered here.")
    own = SavedSearch.objects.filter(person=by)
    if same := own.select_for_update().filter(asked=asked).first():
        switch_search(search=same, is_on=True, by=by)
        return same, False
    if own.count() >= MOST_SEARCHES:
        raise DomainError(
            f"You have saved {MOST_SEARCHES} searches. Delete one that you do not need any more."
        )
    search = SavedSearch.objects.create(
        person=by, name=name, asked=asked, known=seen_by(by, criteria)
    )
    record("saved_search.saved", by=by, target=search, subject=by)
    return search, True


@transaction.atomic
def switch_search(*, search: SavedSearch, is_on: bool, by: User) -> None:
    """Be told of a search of one's own from now on, or no more; the same again changes nothing."""
    found = SavedSearch.objects.select_for_update().filter(pk=search.pk, person=by).first()
    if found is None or found.is_on == is_on:
        # Deleted meanwhile, or as it is to be
        return
    search = found
    search.is_on = is_on
    (form,) = read([search])
    if is_on and form.is_valid():
        # What opened meanwhile is no news.
        search.known = seen_by(by, form.criteria)
    search.version += 1
    search.save(update_fields=["is_on", "known", "version"])
    record("saved_search.switched", by=by, target=search, subject=by, is_on=is_on)


@transaction.atomic
def delete_search(*, search: SavedSearch, by: User) -> None:
    """Forget a search of one's own; it may be gone already."""
    found = SavedSearch.objects.select_for_update().filter(pk=search.pk, person=by).first()
    if found is None:
        return
    record("saved_search.deleted", by=by, target=found, subject=by)
    found.delete()


def tell_of_openings() -> None:
    """Tell people of the wards that their saved searches find since the last time.

    4 queries, and one for each search; where something has changed, the writes of that, each search
    by itself. One whose address is not understood any more is left out. One that fails keeps no
    other back; the run fails in the end.
    """
    searches = list(searches_to_look_at())
    failed: list[Exception] = []
    for search, form in zip(searches, read(searches) if searches else [], strict=True):
        if form.is_valid():
            try:
                look_again(search=search, criteria=form.criteria)
            except Exception as error:
                error.add_note(f"Saved search {search.pk}")
                failed.append(error)
    if failed:
        raise ExceptionGroup("Not all saved searches were looked at", failed)


def look_again(*, search: SavedSearch, criteria: Criteria) -> None:
    """Tell once of each ward that opened; one that is taken may open again.

    A ward that is out of date by now, or that the person may not find any more, stays known as long
    as it is open: it is no news when it is found again.
    """
    found = open_for(search.person, criteria, search.known)
    before = set(search.known)
    opened = [one for one in shown(found, criteria) if one.pk not in before]
    known = sorted({one.pk for one in found} & before | {one.pk for one in opened})
    if known == search.known:
        return
    with transaction.atomic():
        as_read = SavedSearch.objects.filter(pk=search.pk, version=search.version)
        news = {"told_at": timezone.now()} if opened else {}
        changed = as_read.update(known=known, version=F("version") + 1, **news)
        if changed and opened:
            tell(search, criteria, opened)


def seen_by(person: User, criteria: Criteria) -> list[int]:
    """The open wards that the search shows now."""
    return sorted(one.pk for one in shown(open_for(person, criteria), criteria))


def tell(search: SavedSearch, criteria: Criteria, opened: list[Open]) -> None:
    wards = wards_of(opened)
    context: dict[str, Any] = {
        "search": search,
        "wards": [
            {
                "ward": ward,
                "free": free_words(ward, criteria),
                "where": where(ward.unit.name, ward.unit.organisation.name, ward.unit.town),
                "distance": miles_away(miles_of(ward.near)),
            }
            for ward in wards[:NAMED_IN_MAIL]
        ],
        "number": len(wards),
        "named": f":{NAMED}",
        "more": len(wards) - NAMED,
        "searches_url": site_url(reverse("availability:saved_searches")),
    }
    address = reverse("availability:saved_search", args=[search.pk])
    notify(person=search.person, kind=KIND, address=address, context=context)


def forget_searches(person: User) -> None:
    """Of who is made anonymous nothing is left."""
    SavedSearch.objects.filter(person=person).delete()
