"""Two people at the beds of a ward themselves. Without the lock on WardTotals these are red."""

import pytest

from availability.choices import BedState
from availability.models import Bed, BedUpkeep, WardTotals
from availability.queries import entries_now
from availability.services import change_bed
from availability.upkeep.services import add_beds, bring_back_bed, retire_bed
from core.errors import DomainError
from tests.counts import often
from tests.factories.accounts import ward_editor
from tests.factories.availability import newest, ward_with_beds
from tests.races import at_once

ROUNDS = often(400)


def counted(ward):
    totals = WardTotals.objects.get(ward=ward)
    return {state: getattr(totals, state) for state in BedState.values if getattr(totals, state)}


def what_beds_say(ward):
    entries = entries_now(Bed.objects.filter(ward=ward))
    return {
        state: sum(entry.state == state for entry in entries)
        for state in {entry.state for entry in entries}
    }


@pytest.mark.django_db(transaction=True)
def test_a_bed_that_is_retired_while_it_is_changed_is_counted_once_or_not_at_all():
    ward = ward_with_beds(2)
    people = ward_editor(ward), ward_editor(ward, "walter.ward")
    bed = ward.beds.first()
    for _ in range(ROUNDS):
        seen = newest(bed)
        state = BedState.ISOLATED if seen.state != BedState.ISOLATED else BedState.AVAILABLE

        def retire_or_change(position, seen=seen.pk, state=state):
            try:
                if position:
                    change_bed(bed=bed, state=state, seen_entry=seen, by=people[1])
                else:
                    retire_bed(bed=bed, reason="Flood", seen_entry=seen, by=people[0], anyway=True)
            except DomainError:
                return "told"
            return "done"

        results = at_once(retire_or_change, 2)
        assert sorted(results) == ["done", "told"]
        assert counted(ward) == what_beds_say(ward)
        if results[0] == "done":
            bring_back_bed(bed=bed, name="Bed 1", state="occupied", by=people[0])
            assert counted(ward) == what_beds_say(ward)
    work = list(BedUpkeep.objects.values_list("what", flat=True))
    assert work.count("retired") == work.count("returned")


@pytest.mark.django_db(transaction=True)
def test_the_same_names_twice_make_beds_once_and_the_other_is_told():
    ward = ward_with_beds(1)
    people = ward_editor(ward), ward_editor(ward, "walter.ward")
    for number in range(ROUNDS):
        names = [f"Room {number}", f"Annexe {number}"]

        def add(position, names=names):
            try:
                return add_beds(ward=ward, names=names, state="occupied", by=people[position])
            except DomainError as error:
                return str(error)

        results = at_once(add, 2)
        assert [type(result) for result in results].count(list) == 1
        assert counted(ward) == {"occupied": ward.beds.count()} == {"occupied": 3 + 2 * number}


@pytest.mark.django_db(transaction=True)
def test_a_double_click_adds_once_however_fast():
    ward = ward_with_beds(1)
    wendy = ward_editor(ward)
    for number in range(ROUNDS):
        added = at_once(
            lambda _, n=number: add_beds(
                ward=ward, names=[f"Room {n}"], state="occupied", by=wendy
            ),
            3,
        )
        assert len({beds[0].pk for beds in added}) == 1
    assert ward.beds.count() == 1 + ROUNDS
