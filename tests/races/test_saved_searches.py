"""Several at one saved search. Without the version in the UPDATE, or the person's lock, red."""

import pytest

from availability.models import SavedSearch, WardTotals
from availability.saved_searches.services import tell_of_openings
from notifications.models import Notification, OutgoingMail
from tests.counts import often
from tests.factories.accounts import searcher
from tests.factories.availability import ward_with_beds
from tests.factories.organisations import PostcodeLocationFactory
from tests.factories.saved_searches import saved
from tests.races import at_once

ROUNDS = often(400)


@pytest.fixture
def ward():
    PostcodeLocationFactory()
    return ward_with_beds(1)


@pytest.fixture
def sam(ward):
    return searcher(ward.service_type.group)


def begin(search):
    """A round: the ward has opened, and nobody has been told."""
    Notification.objects.all().delete()
    OutgoingMail.objects.all().delete()
    SavedSearch.objects.filter(pk=search.pk).update(known=[])


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_once(ward, sam):
    search = saved(sam)
    WardTotals.objects.filter(ward=ward).update(available=1)
    for _ in range(ROUNDS):
        begin(search)
        at_once(lambda _: tell_of_openings(), 2)
        assert (Notification.objects.count(), OutgoingMail.objects.count()) == (1, 1)
        search.refresh_from_db()
        assert search.known == [ward.pk]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_saves_once(ward, sam):
    for number in range(ROUNDS // 4):
        asked = f"postcode=SL6 0PQ&age={number % 20}"
        made = at_once(lambda _, asked=asked: saved(sam, asked), 3)
        assert len({search.pk for search in made}) == 1
        SavedSearch.objects.all().delete()
