"""Beds that editors add, rename, put in order, retire and bring back."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState
from availability.models import Bed, BedEntry, BedUpkeep, WardTotals
from availability.queries import entries_now
from availability.upkeep.names import names_of
from availability.upkeep.services import (
    add_beds,
    bring_back_bed,
    move_bed,
    rename_bed,
    retire_bed,
)
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from tests.availability.pages import text_of
from tests.factories.accounts import grant, person, ward_editor
from tests.factories.availability import bed_manager, change, newest, ward_with_beds
from tests.factories.organisations import WardFactory

pytestmark = pytest.mark.django_db
NHS_NUMBER = "943 476 5919"


def names(ward):
    return list(ward.beds.filter(retired_at=None).values_list("name", flat=True))


def post(client, page, thing, /, **data):
    return client.post(reverse(f"availability:{page}", args=[thing.pk]), data)


def in_order(ward):
    """Whether the totals are what the beds say."""
    totals = WardTotals.objects.get(ward=ward)
    entries = entries_now(Bed.objects.filter(ward=ward))
    return (totals.beds, totals.occupied, totals.available, totals.closed) == (
        len(entries),
        *(sum(e.state == s for e in entries) for s in ("occupied", "available", "closed")),
    )


class TestNames:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Bed 4", ["Bed 4"]),
            (" Red  room \n\n Blue room", ["Red room", "Blue room"]),
            ("Bed 9-11", ["Bed 9", "Bed 10", "Bed 11"]),
            ("Bed 9 – 10\nAnnexe", ["Bed 9", "Bed 10", "Annexe"]),
            ("1-2", ["1", "2"]),
            ("A-12", ["A-12"]),
            ("Room 3-4a", ["Room 3-4a"]),
        ],
    )
    def test_a_line_is_a_name_or_a_row_of_them(self, text, found):
        assert names_of(text) == found

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (" \n ", "at least one"),
            ("Bed 1\nbed 1", "there twice"),
            ("Bed 3-1", "larger one"),
            ("Bed 1-9999", "200 beds at a time"),
            ("Bed 13-99999999999", "200 beds at a time"),
            ("\n".join(f"x{n}" for n in range(201)), "200 beds at a time"),
            ("x" * 41, "40 characters"),
            (NHS_NUMBER, "NHS number"),
        ],
    )
    def test_what_gives_no_names_is_said(self, text, problem):
        with pytest.raises(DomainError, match=problem):
            names_of(text)


class TestAdd:
    @pytest.mark.requirement("CPMS-01")
    def test_many_at_once_come_after_the_others_and_are_counted(self, client, ward, wendy):
        data = {"names": "Room 1-2\nAnnexe", "state": "closed", "closed_reason": "staffing"}
        response = post(client, "add_beds", ward, **data)
        assert "has 3 more beds" in text_of(client.get(response.url))
        assert names(ward) == ["Bed 1", "Bed 2", "Bed 3", "Room 1", "Room 2", "Annexe"]
        entry = newest(ward.beds.last())
        assert (entry.state, entry.closed_reason, entry.by) == ("closed", "staffing", wendy)
        assert in_order(ward)
        event = AuditEvent.objects.filter(event="beds.added").latest("pk")
        assert (event.actor, event.details) == (wendy, {"number": 3, "state": "closed"})

    def test_sent_again_it_adds_nothing(self, client, ward, wendy):
        for _ in range(2):
            data = {"names": "Room 1-2", "state": "occupied"}
            assert post(client, "add_beds", ward, **data).status_code == 302
        assert len(names(ward)) == 5
        assert in_order(ward)

    def test_a_name_that_the_ward_has_is_refused_and_what_was_typed_kept(self, client, ward, wendy):
        response = post(client, "add_beds", ward, names="Room 7\nBED 2", state="occupied")
        assert response.status_code == 409
        assert "The ward has a bed called Bed 2 already" in text_of(response)
        assert "Room 7\nBED 2" in html.unescape(response.content.decode())
        assert len(names(ward)) == 3

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            ({}, "Enter the name of at least one bed"),
            ({"names": "Room 1"}, "Choose occupied or closed"),
            ({"names": "Room 1", "state": "available"}, "Choose occupied or closed"),
            ({"names": "Room 1", "state": "closed"}, "Choose why the bed is closed"),
            ({"names": "Room 1", "state": "closed", "closed_reason": "x"}, "why the bed is"),
            ({"names": "Room\0", "state": "occupied"}, "Null characters"),
            ({"names": "x" * 5001, "state": "occupied"}, "Enter 5000 characters or fewer"),
            ({"names": NHS_NUMBER, "state": "occupied"}, "Remove the NHS number"),
        ],
    )
    def test_bad_input_is_told_at_its_field(self, client, ward, wendy, data, problem):
        response = post(client, "add_beds", ward, **data)
        assert response.status_code == 200
        assert problem in text_of(response)
        assert len(names(ward)) == 3

    def test_a_ward_without_beds_leads_there_from_its_board(self, client):
        ward = WardFactory()
        client.force_login(ward_editor(ward))
        page = client.get(reverse("availability:board", args=[ward.pk])).content.decode()
        assert reverse("availability:add_beds", args=[ward.pk]) in page

    def test_a_sessional_ward_has_none(self, ward):
        sessional = WardFactory(
            name="Day", kind="sessional", commissioned_beds=None, sessions_a_day=2
        )
        with pytest.raises(DomainError, match="sessions"):
            add_beds(ward=sessional, names=["1"], state="occupied", by=bed_manager(sessional))

    def test_without_the_right_nothing_is_added(self, ward):
        otto = ward_editor(WardFactory(name="Another"), "otto.outside")
        with pytest.raises(DomainError):
            add_beds(ward=ward, names=["Bed 9"], state="occupied", by=otto)
        assert len(names(ward)) == 3


def test_without_the_right_no_bed_is_renamed_moved_retired_or_brought_back(ward, wendy):
    first, second, _ = ward.beds.all()
    retire_bed(bed=second, reason="An office", seen_entry=newest(second).pk, by=wendy, anyway=True)
    before = list(Bed.objects.order_by("pk").values())
    otto = ward_editor(WardFactory(name="Another"), "otto.outside")
    for refused in (
        lambda: rename_bed(bed=first, name="Red room", was="Bed 1", by=otto),
        lambda: move_bed(bed=first, up=False, seen=0, by=otto),
        lambda: retire_bed(
            bed=first, reason="An office", seen_entry=newest(first).pk, by=otto, anyway=True
        ),
        lambda: bring_back_bed(bed=second, name="Bed 2", by=otto, state="occupied"),
    ):
        with pytest.raises(DomainError, match="You cannot update"):
            refused()
    assert list(Bed.objects.order_by("pk").values()) == before


class TestRename:
    def test_it_keeps_the_earlier_name_in_the_history(self, client, ward, wendy):
        bed = ward.beds.first()
        post(client, "rename_bed", bed, was="Bed 1", name="Red room")
        assert names(ward)[0] == "Red room"
        kept = BedUpkeep.objects.get()
        assert (kept.was_name, kept.name, kept.by) == ("Bed 1", "Red room", wendy)
        said = text_of(client.get(reverse("availability:bed_history", args=[bed.pk])))
        assert "Renamed to Red room" in said

    def test_of_two_the_second_sees_the_name_and_can_go_on(self, client, ward, wendy):
        bed = ward.beds.first()
        post(client, "rename_bed", bed, was="Bed 1", name="Red room")
        late = post(client, "rename_bed", bed, was="Bed 1", name="Blue room")
        assert late.status_code == 409
        assert "has called this bed Red room" in text_of(late)
        assert names(ward)[0] == "Red room"
        assert 'name="was" value="Red room"' in late.content.decode()

    def test_the_name_of_another_bed_is_refused(self, client, ward, wendy):
        response = post(client, "rename_bed", ward.beds.first(), was="Bed 1", name="bed 2")
        assert response.status_code == 409
        assert "another bed called bed 2" in text_of(response)

    @pytest.mark.parametrize(
        ("name", "problem"),
        [("", "Enter the name"), ("x" * 41, "40 characters"), ("\0", "Null"), (NHS_NUMBER, "NHS")],
    )
    def test_a_name_that_is_none_is_told(self, client, ward, wendy, name, problem):
        response = post(client, "rename_bed", ward.beds.first(), was="Bed 1", name=name)
        assert problem in text_of(response)
        assert names(ward)[0] == "Bed 1"

    def test_the_same_name_records_nothing(self, client, ward, wendy):
        post(client, "rename_bed", ward.beds.first(), was="Bed 1", name="Bed 1")
        assert not BedUpkeep.objects.exists()


class TestRetire:
    def retire(self, client, bed, **data):
        return post(client, "retire_bed", bed, seen_entry=newest(bed).pk, **data)

    @pytest.mark.requirement("CPMS-01")
    def test_it_leaves_board_and_totals_and_keeps_its_history(self, client, ward, wendy):
        bed = ward.beds.first()
        change(bed, BedState.AVAILABLE, by=wendy)
        assert self.retire(client, bed, reason="An office now").status_code == 302
        assert names(ward) == ["Bed 2", "Bed 3"]
        assert in_order(ward)
        assert WardTotals.objects.get(ward=ward).available == 0
        assert bed.entries.count() == 2
        page = client.get(reverse("availability:kept_beds", args=[ward.pk]))
        assert "An office now" in text_of(page)
        board = client.get(reverse("availability:board", args=[ward.pk]))
        assert board.content.count(b'class="cpms-bed"') == 2

    @pytest.mark.parametrize("state", ["occupied", "reserved", "on_leave"])
    def test_one_that_somebody_has_is_asked_for_again(self, client, ward, wendy, state):
        bed = ward.beds.first()
        if state == "reserved":
            due = timezone.now() + timedelta(hours=1)
            change(bed, BedState.RESERVED, by=wendy, held_for="Night team", due_at=due)
        elif state == "on_leave":
            change(bed, BedState.ON_LEAVE, by=wendy)
        response = self.retire(client, bed, reason="Flood")
        assert "Tick the box if it is to be retired all the same" in text_of(response)
        assert "Flood" in response.content.decode()
        assert len(names(ward)) == 3
        with pytest.raises(DomainError, match="Bed 1 is"):
            retire_bed(bed=bed, reason="Flood", seen_entry=newest(bed).pk, by=wendy)
        self.retire(client, bed, reason="Flood", anyway="on")
        assert len(names(ward)) == 2
        assert in_order(ward)

    def test_one_that_changed_meanwhile_is_shown_and_kept(self, client, ward, wendy):
        bed = ward.beds.first()
        seen = change(bed, BedState.AVAILABLE, by=wendy)
        change(bed, BedState.OCCUPIED, by=bed_manager(ward))
        response = post(client, "retire_bed", bed, seen_entry=seen.pk, reason="Flood")
        if response.status_code == 200:
            response = post(
                client, "retire_bed", bed, seen_entry=seen.pk, reason="Flood", anyway="on"
            )
        assert response.status_code == 409
        assert "was changed to Occupied by Bella Beds" in text_of(response)
        assert len(names(ward)) == 3

    def test_sent_again_it_changes_nothing(self, client, ward, wendy):
        bed = ward.beds.first()
        for _ in range(2):
            assert self.retire(client, bed, reason="Flood", anyway="on").status_code == 302
        assert BedUpkeep.objects.count() == 1
        assert in_order(ward)

    def test_its_hold_no_longer_ends_in_the_ward(self, ward, wendy):
        bed = ward.beds.first()
        due = timezone.now() + timedelta(hours=1)
        held = change(bed, BedState.RESERVED, by=wendy, held_for="Night team", due_at=due)
        retire_bed(bed=bed, reason="Flood", seen_entry=held.pk, by=wendy, anyway=True)
        assert WardTotals.objects.get(ward=ward).next_end_at is None

    @pytest.mark.parametrize(
        ("reason", "problem"),
        [("", "Enter why"), ("x" * 201, "200"), ("\0", "Null"), (NHS_NUMBER, "NHS number")],
    )
    def test_it_needs_a_reason_that_can_be_kept(self, client, ward, wendy, reason, problem):
        response = self.retire(client, ward.beds.first(), reason=reason, anyway="on")
        assert problem in text_of(response)
        assert len(names(ward)) == 3

    @pytest.mark.parametrize("seen", ["", "x", str(2**70)])
    def test_a_page_out_of_date_is_told(self, client, ward, wendy, seen):
        data = {"reason": "Flood", "anyway": "on", "seen_entry": seen}
        assert "out of date" in text_of(post(client, "retire_bed", ward.beds.first(), **data))
        assert len(names(ward)) == 3

    def test_its_name_can_be_given_to_another(self, client, ward, wendy):
        bed = ward.beds.first()
        self.retire(client, bed, reason="Flood", anyway="on")
        post(client, "add_beds", ward, names="Bed 1", state="occupied")
        assert names(ward) == ["Bed 2", "Bed 3", "Bed 1"]


class TestBringBack:
    @pytest.fixture
    def gone(self, ward, wendy):
        bed = ward.beds.first()
        seen = newest(bed).pk
        return retire_bed(bed=bed, reason="Flood", seen_entry=seen, by=wendy, anyway=True)

    def test_it_is_in_use_again_as_the_last_with_a_new_entry(self, client, ward, gone):
        data = {"name": "Bed 1", "state": "closed", "closed_reason": "environment"}
        assert post(client, "bring_back_bed", gone, **data).status_code == 302
        assert names(ward) == ["Bed 2", "Bed 3", "Bed 1"]
        assert newest(gone).state == BedState.CLOSED
        assert gone.entries.count() == 2
        assert in_order(ward)

    def test_sent_again_it_changes_nothing(self, client, ward, gone):
        for _ in range(2):
            post(client, "bring_back_bed", gone, name="Bed 1", state="occupied")
        assert BedEntry.objects.filter(bed=gone).count() == 2
        assert in_order(ward)

    def test_if_its_name_is_another_beds_it_needs_a_new_one(self, client, ward, wendy, gone):
        add_beds(ward=ward, names=["Bed 1"], state="occupied", by=wendy)
        with pytest.raises(Conflict):
            bring_back_bed(bed=gone, name="Bed 1", state="occupied", by=wendy)
        response = post(client, "bring_back_bed", gone, name="Bed 1", state="occupied")
        assert "another bed called Bed 1" in text_of(response)
        post(client, "bring_back_bed", gone, name="Bed 1b", state="occupied")
        assert "Bed 1b" in names(ward)


class TestOrder:
    def test_up_and_down_change_places_once(self, client, ward, wendy):
        second = ward.beds.get(name="Bed 2")
        for _ in range(2):
            post(client, "move_bed", second, to="up", seen=1)
        assert names(ward) == ["Bed 2", "Bed 1", "Bed 3"]
        post(client, "move_bed", second, to="down", seen=0)
        assert names(ward) == ["Bed 1", "Bed 2", "Bed 3"]

    @pytest.mark.parametrize(
        "data",
        [{}, {"to": "x", "seen": 0}, {"to": "up", "seen": 0}, {"to": "up", "seen": "9" * 30}],
    )
    def test_what_makes_no_sense_moves_nothing(self, client, ward, wendy, data):
        assert post(client, "move_bed", ward.beds.first(), **data).status_code == 302
        assert names(ward) == ["Bed 1", "Bed 2", "Bed 3"]


def test_the_list_of_beds_costs_the_same_for_any_number(client, django_assert_num_queries):
    for number in (2, 20):
        ward = ward_with_beds(number, name=f"Ward {number}")
        somebody = person(f"wendy.w{number}")
        grant(somebody, Capability.AVAILABILITY_EDIT, ward=ward)
        client.force_login(somebody)
        with django_assert_num_queries(7):
            client.get(reverse("availability:kept_beds", args=[ward.pk]))
