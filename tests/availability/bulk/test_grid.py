"""The grid of all wards: choose, look at the changes, save all or nothing."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from availability.bulk.queries import pages_of
from availability.bulk.services import change_wards
from availability.choices import EntryOrigin
from availability.conditions import Condition
from availability.models import Bed, BedEntry, WardConfirmation, WardTotals
from core.errors import DomainError
from core.models import AuditEvent
from tests.availability.pages import text_of
from tests.factories.availability import bed_manager, change, newest, ward_with_beds

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CPMS-01")]

GRID = "availability:bulk"


def sent(*wards, **more):
    beds = Bed.objects.filter(ward__in=wards).order_by("ward", "position")
    return {"seen_entries": ",".join(str(newest(bed).pk) for bed in beds), **more}


def state_of(bed):
    return f"bed-{bed.pk}-state"


def typed(bed, name, day):
    return {f"bed-{bed.pk}-{name}_{part}": getattr(day, part) for part in ("day", "month", "year")}


def post(client, data, **asked):
    return client.post(reverse(GRID, query=asked), data)


def states():
    return [newest(bed).state for bed in Bed.objects.order_by("ward", "position")]


class TestGrid:
    def test_choices_of_two_wards_are_shown_then_detailed_then_saved(self, client, wards, bella):
        first, second = (ward.beds.first() for ward in wards)
        page = text_of(client.get(reverse(GRID)))
        assert "Avon" in page
        assert "Nothing else has changed in Brent" in page
        data = sent(*wards) | {state_of(first): "available", state_of(second): "closed"}
        data["confirm"] = [str(wards[1].pk)]
        shown = post(client, data)
        assert "Save 2 changes" in text_of(shown)
        assert "There is a problem" not in text_of(shown), "not asked before is not wrong"
        missing = post(client, data | {"save": "1", f"bed-{second.pk}-closed_reason": ""})
        assert "Bed 1, Brent: Choose why the bed is closed" in text_of(missing)
        assert set(states()) == {"occupied"}
        data[f"bed-{second.pk}-closed_reason"] = "staffing"
        data["save"] = "1"
        answer = client.post(reverse(GRID), data, follow=True)
        assert "2 beds changed, 1 ward confirmed." in text_of(answer)
        assert states() == ["available", "occupied", "occupied", "closed", "occupied", "occupied"]
        assert [one.ward for one in WardConfirmation.objects.all()] == [wards[1]]
        assert AuditEvent.objects.filter(event="bed.changed", actor=bella).count() == 2
        made = BedEntry.objects.order_by("-pk")[:2]
        assert {entry.origin for entry in made} == {EntryOrigin.BOARD}, "to be undone like a tap"
        client.post(reverse(GRID), data)
        assert BedEntry.objects.count() == 8, "sent twice it counts once"
        assert WardConfirmation.objects.count() == 1

    def test_what_was_typed_is_kept_on_the_way_back(self, client, wards, bella):
        bed = wards[0].beds.first()
        held = {f"bed-{bed.pk}-held_for": "Crew", f"bed-{bed.pk}-held_hours": "4"}
        data = sent(*wards) | {state_of(bed): "reserved", **held}
        page = post(client, data | {"back": "1"}).content.decode()
        assert "<h1>Update all wards</h1>" in page
        assert '<option value="reserved" selected>' in page
        assert f'name="bed-{bed.pk}-held_for" value="Crew"' in page
        assert "There is a problem" not in page
        assert 'value="Crew"' in post(client, data).content.decode()
        post(client, data | {"save": "1"})
        assert newest(bed).held_for == "Crew"

    def test_what_somebody_did_meanwhile_is_shown_and_decided_on(
        self, client, wards, bella, walter
    ):
        first, second, third = wards[0].beds.all()
        data = sent(*wards) | {state_of(bed): "isolated" for bed in (first, second)}
        data |= {"confirm": [str(wards[0].pk)], "save": "1"}
        change(second, "available", by=walter)
        change(third, "available", by=walter)
        answer = post(client, data)
        assert answer.status_code == 409
        said = text_of(answer)
        assert "Bed 2 changed after you opened this page You saw Occupied" in said
        assert "Bed 3 changed after you opened this page" in said
        assert "Available, by Walter Ward (availability editor)" in said
        assert states()[:3] == ["occupied", "available", "available"]
        assert not WardConfirmation.objects.exists()
        again = data | {"leave": [str(second.pk)]} | sent(*wards)
        assert again["seen_entries"] in answer.content.decode()
        assert post(client, again).status_code == 302
        assert states()[:3] == ["isolated", "available", "available"]
        assert WardConfirmation.objects.count() == 1

    def test_an_occupied_bed_gets_its_expected_discharge_and_why_that_is_delayed(
        self, client, wards, bella
    ):
        bed = wards[0].beds.first()
        day = timezone.localdate() + timedelta(days=3)
        data = sent(*wards) | {state_of(bed): "occupied"}
        shown = text_of(post(client, data))
        assert "Expected discharge date (optional)" in shown
        assert "Is the patient ready for discharge, but delayed?" in shown
        assert "There is a problem" not in shown
        data |= typed(bed, "discharge_on", day) | {f"bed-{bed.pk}-delay_reason": "18"}
        post(client, data | {"save": "1"})
        assert (timezone.localdate(newest(bed).due_at), newest(bed).delay_reason) == (day, "18")
        page = post(client, sent(*wards) | {state_of(bed): "occupied"}).content.decode()
        for part in ("day", "month", "year"):
            assert re.search(
                f'name="bed-{bed.pk}-discharge_on_{part}"[^>]*value="{getattr(day, part)}"', page
            )
        post(client, data | sent(*wards) | {"save": "1"})
        assert BedEntry.objects.filter(bed=bed).count() == 2, "what already is changes nothing"

    @pytest.mark.parametrize(
        ("state", "name"), [("occupied", "discharge_on"), ("on_leave", "back_on")]
    )
    def test_an_expected_day_that_is_over_is_an_error_at_its_bed(
        self, client, wards, bella, state, name
    ):
        bed = wards[0].beds.first()
        data = sent(*wards) | {state_of(bed): state, "save": "1"}
        answer = post(client, data | typed(bed, name, timezone.localdate() - timedelta(days=1)))
        assert "Bed 1, Avon: Enter today's date or a later one" in text_of(answer)
        assert BedEntry.objects.filter(bed=bed).count() == 1
        day = timezone.localdate() + timedelta(days=1)
        post(client, data | typed(bed, name, day))
        assert newest(bed).state == state
        assert timezone.localdate(newest(bed).due_at) == day

    def test_bad_input_is_said_and_changes_nothing(self, client, wards, bella):
        elsewhere = ward_with_beds(
            1, name="Elsewhere", unit__organisation__ods_code="RX1", unit__ods_code="RX1"
        )
        own, foreign = state_of(wards[0].beds.first()), state_of(elsewhere.beds.get())
        for wrong, error in (
            ({}, "Choose what at least one bed is now"),
            ({own: "broken"}, "Choose from the states of the list"),
            ({own: "\0"}, "Choose from the states of the list"),
            ({foreign: "isolated"}, "not on this page any more"),
            ({"bed-\0-state": "isolated"}, "not on this page any more"),
            ({"bed-" + "9" * 50 + "-state": "isolated"}, "not on this page any more"),
            ({own: "isolated", "confirm": ["\0", "7"]}, "not on this page any more"),
            ({own: "isolated", "seen_entries": "\0"}, "out of date"),
            ({own: "isolated", "seen_entries": ""}, "out of date"),
        ):
            answer = post(client, sent(*wards) | wrong | {"save": "1"})
            assert error in text_of(answer)
        assert BedEntry.objects.count() == 7

    def test_a_made_up_address_shows_the_first_page(self, client, wards, bella):
        for asked in ({"page": "\0"}, {"page": "9" * 9}, {"unit": "\0"}):
            assert "Avon" in text_of(client.get(reverse(GRID), asked))

    def test_details_are_checked_as_everywhere(self, client, wards, bella):
        bed = wards[0].beds.first()
        held = {f"bed-{bed.pk}-held_for": "943 476 5919", f"bed-{bed.pk}-held_hours": "4"}
        answer = post(client, sent(*wards) | {state_of(bed): "reserved", **held, "save": "1"})
        assert "Bed 1, Avon: Remove the NHS number" in text_of(answer)
        assert set(states()) == {"occupied"}


class TestPages:
    def test_ten_wards_of_twelve_beds_are_one_light_page(self, client):
        wards = [ward_with_beds(12, name=f"Ward {number:02}") for number in range(11)]
        client.force_login(bed_manager(wards[0]))
        page = client.get(reverse(GRID))
        assert "Wards, page 2 of 2" in text_of(page)
        assert page.content.count(b"<select") == 120
        assert len(page.content) < 120 * 1024
        assert client.get(reverse(GRID), {"page": "2"}).content.count(b"<select") == 12

    def test_a_large_ward_is_not_divided(self):
        large, small = ward_with_beds(160, name="Large"), ward_with_beds(1, name="Small")
        for ward in (large, small):
            ward.totals = WardTotals.objects.get(ward=ward)
        assert pages_of([large, small]) == [[large], [small]]
        assert pages_of([]) == [[]]

    def test_one_unit_at_a_time(self, client, wards, bella):
        other = ward_with_beds(1, name="Cherwell", unit__ods_code="NV202")
        page = text_of(client.get(reverse(GRID), {"unit": str(other.unit_id)}))
        assert "Nothing else has changed in Cherwell" in page
        assert "Nothing else has changed in Avon" not in page


def test_wards_are_locked_in_one_order_however_they_are_named(wards, bella):
    beds = [ward.beds.first() for ward in reversed(wards)]
    with CaptureQueriesContext(connection) as queries:
        change_wards(
            changes={bed.pk: Condition("isolated") for bed in beds},
            seen_entries=[newest(bed).pk for bed in beds],
            by=bella,
        )
    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    for ward, lock in zip(wards, locks, strict=True):
        assert f'"ward_id" = {ward.pk} ' in lock


class TestCost:
    @pytest.mark.parametrize("number", [3, 30])
    def test_grid_and_preview_cost_the_same_for_any_number_of_beds(
        self, client, number, django_assert_num_queries
    ):
        ward = ward_with_beds(number)
        client.force_login(bed_manager(ward))
        data = sent(ward) | {state_of(ward.beds.first()): "isolated"}
        with django_assert_num_queries(6):
            client.get(reverse(GRID))
        with django_assert_num_queries(6):
            post(client, data)

    @pytest.mark.parametrize(("number", "changed"), [(5, 1), (30, 30)])
    def test_saving_costs_a_fixed_number_a_ward(self, number, changed, django_assert_num_queries):
        wards = [ward_with_beds(number, name=f"Ward {one}") for one in range(2)]
        bella = bed_manager(wards[0])
        beds = [bed for ward in wards for bed in ward.beds.all()[:changed]]
        seen = [newest(bed).pk for ward in wards for bed in ward.beds.all()]
        changes = {bed.pk: Condition("isolated") for bed in beds}
        # The savepoint, its end, 3 reads and, for each ward, 4: lock, entries, totals, trail.
        with django_assert_num_queries(5 + 2 * 4):
            change_wards(changes=changes, seen_entries=seen, by=bella)

    def test_nobody_changes_wards_of_others(self, wards, walter):
        bed = wards[1].beds.first()
        with pytest.raises(DomainError, match="You cannot update"):
            change_wards(
                changes={bed.pk: Condition("isolated")}, seen_entries=[newest(bed).pk], by=walter
            )
        with pytest.raises(DomainError, match="You cannot update"):
            change_wards(changes={}, seen_entries=[], confirmed=[10**15], by=walter)
