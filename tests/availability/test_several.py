"""Several beds of a ward at once, and taps that are sent twice."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from availability.choices import BedState
from availability.conditions import Condition
from availability.conflicts import Meanwhile, is_repeat
from availability.models import BedEntry
from availability.services import change_beds
from core.errors import DomainError
from core.models import AuditEvent
from tests.availability.test_board import tap, text_of
from tests.factories.accounts import ward_editor
from tests.factories.availability import bed_manager, change, newest, ward_with_beds

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CPMS-01")]


def address(ward):
    return reverse("availability:several", args=[ward.pk])


def sent(ward, *beds, **more):
    seen = ",".join(str(newest(bed).pk) for bed in ward.beds.all())
    return {"beds": [str(bed) for bed in beds], "seen_entries": seen, **more}


def states(ward):
    return [newest(bed).state for bed in ward.beds.all()]


class TestSeveral:
    def test_ticked_beds_change_each_with_its_own_entry(self, client, ward, wendy):
        first, _, third = ward.beds.all()
        assert "Bed 2: Occupied" in text_of(client.get(address(ward)))
        data = sent(ward, first.pk, third.pk, state="closed", closed_reason="staffing")
        answer = client.post(address(ward), data, follow=True)
        assert "2 beds are now Closed (staffing)." in text_of(answer)
        assert states(ward) == ["closed", "occupied", "closed"]
        assert [bed.entries.count() for bed in ward.beds.all()] == [2, 1, 2]
        assert AuditEvent.objects.filter(event="bed.changed").count() == 2
        ward.totals.refresh_from_db()
        assert (ward.totals.occupied, ward.totals.closed) == (1, 2)

    def test_all_are_ticked_at_once_and_sent_twice_they_change_once(self, client, ward, wendy):
        data = sent(ward, "all", state="preparing", ready_in="2")
        for _ in range(2):
            assert client.post(address(ward), data).status_code == 302
        assert states(ward) == ["preparing"] * 3
        assert BedEntry.objects.count() == 6

    def test_if_one_has_changed_none_changes_and_it_is_named(self, client, ward, wendy):
        first, second, _ = ward.beds.all()
        data = sent(ward, first.pk, second.pk, state="reserved", held_for="Crew", held_hours="2")
        change(second, BedState.ISOLATED, by=bed_manager(ward))
        answer = client.post(address(ward), data)
        assert answer.status_code == 409
        said = text_of(answer)
        assert "Bed 2 changed after you opened this page You saw Occupied" in said
        assert "Isolated, by Bella Beds (availability editor) at" in said
        assert "You chose Reserved, until" in said
        assert states(ward) == ["occupied", "isolated", "occupied"]
        page = answer.content.decode()
        assert 'value="Crew"' in page
        assert page.count(" checked") == 3, "two beds and the state"
        again = data | {"seen_entries": sent(ward)["seen_entries"]}
        assert again["seen_entries"] in page
        assert client.post(address(ward), again).status_code == 302
        assert states(ward) == ["reserved", "reserved", "occupied"]

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"beds": []}, "Choose at least one bed"),
            ({"beds": ["elsewhere"]}, "Choose from the beds below"),
            ({"beds": ["\0"]}, "Choose from the beds below"),
            ({"beds": ["9" * 5000]}, "Choose from the beds below"),
            ({"beds": ["all", "own"]}, "Choose all beds, or some of them"),
            ({"state": "\0"}, "Choose what the bed is now"),
            ({"state": "closed"}, "Choose why the bed is closed"),
            ({"seen_entries": ""}, "out of date"),
            ({"seen_entries": "1,\0"}, "out of date"),
            ({"seen_entries": "9" * 40}, "out of date"),
            ({"seen_entries": "1," * 5000}, "out of date"),
        ],
    )
    def test_bad_input_is_said_and_changes_nothing(self, client, ward, wendy, wrong, error):
        elsewhere = ward_with_beds(1, name="CAMHS-Thames-GAU").beds.get()
        known = {"elsewhere": str(elsewhere.pk), "own": str(ward.beds.first().pk)}
        if "beds" in wrong:
            wrong = {"beds": [known.get(one, one) for one in wrong["beds"]]}
        data = sent(ward, ward.beds.first().pk, state="isolated") | wrong
        answer = client.post(address(ward), data)
        assert answer.status_code == 200
        assert error in text_of(answer)
        assert BedEntry.objects.count() == 4

    def test_nobody_changes_none(self, wendy):
        with pytest.raises(DomainError, match="at least one"):
            change_beds(beds=[], state="isolated", seen_entries=[], by=wendy)

    @pytest.mark.parametrize("number", [3, 30])
    def test_the_page_costs_the_same_for_any_number_of_beds(
        self, client, number, django_assert_num_queries
    ):
        ward = ward_with_beds(number)
        client.force_login(ward_editor(ward))
        with django_assert_num_queries(6):
            client.get(address(ward))


class TestTwice:
    """What a phone sends again because no answer came changes nothing again."""

    @pytest.mark.parametrize("state", ["available", "preparing"])
    def test_a_tap(self, client, ward, wendy, state):
        bed = ward.beds.first()
        seen = newest(bed).pk
        for _ in range(3):
            assert tap(client, bed, state, seen=seen).status_code == 302
        assert bed.entries.count() == 2

    def test_a_tap_that_comes_again_much_later(self, ward, wendy):
        """So many hours from then are the same as so many hours from now."""
        bed = ward.beds.first()
        occupied = newest(bed)
        now = timezone.now()
        then = now - timedelta(minutes=20)
        said = Condition("preparing", due_at=then + timedelta(hours=2))
        made = BedEntry(
            bed=bed, state=said.state, **said.details, by=wendy, origin="board", starts_at=then
        )
        happened = Meanwhile(bed, occupied, [made])
        wanted = Condition("preparing", due_at=now + timedelta(hours=2))
        assert is_repeat(happened, wanted, wendy, now)
        later = Condition("preparing", due_at=now + timedelta(hours=4))
        assert not is_repeat(happened, later, wendy, now)

    def test_but_after_a_colleague_it_is_a_conflict(self, client, ward, wendy):
        bed = ward.beds.first()
        seen = newest(bed).pk
        tap(client, bed, "available", seen=seen)
        change(bed, BedState.OCCUPIED, by=bed_manager(ward))
        assert tap(client, bed, "available", seen=seen).status_code == 409
        assert newest(bed).state == BedState.OCCUPIED

    def test_who_keeps_what_a_colleague_did_gets_the_row_as_it_is(self, client, ward, wendy):
        bed = ward.beds.first()
        answer = client.get(
            reverse("availability:change", args=[bed.pk]),
            {"seen_on_page": max(newest(each).pk for each in ward.beds.all())},
            headers={"HX-Request": "true"},
        )
        assert answer.content.decode().count('class="cpms-bed"') == 1
        assert bed.entries.count() == 1
