"""The pages on which a bed is said to be more than a tap says, and a ward to take fewer."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from availability.choices import BedState
from availability.conditions import Condition
from availability.services import limit_intake
from availability.upkeep.services import retire_bed
from tests.factories.accounts import ward_editor
from tests.factories.availability import bed_manager, change, newest

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("wendy"),
    pytest.mark.requirement("CPMS-01"),
]


class TestPages:
    @pytest.mark.parametrize(
        ("sent", "state", "words"),
        [
            ({"available_in": ""}, "available", ""),
            ({"available_in": "4"}, "available", "from "),
            ({"held_for": "Night team", "held_hours": "2"}, "reserved", "for Night team"),
            ({"delay_reason": "18"}, "occupied", "supported accommodation"),
            ({}, "on_leave", ""),
            ({"ready_in": "1"}, "preparing", "ready at"),
            ({}, "isolated", ""),
            ({"closed_reason": "acuity"}, "closed", ""),
        ],
    )
    def test_every_state_is_saved_with_its_details_and_shown(
        self, client, ward, wendy, sent, state, words
    ):
        bed = ward.beds.first()
        change(bed, BedState.ISOLATED if state != "isolated" else BedState.AVAILABLE, by=wendy)
        page = f"/beds/{bed.pk}/details/"
        answer = client.post(page, {"state": state, "seen_entry": newest(bed).pk, **sent})
        assert answer["Location"] == f"/wards/{ward.pk}/#bed-{bed.pk}"
        assert newest(bed).state == state
        assert words in client.get(f"/wards/{ward.pk}/").content.decode()

    @pytest.mark.parametrize(
        ("sent", "error"),
        [
            ({"state": "reserved", "held_hours": "2"}, "Enter for whom the bed is held"),
            ({"state": "reserved", "held_for": "x"}, "Choose until when the bed is held"),
            ({"state": "reserved", "held_for": "9434765919", "held_hours": "2"}, "NHS number"),
            ({"state": "preparing", "ready_in": "3"}, "Choose from the list"),
            ({"state": "closed"}, "Choose why the bed is closed"),
            ({"state": "lost"}, "Choose what the bed is now"),
            (
                {"state": "on_leave", "back_on_day": "1", "back_on_month": "1"}
                | {"back_on_year": "2020"},
                "Enter today&#x27;s date or a later one",
            ),
            ({"state": "isolated", "seen_entry": "x"}, "out of date"),
        ],
    )
    def test_what_is_wrong_is_said_and_changes_nothing(self, client, ward, sent, error):
        bed = ward.beds.first()
        sent = {"seen_entry": newest(bed).pk, **sent}
        answer = client.post(f"/beds/{bed.pk}/details/", sent)
        assert error in answer.content.decode()
        assert bed.entries.count() == 1

    def test_the_page_begins_with_what_the_bed_is(self, client, ward, wendy):
        bed = ward.beds.first()
        change(
            bed,
            BedState.RESERVED,
            by=wendy,
            due_at=timezone.now() + timedelta(hours=4),
            held_for="Night team",
        )
        assert 'value="Night team"' in client.get(f"/beds/{bed.pk}/details/").content.decode()
        change(bed, BedState.OCCUPIED, by=wendy, due_at=datetime(2031, 3, 9, 12, tzinfo=UTC))
        page = client.get(f"/beds/{bed.pk}/details/").content.decode()
        for number in ("9", "3", "2031"):
            assert f'value="{number}"' in page

    def test_what_is_hidden_by_the_choice_counts_for_nothing(self, client, ward):
        bed = ward.beds.first()
        client.post(
            f"/beds/{bed.pk}/details/",
            {
                "state": "isolated",
                "held_for": "9434765919",
                "closed_reason": "staffing",
                "back_on_day": "99",
                "seen_entry": newest(bed).pk,
            },
        )
        assert Condition.of(newest(bed)) == Condition(BedState.ISOLATED)

    @pytest.mark.parametrize(
        ("page", "sent"),
        [
            ("/beds/{bed}/details/", {"state": "reserved"}),
            ("/wards/{ward}/several/", {}),
            ("/wards/{ward}/beds/add/", {}),
            ("/beds/{retired}/bring-back/", {}),
        ],
    )
    def test_errors_are_in_the_order_of_their_questions(self, client, ward, wendy, page, sent):
        bed, retired = ward.beds.all()[:2]
        seen = newest(retired).pk
        retire_bed(bed=retired, reason="An office now", seen_entry=seen, by=wendy, anyway=True)
        address = page.format(bed=bed.pk, ward=ward.pk, retired=retired.pk)
        said = client.post(address, {**sent, "seen_entry": newest(bed).pk}).content.decode()
        targets = re.findall(r'<a href="#([^"]+)">', said.partition("<h1")[0])
        inputs = [said.index(f' id="{target}"') for target in targets]
        assert len(inputs) == 2
        assert inputs == sorted(inputs)

    def test_an_expected_day_is_not_beyond_ten_years(self, client, ward):
        bed = ward.beds.first()
        day = {"back_on_day": "1", "back_on_month": "12"}
        for year, code in (("9999", 200), (str(timezone.localdate().year + 9), 302)):
            sent = {"state": "on_leave", **day, "back_on_year": year}
            sent["seen_entry"] = newest(bed).pk
            answer = client.post(f"/beds/{bed.pk}/details/", sent)
            said = "Enter a date within the next 10 years" in answer.content.decode()
            assert (answer.status_code, said) == (code, code == 200)

    def test_a_change_meanwhile_is_told_and_what_was_typed_stays(self, client, ward):
        bed = ward.beds.first()
        seen = newest(bed).pk
        change(bed, BedState.ISOLATED, by=bed_manager(ward))
        sent = {"state": "reserved", "held_for": "Night team", "held_hours": "2"}
        answer = client.post(f"/beds/{bed.pk}/details/", {**sent, "seen_entry": seen})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "by Bella Beds" in page
        assert 'value="Night team"' in page
        again = {**sent, "seen_entry": newest(bed).pk}
        assert f'name="seen_entry" value="{newest(bed).pk}"' in page
        assert client.post(f"/beds/{bed.pk}/details/", again).status_code == 302

    def test_undo_stands_in_the_row_of_ones_own_change_alone(self, client, ward, wendy):
        bed = ward.beds.first()
        board = f"/wards/{ward.pk}/"
        assert "Undo" not in client.get(board).content.decode()
        entry = change(bed, BedState.AVAILABLE, by=wendy)
        assert client.get(board).content.decode().count(">Undo<") == 1
        answer = client.post(f"/beds/{bed.pk}/undo/", {"entry": entry.pk}, follow=True)
        assert f"{bed} is Occupied again." in answer.content.decode()
        assert newest(bed).state == BedState.OCCUPIED
        assert client.post(f"/beds/{bed.pk}/undo/", {"entry": entry.pk}).status_code == 302
        assert bed.entries.count() == 3, "sent twice"
        assert client.post(f"/beds/{bed.pk}/undo/", {"entry": "x"}).status_code == 400

    def test_the_limit_is_said_and_taken_back(self, client, ward):
        page, board = f"/wards/{ward.pk}/limit/", f"/wards/{ward.pk}/"
        assert client.post(page, {"can_take": "1", "seen_entry": 0})["Location"] == board
        assert "you can take 1 more now" in client.get(board).content.decode()
        for wrong in ("x", "-1", "999", "1.5", "\0"):
            assert (
                "Enter a number from 0 to"
                in client.post(page, {"can_take": wrong}).content.decode()
            )
        seen = ward.intake_limits.get().pk
        client.post(page, {"can_take": "", "seen_entry": seen})
        assert "Say how many more patients" in client.get(board).content.decode()

    def test_who_limits_second_is_told_of_the_first_and_decides_again(self, client, ward, wendy):
        page = f"/wards/{ward.pk}/limit/"
        seen = client.get(page).context["form"]["seen_entry"].value()
        limit_intake(ward=ward, can_take=3, by=ward_editor(ward, "wanda.ward"))
        answer = client.post(page, {"can_take": "5", "seen_entry": seen})
        assert answer.status_code == 409
        said = answer.content.decode()
        assert "This was changed to 3 by Wanda Ward (availability editor) at" in said
        assert 'value="5"' in said
        assert ward.intake_limits.count() == 1
        again = answer.context["form"]["seen_entry"].value()
        assert client.post(page, {"can_take": "5", "seen_entry": again}).status_code == 302
        assert client.post(page, {"can_take": "5", "seen_entry": seen}).status_code == 302
        assert [one.can_take for one in ward.intake_limits.order_by("pk")] == [3, 5]
