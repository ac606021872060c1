"""Two people at the same bed, on real connections. Without the lock on WardTotals these are red."""

import threading

import pytest
from django.db import connection

from availability.choices import BedState
from availability.models import BedEntry, WardConfirmation, WardTotals
from availability.services import change_bed, confirm_ward
from core.errors import Conflict
from tests.factories.accounts import ward_editor
from tests.factories.availability import newest, ward_with_beds

ROUNDS = 20


def at_once(*actions):
    """Run the actions in threads of their own, let go together; what each gave or raised."""
    barrier = threading.Barrier(len(actions))
    results = [None] * len(actions)

    def run(index, action):
        try:
            connection.ensure_connection()
            barrier.wait(10)
            results[index] = action()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(actions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_of_one_bed_one_wins_and_the_other_is_told():
    ward = ward_with_beds(1)
    wendy, walter = ward_editor(ward), ward_editor(ward, "walter.ward")
    bed = ward.beds.get()
    for round_number in range(1, ROUNDS + 1):
        seen = newest(bed)
        wanted = [state for state in BedState.values if state != seen.state]
        results = at_once(
            *(
                lambda state=state, by=by: change_bed(
                    bed=bed,
                    state=state,
                    closed_reason="acuity" if state == BedState.CLOSED else "",
                    seen_entry=seen.pk,
                    by=by,
                )
                for state, by in zip(wanted, (wendy, walter), strict=True)
            )
        )
        assert sorted(type(result).__name__ for result in results) == ["BedEntry", "Conflict"]
        [won] = [result for result in results if isinstance(result, BedEntry)]
        assert newest(bed) == won
        assert bed.entries.count() == 1 + round_number
        totals = WardTotals.objects.get(ward=ward)
        assert {state: getattr(totals, state) for state in BedState.values} == {
            state: int(state == won.state) for state in BedState.values
        }


@pytest.mark.django_db(transaction=True)
def test_changes_of_two_beds_of_a_ward_both_count():
    ward = ward_with_beds(2)
    wendy, walter = ward_editor(ward), ward_editor(ward, "walter.ward")
    beds = list(ward.beds.all())
    for round_number in range(ROUNDS):
        state = BedState.AVAILABLE if round_number % 2 == 0 else BedState.OCCUPIED
        results = at_once(
            *(
                lambda bed=bed, by=by: change_bed(
                    bed=bed, state=state, seen_entry=newest(bed).pk, by=by
                )
                for bed, by in zip(beds, (wendy, walter), strict=True)
            )
        )
        assert all(isinstance(result, BedEntry) for result in results), results
        assert getattr(WardTotals.objects.get(ward=ward), state) == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_confirms_once_however_fast():
    ward = ward_with_beds(1)
    wendy = ward_editor(ward)
    at_once(*[lambda: confirm_ward(ward=ward, by=wendy)] * 4)
    assert WardConfirmation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_confirmation_never_covers_a_change_that_the_person_did_not_see():
    ward = ward_with_beds(1)
    wendy, walter = ward_editor(ward), ward_editor(ward, "walter.ward")
    bed = ward.beds.get()
    seen = newest(bed).pk
    _, confirmed = at_once(
        lambda: change_bed(bed=bed, state=BedState.AVAILABLE, seen_entry=seen, by=walter),
        lambda: confirm_ward(ward=ward, seen_entry=seen, by=wendy),
    )
    if isinstance(confirmed, Conflict):
        assert not WardConfirmation.objects.exists()
    else:
        assert WardConfirmation.objects.get().at < newest(bed).starts_at
