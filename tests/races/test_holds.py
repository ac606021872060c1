"""People at one request to hold a bed. Without the lock on WardTotals these are red."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from availability.choices import BedState
from availability.follow_up.holds.services import (
    accept_hold,
    ask_to_hold,
    decline_hold,
    expire_hold,
    withdraw_hold,
)
from availability.models import BedEntry, HoldRequest, WardTotals
from availability.services import change_bed
from core.errors import DomainError
from notifications.models import Notification
from tests.counts import often
from tests.factories.accounts import searcher, ward_editor
from tests.factories.availability import change, newest, ward_with_beds
from tests.races import at_once

ROUNDS = often(400)


@pytest.fixture
def ward():
    return ward_with_beds(2)


@pytest.fixture
def people(ward):
    return ward_editor(ward), ward_editor(ward, "walter.ward")


@pytest.fixture
def sam(ward):
    return searcher(ward.service_type.group)


def asked(ward, sam, people, number=0):
    """A new request, with every bed free."""
    for bed in ward.beds.all():
        if newest(bed).state != BedState.AVAILABLE:
            change(bed, BedState.AVAILABLE, by=people[0])
    return ask_to_hold(ward=ward, by=sam, held_for="Night team", hours=4, reference=str(number))


def tried(*steps):
    """How each of the steps went, all at once."""

    def one(position):
        try:
            steps[position]()
        except DomainError as error:
            return str(error)
        return "done"

    return at_once(one, len(steps))


def check(ward, hold):
    """What is held is what was accepted; the totals say what the beds say."""
    hold.refresh_from_db()
    held = [newest(bed) for bed in ward.beds.all()]
    held = [entry for entry in held if entry.state == BedState.RESERVED]
    assert [entry.bed for entry in held] == ([hold.bed] if hold.status == "accepted" else [])
    totals = WardTotals.objects.get(ward=ward)
    assert totals.reserved == len(held)


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_withdrawn_while_it_is_accepted_ends_once(ward, people, sam):
    bed = ward.beds.first()
    for number in range(ROUNDS):
        hold = asked(ward, sam, people, number)
        results = tried(
            lambda hold=hold: accept_hold(hold=hold, bed=bed, by=people[0]),
            lambda hold=hold: withdraw_hold(hold=hold, by=sam),
        )
        assert results.count("done") == 1
        check(ward, hold)
        assert hold.status == ("accepted" if results[0] == "done" else "withdrawn")


@pytest.mark.django_db(transaction=True)
def test_a_request_whose_time_ends_while_it_is_accepted_ends_once(ward, people, sam):
    bed = ward.beds.first()
    for number in range(ROUNDS):
        hold = asked(ward, sam, people, number)
        end = timezone.now() + timedelta(milliseconds=60)
        HoldRequest.objects.filter(pk=hold.pk).update(answer_by=end)
        time.sleep(max(0, (end - timezone.now()).total_seconds() - 0.004 + number % 5 / 1000))
        tried(
            lambda hold=hold: accept_hold(hold=hold, bed=bed, by=people[0]),
            lambda hold=hold: expire_hold(hold=hold),
        )
        time.sleep(max(0, (end - timezone.now()).total_seconds() + 0.001))
        expire_hold(hold=hold)
        check(ward, hold)
        assert hold.status in ("accepted", "expired")
        told = Notification.objects.filter(person=sam, address__endswith=f"/{hold.pk}/")
        assert told.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_who_accept_one_holds_a_bed(ward, people, sam):
    beds = list(ward.beds.all())
    for number in range(ROUNDS):
        hold = asked(ward, sam, people, number)
        second = (
            (lambda hold=hold: accept_hold(hold=hold, bed=beds[1], by=people[1]))
            if number % 2
            else (lambda hold=hold: decline_hold(hold=hold, reason="No staff", by=people[1]))
        )
        results = tried(lambda hold=hold: accept_hold(hold=hold, bed=beds[0], by=people[0]), second)
        assert results.count("done") == 1
        check(ward, hold)


@pytest.mark.django_db(transaction=True)
def test_a_bed_that_is_taken_while_it_is_promised_is_one_or_the_other(ward, people, sam):
    bed = ward.beds.first()
    for number in range(ROUNDS):
        hold = asked(ward, sam, people, number)
        seen = newest(bed).pk
        results = tried(
            lambda hold=hold: accept_hold(hold=hold, bed=bed, by=people[0]),
            lambda seen=seen: change_bed(bed=bed, state="occupied", seen_entry=seen, by=people[1]),
        )
        assert results.count("done") == 1
        hold.refresh_from_db()
        if results[0] == "done":
            check(ward, hold)
        else:
            assert (hold.status, newest(bed).state) == ("asked", "occupied")
            withdraw_hold(hold=hold, by=sam)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_asks_once_however_fast(ward, people, sam):
    for number in range(ROUNDS):
        made = at_once(
            lambda _, n=number: ask_to_hold(
                ward=ward, by=sam, held_for="Night team", hours=4, reference=str(n)
            ),
            3,
        )
        assert len({hold.pk for hold in made}) == 1
        withdraw_hold(hold=made[0], by=sam)
    assert HoldRequest.objects.count() == ROUNDS
    assert not BedEntry.objects.filter(state=BedState.RESERVED).exists()
