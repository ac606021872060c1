"""Who is told when a saved search finds more: once for each opening."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import AccountKind, Capability
from accounts.models import Grant, User
from availability.choices import BedState
from availability.models import SavedSearch, WardTotals
from availability.saved_searches import services
from availability.saved_searches.queries import read, searches_to_look_at
from availability.saved_searches.services import (
    delete_search,
    look_again,
    switch_search,
    tell_of_openings,
)
from notifications.models import Notification, OutgoingMail
from notifications.services import choose_mails
from tests.availability.searching.places import ward_at
from tests.factories.accounts import grant, person, searcher
from tests.factories.availability import bed_manager, change
from tests.factories.organisations import ServiceGroupFactory, ServiceTypeFactory
from tests.factories.saved_searches import saved


def opens(ward):
    change(ward.beds.first(), BedState.AVAILABLE, by=bed_manager(ward))


def is_taken(ward):
    change(ward.beds.first(), BedState.OCCUPIED, by=bed_manager(ward))


def switch_off(search, by):
    switch_search(search=search, is_on=False, by=by)


def delete(search, by):
    delete_search(search=search, by=by)


def told(somebody) -> list[str]:
    return [one.text for one in Notification.objects.filter(person=somebody).order_by("pk")]


def test_an_opening_is_told_once_and_the_next_again(sam):
    ward = ward_at(1, "Kennet", free=0)
    search = saved(sam)
    tell_of_openings()
    assert told(sam) == []
    opens(ward)
    for _ in range(3):
        tell_of_openings()
    line = "New for “My search”: Kennet (Unit 1), 1 free bed."
    assert told(sam) == [line]
    search.refresh_from_db()
    assert search.told_at
    assert Notification.objects.get().address == f"/search/saved/{search.pk}/"
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.address) == ("search_opened", sam.email)
    assert mail.subject.endswith("New for Your Search: My search")
    for text in (mail.text, mail.html):
        assert "Unit 1, The Huntercombe Group" in text
        assert "1 mile away, 1 free bed" in text
        assert ward.telephone in text
    is_taken(ward)
    tell_of_openings()
    opens(ward)
    for _ in range(2):
        tell_of_openings()
    assert told(sam) == [line] * 2


def test_several_openings_are_one_notification_nearest_first(sam):
    wards = [ward_at(miles, f"Ward {miles}", free=0) for miles in (9, 3, 1)]
    saved(sam)
    for ward in wards:
        opens(ward)
    tell_of_openings()
    assert told(sam) == [
        "New for “My search”: Ward 1 (Unit 1), 1 free bed; Ward 3 (Unit 3), 1 free bed; and 1 more."
    ]
    assert OutgoingMail.objects.get().text.count("Telephone before travelling") == 3
    opens(ward_at(5, "Later", free=0))
    tell_of_openings()
    assert told(sam)[1:] == ["New for “My search”: Later (Unit 5), 1 free bed."]


def test_what_is_open_when_it_is_saved_is_known(sam):
    ward_at(1, "Kennet")
    saved(sam)
    tell_of_openings()
    assert told(sam) == []


def test_only_wards_that_fit_with_enough_beds_are_told(sam):
    near, far = ward_at(1, "Near", free=0), ward_at(60, "Far", free=0)
    saved(sam, "postcode=SL6 0PQ&radius=50&beds=2&full=on")
    opens(near)
    opens(far)
    tell_of_openings()
    # A search that lists full wards too is told of none that is full.
    assert told(sam) == []
    change(near.beds.last(), BedState.AVAILABLE, by=bed_manager(near))
    tell_of_openings()
    assert told(sam) == ["New for “My search”: Near (Unit 1), 2 free beds."]


def test_a_ward_out_of_reach_is_never_told(sam):
    other = ServiceGroupFactory(code="perinatal", name="Perinatal", position=3)
    kind = ServiceTypeFactory(code="mbu", name="Mother and baby", group=other, position=1)
    ward = ward_at(1, "Baby", free=0, service_type=kind)
    closed = ward_at(2, "Gone", free=0)
    saved(sam)
    opens(ward)
    opens(closed)
    closed.closed_on = timezone.localdate() - timedelta(days=1)
    closed.save()
    tell_of_openings()
    assert told(sam) == []


def test_who_loses_a_group_and_gets_it_back_is_not_told_the_same_again(sam):
    other = ServiceGroupFactory(code="perinatal", name="Perinatal", position=3)
    kind = ServiceTypeFactory(code="mbu", name="Mother and baby", group=other, position=1)
    right = grant(sam, Capability.AVAILABILITY_VIEW, service_group=other)
    baby, kennet = ward_at(1, "Baby", service_type=kind), ward_at(2, "Kennet")
    search = saved(sam)
    of_group = saved(sam, "postcode=SL6 0PQ&service_group=perinatal", "Of one group")
    Grant.objects.filter(pk=right.pk).update(revoked_at=timezone.now())
    is_taken(kennet)
    tell_of_openings()
    search.refresh_from_db()
    assert search.known == [baby.pk]
    # Of the one group that is left nothing else is made of a search for another.
    opens(kennet)
    tell_of_openings()
    assert told(sam) == ["New for “My search”: Kennet (Unit 2), 1 free bed."]
    of_group.refresh_from_db()
    assert of_group.known == [baby.pk]
    grant(sam, Capability.AVAILABILITY_VIEW, service_group=other)
    tell_of_openings()
    assert len(told(sam)) == 1


@pytest.mark.parametrize("why", ["switched off", "disabled", "without a right", "shared"])
def test_nobody_is_told_who_is_not_to_be(sam, why, django_assert_num_queries):
    ward = ward_at(1, "Kennet", free=0)
    search = saved(sam)
    opens(ward)
    match why:
        case "switched off":
            switch_search(search=search, is_on=False, by=sam)
        case "disabled":
            User.objects.filter(pk=sam.pk).update(is_active=False)
        case "without a right":
            sam.grants.update(revoked_at=timezone.now())
        case "shared":
            User.objects.filter(pk=sam.pk).update(kind=AccountKind.GENERIC)
    with django_assert_num_queries(1):
        tell_of_openings()
    assert not Notification.objects.exists()
    search.refresh_from_db()
    assert search.known == []


def test_what_opened_while_it_was_off_is_no_news(sam):
    ward = ward_at(1, "Kennet", free=0)
    search = saved(sam)
    switch_search(search=search, is_on=False, by=sam)
    opens(ward)
    switch_search(search=search, is_on=True, by=sam)
    tell_of_openings()
    assert told(sam) == []
    # The same search saved again is the same, and on.
    switch_search(search=search, is_on=False, by=sam)
    again = saved(sam, "postcode=sl60pq", "Another name")
    assert (again.pk, again.is_on) == (search.pk, False)
    search.refresh_from_db()
    assert search.is_on


@pytest.mark.parametrize("end", [switch_off, delete])
def test_who_ends_it_while_a_run_looks_is_not_told(sam, end):
    ward = ward_at(1, "Kennet", free=0)
    saved(sam)
    opens(ward)
    (as_read,) = searches_to_look_at()
    (form,) = read([as_read])
    assert form.is_valid()
    end(SavedSearch.objects.get(), sam)
    look_again(search=as_read, criteria=form.criteria)
    assert told(sam) == []


def test_switched_off_mails_are_respected(sam):
    ward = ward_at(1, "Kennet", free=0)
    saved(sam)
    choose_mails(by=sam, by_mail=False)
    opens(ward)
    tell_of_openings()
    assert len(told(sam)) == 1
    assert not OutgoingMail.objects.exists()


def test_a_search_that_is_not_understood_any_more_harms_no_other(sam):
    ward = ward_at(1, "Kennet", free=0)
    broken = saved(sam, "postcode=SL6 0PQ&sex=female", "Broken")
    saved(sam)
    opens(ward)
    for asked in ("postcode=ZZ99 9ZZ", "postcode=SL6 0PQ&region=gone", "sex=female", "\x00%ff"):
        SavedSearch.objects.filter(pk=broken.pk).update(asked=asked.replace("\x00", "%00"))
        tell_of_openings()
        assert told(sam) == ["New for “My search”: Kennet (Unit 1), 1 free bed."]


def test_a_run_that_fails_half_way_is_made_up_for_and_tells_once(sam, monkeypatch):
    ward = ward_at(1, "Kennet", free=0)
    saved(sam)
    opens(ward)

    def fail(*args):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(services, "tell", fail)
        with pytest.raises(ExceptionGroup):
            tell_of_openings()
    for _ in range(2):
        tell_of_openings()
    assert len(told(sam)) == 1


def test_a_search_that_fails_keeps_no_other_back(sam, monkeypatch):
    sue = searcher(ServiceGroupFactory(), "sue.searcher")
    ward = ward_at(1, "Kennet", free=0)
    broken, other = saved(sam), saved(sue)
    opens(ward)
    tell = services.tell

    def fail_of_sam(search, *args):
        if search == broken:
            raise RuntimeError
        tell(search, *args)

    monkeypatch.setattr(services, "tell", fail_of_sam)
    monkeypatch.setattr(services, "searches_to_look_at", lambda: [broken, other])
    with pytest.raises(ExceptionGroup) as failed:
        tell_of_openings()
    assert failed.value.exceptions[0].__notes__ == [f"Saved search {broken.pk}"]
    assert len(told(sue)) == 1


def test_a_bed_that_is_only_confirmed_again_is_no_news(sam):
    ward = ward_at(1, "Kennet", free=0)
    stale = ward_at(2, "Loddon", confirmed_hours_ago=30)
    saved(sam, "postcode=SL6 0PQ&fresh=on")
    opens(ward)
    for hours in (0, 30, 0):
        WardTotals.objects.filter(ward=ward).update(
            confirmed_at=timezone.now() - timedelta(hours=hours)
        )
        tell_of_openings()
    assert len(told(sam)) == 1
    WardTotals.objects.filter(ward=stale).update(confirmed_at=timezone.now())
    for _ in range(2):
        tell_of_openings()
    assert [one.count("Loddon") for one in told(sam)] == [0, 1]


def test_what_was_deleted_meanwhile_is_switched_without_a_word(sam):
    search = saved(sam)
    delete_search(search=search, by=sam)
    switch_search(search=search, is_on=False, by=sam)
    assert not SavedSearch.objects.exists()


def test_the_number_of_queries_does_not_grow_but_by_one_a_search(sam, django_assert_num_queries):
    sue = searcher(ServiceGroupFactory(), "sue.searcher")
    for miles in range(3):
        ward_at(miles, f"Ward {miles}")
    saved(sam)
    with django_assert_num_queries(CONSTANT + 1):
        tell_of_openings()
    for radius in (10, 25, 50):
        saved(sam, f"postcode=SL6 0PQ&radius={radius}")
        saved(sue, f"postcode=SL6 0AA&radius={radius}")
    for miles in range(3, 9):
        ward_at(miles, f"Ward {miles}", free=0)
    with django_assert_num_queries(CONSTANT + 7):
        tell_of_openings()
    WardTotals.objects.update(available=1)
    SavedSearch.objects.filter(asked__contains="radius").delete()
    with django_assert_num_queries(CONSTANT + 1 + TOLD):
        tell_of_openings()


def test_who_never_searches_costs_nothing(django_assert_num_queries):
    person("nora.nothing")
    with django_assert_num_queries(1):
        tell_of_openings()


# The searches with their people, whom each may search for (2), where they search
CONSTANT = 4
# The claim, the wards, three of telling, and two of the transaction inside the test's
TOLD = 7
