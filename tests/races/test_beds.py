"""Two people at the same bed, on real connections. Without the lock on WardTotals these are red."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.queries import wards_viewable_by
from availability.choices import BedState
from availability.models import BedEntry, IntakeLimit, WardConfirmation, WardReminder, WardTotals
from availability.models.wards import COUNTED
from availability.queries import counted, entries_now, free_now
from availability.services import change_bed, change_beds, confirm_ward, limit_intake
from availability.tasks import remind_of_freshness, write_what_time_did_everywhere
from core.errors import Conflict
from notifications.models import Notification
from tests.counts import LONG, often
from tests.factories.accounts import searcher, ward_editor
from tests.factories.availability import change, newest, ward_with_beds
from tests.races import at_once

ROUNDS = often(400)


def assert_summary_is_what_the_beds_say(ward):
    totals = WardTotals.objects.get(ward=ward)
    true = counted(ward, entries_now(ward.beds.all()))
    assert {column: getattr(totals, column) for column in COUNTED} == {
        column: getattr(true, column) for column in COUNTED
    }
    limit = IntakeLimit.objects.filter(ward=ward).order_by("pk").last()
    assert totals.can_take == (limit.can_take if limit else None)


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
        assert f"was changed to {won.state_in_words} by " in told
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
        due = timezone.now() + timedelta(milliseconds=400 + round_number % 10)
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
    assert by_itself or not LONG


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
        assert_summary_is_what_the_beds_say(ward)
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


@pytest.mark.django_db(transaction=True)
def test_several_beds_at_once_against_single_taps_are_all_or_nothing():
    ward = ward_with_beds(3)
    wendy, walter = ward_editor(ward), ward_editor(ward, "walter.ward")
    beds = list(ward.beds.all())
    won = set()
    for round_number in range(ROUNDS):
        seen = [newest(bed) for bed in beds]
        number = BedEntry.objects.count()
        several, single = [state for state in PLAIN[:3] if state != seen[0].state][:2]

        def several_or_single(
            position, seen=seen, several=several, single=single, late=round_number % 2
        ):
            # Each is the first now and then.
            time.sleep(0.004 if position == late else 0)
            try:
                if position == 0:
                    ids = [entry.pk for entry in seen]
                    return change_beds(beds=beds, state=several, seen_entries=ids, by=wendy)
                return change_bed(bed=beds[1], state=single, seen_entry=seen[1].pk, by=walter)
            except Conflict as conflict:
                return str(conflict)

        of_several, of_single = at_once(several_or_single, 2)
        assert isinstance(of_several, str) != isinstance(of_single, str), "one wins, one is told"
        if isinstance(of_single, str):
            won.add("several")
            assert [newest(bed).state for bed in beds] == [several] * 3
            assert f"Bed 2 was changed to {of_several[1].state_in_words} by Wendy" in of_single
        else:
            won.add("single")
            assert "Bed 2 was changed to" in of_several
            assert [newest(bed).pk for bed in beds] == [seen[0].pk, of_single.pk, seen[2].pk]
            number -= 2
        assert BedEntry.objects.count() == number + 3
        assert_summary_is_what_the_beds_say(ward)
        ids = [newest(bed).pk for bed in beds]
        change_beds(beds=beds, state=BedState.OCCUPIED, seen_entries=ids, by=wendy)
    assert won == {"several", "single"} or not LONG


@pytest.mark.django_db(transaction=True)
def test_a_limit_of_the_staff_against_openings_loses_neither():
    ward = ward_with_beds(2)
    people = [ward_editor(ward, f"wanda.ward{number}") for number in range(3)]
    beds = list(ward.beds.all())
    sam = searcher(ward.service_type.group)
    for round_number in range(ROUNDS):
        state = BedState.AVAILABLE if round_number % 2 == 0 else BedState.OCCUPIED
        seen = [newest(bed).pk for bed in beds]
        number = round_number % 3

        def limit_or_open(position, state=state, seen=seen, number=number):
            if position == 2:
                return limit_intake(ward=ward, can_take=number, by=people[2])
            return change_bed(
                bed=beds[position], state=state, seen_entry=seen[position], by=people[position]
            )

        at_once(limit_or_open, 3)
        assert_summary_is_what_the_beds_say(ward)
        totals = WardTotals.objects.get(ward=ward)
        assert (getattr(totals, state), totals.can_take) == (2, number)
        free = wards_viewable_by(sam).annotate(free=free_now()).get(pk=ward.pk).free
        assert free == min(number, 2 if state == BedState.AVAILABLE else 0)


@pytest.mark.django_db(transaction=True)
def test_a_tap_that_is_sent_three_times_at_once_changes_once():
    ward = ward_with_beds(1)
    wendy = ward_editor(ward)
    bed = ward.beds.get()
    for round_number in range(1, ROUNDS + 1):
        seen = newest(bed).pk
        state = BedState.PREPARING if round_number % 2 else BedState.OCCUPIED

        def tap(_, seen=seen, state=state):
            ready = timezone.now() + timedelta(hours=2)
            due = {"due_at": ready} if state == BedState.PREPARING else {}
            return change_bed(bed=bed, state=state, seen_entry=seen, by=wendy, **due)

        assert len({entry.pk for entry in at_once(tap, 3)}) == 1
        assert bed.entries.count() == 1 + round_number
        assert_summary_is_what_the_beds_say(ward)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_remind_once():
    ward = ward_with_beds(1)
    ward_editor(ward)
    for round_number in range(1, often(60) + 1):
        WardReminder.objects.all().delete()
        WardTotals.objects.update(confirmed_at=timezone.now() - timedelta(hours=13))
        at_once(lambda _: remind_of_freshness(), 3)
        assert Notification.objects.count() == round_number
