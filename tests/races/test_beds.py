"""Two people at the same bed, on real connections. Without the lock on WardTotals these are red."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from availability.choices import BedState
from availability.models import BedEntry, WardConfirmation, WardTotals
from availability.services import change_bed, confirm_ward
from availability.tasks import write_what_time_did_everywhere
from core.errors import Conflict
from tests.counts import often
from tests.factories.accounts import ward_editor
from tests.factories.availability import change, newest, ward_with_beds
from tests.races import at_once

ROUNDS = often(400)
PLAIN = (BedState.AVAILABLE, BedState.OCCUPIED, BedState.ISOLATED, BedState.CLOSED)


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_of_one_bed_one_wins_and_the_other_is_told():
    ward = ward_with_beds(1)
    people = ward_editor(ward), ward_editor(ward, "walter.ward")
    bed = ward.beds.get()
    for round_number in range(1, ROUNDS + 1):
        seen = newest(bed)
        wanted = [state for state in PLAIN if state != seen.state]

        def change_it(position, seen=seen, wanted=wanted):
            state = wanted[position]
            details = {"closed_reason": "acuity"} if state == BedState.CLOSED else {}
            try:
                return change_bed(
                    bed=bed, state=state, seen_entry=seen.pk, by=people[position], **details
                )
            except Conflict as conflict:
                return str(conflict)

        results = at_once(change_it, 2)
        [won] = [result for result in results if isinstance(result, BedEntry)]
        [told] = [result for result in results if isinstance(result, str)]
        assert f"was changed to {won.state_in_words} by a colleague" in told
        assert newest(bed) == won
        assert bed.entries.count() == 1 + round_number
        totals = WardTotals.objects.get(ward=ward)
        assert {state: getattr(totals, state) for state in BedState.values} == {
            state: int(state == won.state) for state in BedState.values
        }


@pytest.mark.django_db(transaction=True)
def test_a_hold_that_runs_out_while_the_bed_is_taken_leaves_no_gap_and_no_doubt():
    ward = ward_with_beds(1)
    wendy = ward_editor(ward)
    bed = ward.beds.get()
    by_itself = 0
    for round_number in range(ROUNDS):
        due = timezone.now() + timedelta(milliseconds=150 + round_number % 10)
        held = change(bed, BedState.RESERVED, by=wendy, held_for="Night team", due_at=due)

        def take_or_sweep(position, held=held):
            if position == 0:
                change_bed(bed=bed, state=BedState.OCCUPIED, seen_entry=held.pk, by=wendy)
            else:
                write_what_time_did_everywhere()

        time.sleep(max(0, (due - timezone.now()).total_seconds() - 0.002))
        at_once(take_or_sweep, 2)
        write_what_time_did_everywhere()
        after = list(bed.entries.filter(starts_at__gt=held.starts_at).order_by("starts_at"))
        states = [entry.state for entry in after]
        assert states in (["occupied"], ["available", "occupied"])
        if len(states) == 2:
            by_itself += 1
            assert (after[0].starts_at, after[0].by) == (due, None)
        else:
            assert after[0].starts_at <= due
        totals = WardTotals.objects.get(ward=ward)
        assert (totals.beds, totals.occupied, totals.next_end_at) == (1, 1, None)
    assert by_itself


@pytest.mark.django_db(transaction=True)
def test_changes_of_two_beds_of_a_ward_both_count():
    ward = ward_with_beds(2)
    people = ward_editor(ward), ward_editor(ward, "walter.ward")
    beds = list(ward.beds.all())
    for round_number in range(ROUNDS):
        state = BedState.AVAILABLE if round_number % 2 == 0 else BedState.OCCUPIED
        seen = [newest(bed).pk for bed in beds]

        def change(position, state=state, seen=seen):
            return change_bed(
                bed=beds[position], state=state, seen_entry=seen[position], by=people[position]
            )

        at_once(change, 2)
        assert getattr(WardTotals.objects.get(ward=ward), state) == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_confirms_once_however_fast():
    ward = ward_with_beds(1)
    wendy = ward_editor(ward)
    for round_number in range(1, ROUNDS + 1):
        WardTotals.objects.update(confirmed_at=None, confirmed_by=None)
        at_once(lambda _: confirm_ward(ward=ward, by=wendy), 4)
        assert WardConfirmation.objects.count() == round_number


@pytest.mark.django_db(transaction=True)
def test_a_confirmation_never_covers_a_change_that_the_person_did_not_see():
    ward = ward_with_beds(1)
    wendy, walter = ward_editor(ward), ward_editor(ward, "walter.ward")
    bed = ward.beds.get()
    for _ in range(ROUNDS):
        seen = newest(bed)
        state = next(s for s in (BedState.AVAILABLE, BedState.OCCUPIED) if s != seen.state)
        confirmed_before = WardConfirmation.objects.count()

        def change_or_confirm(position, seen=seen.pk, state=state):
            if position == 0:
                return change_bed(bed=bed, state=state, seen_entry=seen, by=walter)
            try:
                return confirm_ward(ward=ward, seen_entry=seen, by=wendy)
            except Conflict as conflict:
                return str(conflict)

        entry, confirmed = at_once(change_or_confirm, 2)
        if isinstance(confirmed, str):
            assert WardConfirmation.objects.count() == confirmed_before
        else:
            assert WardConfirmation.objects.latest("at").at < entry.starts_at
