"""All that a bed can be, what goes with each state, and what time makes of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, Value
from django.utils import timezone

from availability.choices import BedState, ClosedReason, DelayReason, EntryOrigin
from availability.conditions import CARRIES, Condition
from availability.models import BedEntry, IntakeLimit, WardTotals
from availability.queries import board_of, entries_now, free_by
from availability.searching.choices import lists_for
from availability.searching.criteria import Criteria
from availability.searching.finding import find
from availability.services import change_bed, limit_intake, undo_change
from availability.tasks import write_what_time_did_everywhere
from core.errors import Conflict, DomainError
from organisations.models import Ward
from organisations.postcodes import Place
from tests.factories.accounts import searcher, ward_editor
from tests.factories.availability import bed_manager, bed_since, change, newest, ward_with_beds
from tests.factories.organisations import WardFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CPMS-01")]

SOON = timedelta(hours=4)
DETAILS = {
    BedState.AVAILABLE: {},
    BedState.RESERVED: {"due_at": SOON, "held_for": "Night team", "reference": "R17"},
    BedState.OCCUPIED: {"due_at": SOON, "delay_reason": DelayReason.R18},
    BedState.ON_LEAVE: {"due_at": SOON},
    BedState.PREPARING: {"due_at": SOON},
    BedState.ISOLATED: {},
    BedState.CLOSED: {"due_at": SOON, "closed_reason": ClosedReason.ACUITY},
}


def details_of(state: str) -> dict:
    given = dict(DETAILS[state])
    if "due_at" in given:
        given["due_at"] = timezone.now() + given["due_at"]
    return given


@pytest.fixture
def ward():
    return ward_with_beds(2)


@pytest.fixture
def wendy(ward):
    return ward_editor(ward)


def totals_of(ward):
    ward.totals.refresh_from_db()
    return ward.totals


def free(ward) -> int:
    """What a search offers of the ward; 0 if it does not find it."""
    sam = searcher(ward.service_type.group, f"sam{timezone.now():%H%M%S%f}")
    place = Place("SL6 0PQ", ward.unit.latitude, ward.unit.longitude, "sector", None)
    found = find(lists_for(sam).searchable, Criteria(place=place), person=sam.pk)
    return sum(one.ward.free for one in found.results)


@pytest.mark.parametrize("state", BedState)
def test_each_state_is_recorded_with_what_it_carries(ward, wendy, state):
    bed = ward.beds.first()
    change(bed, BedState.ISOLATED if state != BedState.ISOLATED else BedState.AVAILABLE, by=wendy)
    given = details_of(state)
    entry = change(bed, state, by=wendy, **given)
    assert Condition.of(newest(bed)) == Condition(state, **given)
    assert getattr(totals_of(ward), state) == (2 if state == BedState.OCCUPIED else 1)
    assert totals_of(ward).beds == 2
    assert bool(entry.details_in_words) == bool(given)


@pytest.mark.parametrize("state", BedState)
def test_no_state_carries_what_belongs_to_another(ward, wendy, state):
    everything = {
        "due_at": timezone.now() + SOON,
        "held_for": "Night team",
        "reference": "R17",
        "delay_reason": DelayReason.R01,
        "closed_reason": ClosedReason.STAFFING,
    }
    bed = ward.beds.first()
    for name in set(everything) - set(CARRIES[state]):
        given = details_of(state) | {name: everything[name]}
        with pytest.raises(DomainError):
            change(bed, state, by=wendy, **given)
        with pytest.raises(IntegrityError, match="details_of_its_state"), transaction.atomic():
            BedEntry.objects.create(
                bed=bed,
                starts_at=timezone.now() + timedelta(minutes=1),
                state=state,
                origin=EntryOrigin.BOARD,
                **given,
            )


@pytest.mark.parametrize(
    ("state", "given"),
    [
        (BedState.RESERVED, {"held_for": "Night team"}),
        (BedState.RESERVED, {"due_at": SOON}),
        (BedState.RESERVED, {"due_at": -SOON, "held_for": "Night team"}),
        (BedState.RESERVED, {"due_at": SOON, "held_for": "943 476 5919"}),
        (BedState.PREPARING, {}),
        (BedState.OCCUPIED, {"delay_reason": "00"}),
        (BedState.CLOSED, {"closed_reason": "no such reason"}),
        ("lost", {}),
    ],
)
def test_what_is_missing_over_or_about_a_patient_is_refused(ward, wendy, state, given):
    if "due_at" in given:
        given = given | {"due_at": timezone.now() + given["due_at"]}
    with pytest.raises(DomainError):
        change(ward.beds.first(), state, by=wendy, **given)
    assert ward.beds.first().entries.count() == 1


@pytest.fixture
def ran_out():
    """A ward of one bed, whose hold ran out an hour ago, and nobody has written it."""
    ward = WardFactory()
    over = {"due_at": timezone.now() - timedelta(hours=1), "held_for": "Night team"}
    bed_since(ward, (5, BedState.OCCUPIED, {}), (3, BedState.RESERVED, over))
    return ward


class TestTime:
    def test_a_hold_ends_at_its_moment_and_not_before(self, ward, wendy):
        due = timezone.now() + SOON
        held = change(
            ward.beds.first(), BedState.RESERVED, by=wendy, held_for="Night team", due_at=due
        )
        before = due - timedelta(microseconds=1)
        assert Condition.of(held).at(before).state == BedState.RESERVED
        assert Condition.of(held).at(due) == Condition(BedState.AVAILABLE)
        for moment, offered in ((before, 0), (due, 1)):
            then = Ward.objects.annotate(free=free_by(Value(moment, DateTimeField())))
            assert then.get(pk=ward.pk).free == offered

    def test_a_hold_that_ran_out_is_free_for_every_reader_at_once(self, ran_out):
        assert totals_of(ran_out).available == 0
        assert free(ran_out) == 1
        board = board_of(ran_out, bed_manager(ran_out))
        (entry,) = board.entries
        assert (entry.state, entry.pk) == (BedState.AVAILABLE, newest(entry.bed).pk)
        assert (board.totals.available, board.totals.reserved) == (1, 0)
        assert ran_out.beds.get().entries.count() == 2, "who reads writes nothing"

    def test_the_worker_writes_it_at_its_moment(self, ran_out):
        bed = ran_out.beds.get()
        due = newest(bed).due_at
        write_what_time_did_everywhere()
        write_what_time_did_everywhere()
        entry = newest(bed)
        assert (entry.state, entry.starts_at) == (BedState.AVAILABLE, due)
        assert (entry.origin, entry.by) == (EntryOrigin.TIME, None)
        assert bed.entries.count() == 3
        totals = totals_of(ran_out)
        assert (totals.available, totals.reserved, totals.next_end_at) == (1, 0, None)
        assert free(ran_out) == 1

    def test_the_next_edit_writes_it_first_and_is_no_conflict(self, ran_out):
        bed = ran_out.beds.get()
        held = newest(bed)
        bella = bed_manager(ran_out)
        change_bed(bed=bed, state=BedState.OCCUPIED, seen_entry=held.pk, by=bella)
        states = [entry.state for entry in bed.entries.order_by("starts_at")]
        assert states == ["occupied", "reserved", "available", "occupied"]
        assert free(ran_out) == 0

    def test_what_somebody_did_meanwhile_is_a_conflict_still(self, ran_out):
        bed = ran_out.beds.get()
        held = newest(bed)
        bella = bed_manager(ran_out)
        change_bed(bed=bed, state=BedState.OCCUPIED, seen_entry=held.pk, by=bella)
        with pytest.raises(Conflict):
            change_bed(bed=bed, state=BedState.ISOLATED, seen_entry=held.pk, by=bella)

    @pytest.mark.parametrize("state", [BedState.RESERVED, BedState.PREPARING, BedState.AVAILABLE])
    def test_before_its_moment_it_is_not_offered(self, ward, wendy, state):
        given = {"due_at": timezone.now() + SOON}
        if state == BedState.RESERVED:
            given["held_for"] = "Night team"
        change(ward.beds.first(), state, by=wendy, **given)
        assert free(ward) == 0
        assert totals_of(ward).next_end_at == given["due_at"]

    @pytest.mark.parametrize("state", [BedState.OCCUPIED, BedState.ON_LEAVE, BedState.CLOSED])
    def test_what_is_only_expected_frees_nothing(self, state):
        ward = WardFactory()
        over = {"due_at": timezone.now() - timedelta(hours=1)}
        if state == BedState.CLOSED:
            over["closed_reason"] = ClosedReason.STAFFING
        bed_since(ward, (3, state, over))
        write_what_time_did_everywhere()
        assert free(ward) == 0
        assert entries_now(ward.beds.all())[0].state == state


class TestUndo:
    def test_it_records_anew_what_was_before(self, ward, wendy):
        bed = ward.beds.first()
        change(bed, BedState.CLOSED, by=wendy, closed_reason=ClosedReason.ACUITY)
        changed = change(bed, BedState.AVAILABLE, by=wendy)
        entry = undo_change(bed=bed, entry=changed.pk, by=wendy)
        assert Condition.of(entry) == Condition(BedState.CLOSED, closed_reason=ClosedReason.ACUITY)
        assert entry.origin == EntryOrigin.UNDO
        assert bed.entries.count() == 4
        assert (totals_of(ward).available, totals_of(ward).closed) == (0, 1)

    def test_it_is_ones_own_last_change_alone(self, ward, wendy):
        bed = ward.beds.first()
        bella = bed_manager(ward)
        changed = change(bed, BedState.AVAILABLE, by=wendy)
        with pytest.raises(DomainError, match="Only your own"):
            undo_change(bed=bed, entry=changed.pk, by=bella)
        restored = undo_change(bed=bed, entry=changed.pk, by=wendy)
        with pytest.raises(DomainError, match="Only your own"):
            undo_change(bed=bed, entry=restored.pk, by=wendy)
        assert undo_change(bed=bed, entry=changed.pk, by=wendy) == restored, "sent twice"
        assert bed.entries.count() == 3

    def test_a_hold_that_ran_out_meanwhile_does_not_come_back(self, ran_out):
        bed = ran_out.beds.get()
        bella = bed_manager(ran_out)
        changed = change_bed(bed=bed, state=BedState.OCCUPIED, seen_entry=newest(bed).pk, by=bella)
        entry = undo_change(bed=bed, entry=changed.pk, by=bella)
        assert entry.state == BedState.AVAILABLE

    def test_nor_does_one_that_ran_out_since_the_change(self):
        ward, now = WardFactory(), timezone.now()
        bella = bed_manager(ward)
        over = {"due_at": now - timedelta(minutes=1), "held_for": "Night team"}
        bed = bed_since(ward, (1, BedState.RESERVED, over))
        changed = BedEntry.objects.create(
            bed=bed,
            starts_at=now - timedelta(minutes=5),
            state=BedState.OCCUPIED,
            by=bella,
            origin=EntryOrigin.BOARD,
        )
        WardTotals.objects.update(reserved=0, occupied=1, next_end_at=None)
        entry = undo_change(bed=bed, entry=changed.pk, by=bella)
        assert entry.state == BedState.AVAILABLE


class TestLimit:
    def test_a_search_offers_no_more_than_the_staff_can_take(self, ward, wendy):
        for bed in ward.beds.all():
            change(bed, BedState.AVAILABLE, by=wendy)
        assert free(ward) == 2
        for can_take, offered in ((1, 1), (0, 0), (5, 2), (None, 2)):
            limit_intake(ward=ward, can_take=can_take, by=wendy)
            limit_intake(ward=ward, can_take=can_take, by=wendy)
            assert free(ward) == offered
        history = IntakeLimit.objects.filter(ward=ward).order_by("pk")
        assert [one.can_take for one in history] == [1, 0, 5, None]

    def test_only_an_editor_says_it(self, ward):
        with pytest.raises(DomainError):
            limit_intake(ward=ward, can_take=1, by=searcher(ward.service_type.group))
