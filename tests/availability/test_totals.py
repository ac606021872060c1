"""The running totals of a ward are what its history says, whatever was done."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from availability.choices import BedState, ClosedReason
from availability.models import Bed
from availability.queries import current_entries
from availability.services import add_beds, change_bed, confirm_ward
from core.errors import DomainError
from tests.factories.availability import bed_manager, ward_with_beds

BEDS = 3
changes = st.tuples(
    st.integers(0, BEDS - 1),
    st.sampled_from(BedState.values),
    st.sampled_from(["", *ClosedReason.values]),
    st.booleans(),
)
steps = st.lists(st.one_of(changes, st.sampled_from(["confirm", "add"])), max_size=20)


class TotalsTest(TestCase):
    @settings(max_examples=25)
    @given(steps)
    def test_totals_are_what_the_entries_say(self, steps):
        ward = ward_with_beds(BEDS)
        by = bed_manager(ward)
        beds = list(ward.beds.all())
        seen = [bed.entries.get().pk for bed in beds]
        written = BEDS
        for step in steps:
            if step == "confirm":
                confirm_ward(ward=ward, by=by)
                continue
            if step == "add":
                add_beds(ward=ward, number=1, by=by)
                written += 1
                continue
            number, state, reason, fresh_page = step
            before = beds[number].entries.latest("starts_at")
            try:
                entry = change_bed(
                    bed=beds[number],
                    state=state,
                    closed_reason=reason,
                    seen_entry=before.pk if fresh_page else seen[number],
                    by=by,
                )
            except DomainError:
                continue
            assert (entry.state, entry.closed_reason) == (state, reason)
            written += entry != before

        entries = list(current_entries(Bed.objects.filter(ward=ward)))
        said = Counter(entry.state for entry in entries)
        totals = ward.totals
        totals.refresh_from_db()
        assert {state: getattr(totals, state) for state in BedState.values} == {
            state: said[state] for state in BedState.values
        }
        assert totals.beds == len(entries)
        assert sum(bed.entries.count() for bed in ward.beds.all()) == written
