"""Two people at the same bed, on real connections. Without the lock on WardTotals these are red."""

import pytest

from availability.choices import BedState
from availability.models import BedEntry, WardConfirmation, WardTotals
from availability.services import change_bed, confirm_ward
from core.errors import Conflict
from tests.counts import often
from tests.factories.accounts import ward_editor
from tests.factories.availability import newest, ward_with_beds
from tests.races import at_once

ROUNDS = often(200)


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_of_one_bed_one_wins_and_the_other_is_told():
    ward = ward_with_beds(1)
    people = ward_editor(ward), ward_editor(ward, "walter.ward")
    bed = ward.beds.get()
    for round_number in range(1, ROUNDS + 1):
        seen = newest(bed)
        wanted = [state for state in BedState.values if state != seen.state]

        def change(position, seen=seen, wanted=wanted):
            state = wanted[position]
            reason = "acuity" if state == BedState.CLOSED else ""
            try:
                return change_bed(
                    bed=bed,
                    state=state,
                    closed_reason=reason,
                    seen_entry=seen.pk,
                    by=people[position],
                )
            except Conflict as conflict:
                return str(conflict)

        results = at_once(change, 2)
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
