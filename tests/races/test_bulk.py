"""Beds of several wards at once, on real connections.

Without the lock on WardTotals the first is red, without the order of the wards the second.
"""

import pytest

from availability.bulk.services import change_wards
from availability.choices import BedState
from availability.conditions import Condition
from availability.models import Bed, BedEntry, WardTotals
from availability.queries import entries_now
from availability.services import change_bed
from core.errors import Conflict
from tests.counts import often
from tests.factories.accounts import ward_editor
from tests.factories.availability import bed_manager, newest, ward_with_beds
from tests.races import at_once

ROUNDS = often(400)
PLAIN = (BedState.AVAILABLE, BedState.OCCUPIED, BedState.ISOLATED)


def two_wards():
    first = ward_with_beds(2, name="Avon")
    return first, ward_with_beds(2, name="Brent", unit=first.unit)


def others(seen):
    """Two states that the bed is not in."""
    return [state for state in PLAIN if state != seen.state][:2]


def totals_say_what_beds_say(wards):
    for ward in wards:
        totals = WardTotals.objects.get(ward=ward)
        states = [entry.state for entry in entries_now(Bed.objects.filter(ward=ward))]
        counted = {state: getattr(totals, state) for state in BedState.values}
        assert counted == {state: states.count(state) for state in BedState.values}


@pytest.mark.django_db(transaction=True)
def test_a_save_of_all_wards_and_a_tap_do_not_overwrite_each_other():
    wards = two_wards()
    bella, wendy = bed_manager(wards[0]), ward_editor(wards[0])
    beds = [ward.beds.first() for ward in wards]
    for _ in range(ROUNDS):
        seen = [newest(bed) for bed in beds]
        before = BedEntry.objects.count()
        tapped, saved = others(seen[0])

        def tap_or_save(position, seen=seen, tapped=tapped, saved=saved):
            try:
                if position == 0:
                    change_bed(bed=beds[0], state=tapped, seen_entry=seen[0].pk, by=wendy)
                else:
                    change_wards(
                        changes={
                            beds[0].pk: Condition(saved),
                            beds[1].pk: Condition(others(seen[1])[0]),
                        },
                        seen_entries=[one.pk for one in seen],
                        by=bella,
                    )
            except Conflict:
                return "told"
            return "done"

        results = at_once(tap_or_save, 2)
        assert sorted(results) == ["done", "told"]
        won_by_tap = results[0] == "done"
        assert newest(beds[0]).state == (tapped if won_by_tap else saved)
        assert (newest(beds[1]) == seen[1]) == won_by_tap, "all or nothing"
        assert BedEntry.objects.count() == before + (1 if won_by_tap else 2)
        totals_say_what_beds_say(wards)


@pytest.mark.django_db(transaction=True)
def test_two_saves_that_name_the_wards_in_opposite_order_do_not_wait_for_each_other():
    wards = two_wards()
    people = bed_manager(wards[0]), bed_manager(wards[0])
    # Each changes another bed of each ward, so that both can succeed.
    beds = [list(ward.beds.all()) for ward in wards]
    for _ in range(ROUNDS):

        def save(position):
            mine = [beds[0][position], beds[1][position]]
            seen = [newest(bed) for bed in mine]
            in_order = list(zip(mine, seen, strict=True))[:: 1 if position else -1]
            return change_wards(
                changes={bed.pk: Condition(others(one)[0]) for bed, one in in_order},
                seen_entries=[one.pk for one in seen],
                by=people[position],
            )

        made = at_once(save, 2)
        assert [len(entries) for entries in made] == [2, 2]
        totals_say_what_beds_say(wards)
