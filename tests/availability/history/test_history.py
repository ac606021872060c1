"""What was recorded of beds and wards, as it is read."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState
from availability.history.lines import Asked, Place, page_of
from availability.history.words import how_long
from availability.models import Bed, BedEntry, BedUpkeep, IntakeLimit, WardConfirmation
from availability.services import confirm_ward, limit_intake, undo_change
from core.models import AuditEvent
from tests.availability.pages import text_of
from tests.factories.accounts import commissioner, grant, helpdesk, person, searcher, ward_editor
from tests.factories.availability import bed_since, change, ward_with_beds
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    RegionFactory,
    ServiceGroupFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return ward_with_beds(2)


def of_bed(bed, **asked):
    return reverse("availability:bed_history", args=[bed.pk], query=asked or None)


def of_ward(ward, **asked):
    return reverse("availability:ward_history", args=[ward.pk], query=asked or None)


def then(ward, moment):
    local = timezone.localtime(moment)
    asked = {"day": local.date().isoformat(), "at": f"{local:%H:%M}"}
    return reverse("availability:ward_then", args=[ward.pk], query=asked)


def whats(page):
    return [(line.part, line.what) for line in page.lines]


class TestBed:
    @pytest.mark.requirement("CPMS-01")
    def test_it_says_what_it_was_since_and_until_when_by_whom_and_how(self, client, ward, wendy):
        bed = ward.beds.first()
        change(bed, BedState.AVAILABLE, by=wendy)
        taken = change(bed, BedState.CLOSED, by=wendy, closed_reason="staffing")
        undo_change(bed=bed, entry=taken.pk, by=wendy)
        said = text_of(client.get(of_bed(bed)))
        assert "Wendy Ward, Availability editor Undone" in said
        assert "Wendy Ward, Availability editor Ward board" in said
        assert "The service Set up with the ward" in said
        order = [said.index(words) for words in ("Undone", "Closed (staffing)", "Set up with")]
        assert order == sorted(order)
        assert "A correction is a new entry" in said

    def test_what_time_has_ended_says_so_with_its_moment_and_length(self, client, wendy, ward):
        held = {"held_for": "Night team", "due_at": timezone.now() - timedelta(minutes=59)}
        bed = bed_since(ward, (4, "reserved", held), name="Bed 9")
        BedEntry.objects.create(
            bed=bed, state="available", starts_at=held["due_at"], origin="time", by=None
        )
        said = text_of(client.get(of_bed(bed)))
        assert "Available" in said
        assert "By itself" in said
        assert "3 hours" in said
        assert "for Night team" in said

    def test_a_retired_bed_keeps_its_history_and_its_last_state_ends_there(
        self, client, ward, wendy
    ):
        bed = ward.beds.first()
        BedUpkeep.objects.create(bed=bed, what="retired", name=bed.name, reason="Beam", by=wendy)
        Bed.objects.filter(pk=bed.pk).update(retired_at=timezone.now())
        said = text_of(client.get(of_bed(bed)))
        assert "Its history is kept" in said
        assert "Beam" in said
        assert "Still so" not in said

    @pytest.mark.parametrize("number", [3, 60])
    def test_a_page_costs_the_same_however_long_it_is(
        self, ward, number, django_assert_num_queries
    ):
        past = [(number - n, ("occupied", "isolated")[n % 2], {}) for n in range(number)]
        bed = bed_since(ward, *past, name="Bed 9")
        with django_assert_num_queries(2):
            first = page_of(Asked(ward, bed=bed))
        with django_assert_num_queries(2):
            later = page_of(Asked(ward, bed=bed), first.next)
        if number == 60:
            assert not {line.place for line in first.lines} & {line.place for line in later.lines}
            assert first.lines[-1].at > later.lines[0].at


class TestWard:
    def test_it_has_changes_confirmations_and_limits_in_one_list(self, client, ward, wendy):
        bed = ward.beds.first()
        change(bed, BedState.AVAILABLE, by=wendy)
        confirm_ward(ward=ward, by=wendy)
        limit_intake(ward=ward, can_take=1, by=wendy)
        assert whats(page_of(Asked(ward))) == [
            ("", "Can take 1 more patient at most"),
            ("", "Confirmed: nothing else has changed"),
            ("Bed 1", "Available"),
            ("Bed 2", "Occupied"),
            ("Bed 1", "Occupied"),
        ]
        said = text_of(client.get(of_ward(ward)))
        assert "Whole ward" in said
        assert "Can take 1 more patient at most" in said

    def test_pages_after_each_other_miss_nothing_and_repeat_nothing(self, ward, wendy):
        ward_with_many = ward_with_beds(30, name="Many at one moment")
        editor = ward_editor(ward_with_many, "walter.ward")
        confirm_ward(ward=ward_with_many, by=editor)
        for bed in ward_with_many.beds.all()[:3]:
            change(bed, BedState.AVAILABLE, by=editor)
        seen, after = [], None
        while True:
            page = page_of(Asked(ward_with_many), after, size=7)
            seen += [line.place for line in page.lines]
            if page.next is None:
                break
            after = Place.read(str(page.next))
        assert len(seen) == len(set(seen)) == 34
        assert seen == sorted(seen, reverse=True)

    def test_a_day_and_a_bed_narrow_it(self, client, ward, wendy):
        old = bed_since(ward, (72, "occupied", {}), (1, "isolated", {}), name="Bed 9")
        day = timezone.localdate(timezone.now() - timedelta(hours=72))
        assert whats(page_of(Asked(ward, day=day))) == [("Bed 9", "Occupied")]
        said = text_of(client.get(of_ward(ward, bed=old.pk, day=day.isoformat())))
        assert said.count("Occupied") == 1
        assert "Isolated" not in said.partition("Download")[0].partition("Show")[2]

    @pytest.mark.parametrize(
        ("asked", "message"),
        [
            ({"day": "2999-01-01"}, "Enter today's date or an earlier one"),
            ({"day": "0001-01-01"}, "Enter a date from 2000 on"),
            ({"day_day": "99", "day_month": "9" * 30, "day_year": "x"}, "real date"),
            ({"bed": "9" * 30}, "Choose a bed from the list"),
            ({"bed": "1\0"}, "Choose a bed from the list"),
        ],
    )
    def test_a_filter_that_makes_no_sense_is_told_at_its_field(
        self, client, ward, wendy, asked, message
    ):
        for address in (of_ward(ward, **asked), of_ward(ward, **asked, after="zero")):
            response = client.get(address)
            assert response.status_code == 200
            if "day_year" not in asked:
                assert message in text_of(response)

    @pytest.mark.parametrize("after", ["", "x", "1-2", "9" * 19 + "-0-1", f"1-1-{2**64}", "-1-1-1"])
    def test_an_address_of_no_page_shows_the_first(self, client, ward, wendy, after):
        assert "Set up with the ward" in text_of(client.get(of_ward(ward, after=after)))

    @pytest.mark.parametrize("number", [2, 20])
    def test_it_costs_the_same_for_any_number_of_beds(
        self, number, django_assert_num_queries, client
    ):
        ward = ward_with_beds(number, free=number)
        client.force_login(ward_editor(ward))
        with django_assert_num_queries(13):
            client.get(of_ward(ward))

    def test_the_file_has_every_line_disarmed_and_that_it_was_taken_is_recorded(
        self, client, ward, wendy
    ):
        bed = ward.beds.first()
        held = {"held_for": "=cmd()", "due_at": timezone.now() + timedelta(hours=1)}
        change(bed, BedState.RESERVED, by=wendy, **held)
        Bed.objects.filter(pk=bed.pk).update(name="@SUM(1)")
        response = client.post(reverse("availability:ward_history_file", args=[ward.pk]))
        lines = b"".join(response.streaming_content).decode().splitlines()
        assert lines[0] == "\ufeffFrom,Bed,What,Details,Until,For how long,By,Role,How"
        assert len(lines) == 4
        assert "'@SUM(1)" in lines[1]
        assert "Wendy Ward,Availability editor,Ward board" in lines[1]
        event = AuditEvent.objects.get(event="ward.history_exported")
        assert (event.actor, event.target) == (wendy, f"organisations.ward:{ward.pk}")


class TestAtAnotherTime:
    @pytest.fixture
    def past(self):
        """A bed that was held until 90 minutes ago, of which nobody has written the end; one that
        was retired since; one that was renamed."""
        ward = WardFactory()
        now = timezone.now()
        held = {"held_for": "Night team", "due_at": now - timedelta(minutes=90)}
        bed_since(ward, (5, "occupied", {}), (3, "reserved", held), name="Held")
        gone = bed_since(ward, (5, "isolated", {}), name="Gone")
        BedUpkeep.objects.create(
            bed=gone, at=now - timedelta(hours=1), what="retired", name="Gone", reason="Beam"
        )
        Bed.objects.filter(pk=gone.pk).update(retired_at=now - timedelta(hours=1))
        new = bed_since(ward, (5, "occupied", {}), name="New name")
        BedUpkeep.objects.create(
            bed=new,
            at=now - timedelta(hours=2),
            what="renamed",
            was_name="Old name",
            name="New name",
        )
        IntakeLimit.objects.create(ward=ward, at=now - timedelta(hours=2), can_take=3)
        WardConfirmation.objects.create(ward=ward, at=now - timedelta(hours=2))
        return ward

    def shown(self, client, ward, hours):
        return text_of(client.get(then(ward, timezone.now() - timedelta(hours=hours))))

    def test_it_shows_every_bed_as_it_stood(self, client, past):
        client.force_login(ward_editor(past))
        said = self.shown(client, past, 2.5)
        assert "Held Reserved" in said.replace("What it was ", "").replace("Bed ", "")
        assert "Gone (retired since)" in said
        assert "Old name" in said
        assert "New name" not in said
        assert "No limit was set" in said
        assert "It had not been confirmed yet" in said
        assert "Available 0 Reserved 1 Occupied 1 Isolated 1 Closed 0" in said

    def test_it_shows_what_time_alone_had_made_of_a_hold(self, client, past):
        client.force_login(ward_editor(past))
        said = self.shown(client, past, 1.25)
        assert "Available 1 Occupied 1 Isolated 1" in said
        assert "The ward could take 3 more patients at most" in said
        assert "It had last been confirmed on" in said
        assert "New name" in said

    def test_a_bed_that_had_been_retired_is_not_there(self, client, past):
        client.force_login(ward_editor(past))
        assert "Gone" not in self.shown(client, past, 0.5)

    def test_a_moment_before_anything_was_recorded_says_so(self, client, past):
        client.force_login(ward_editor(past))
        said = self.shown(client, past, 8)
        assert "Nothing was recorded of this ward yet. Its history begins on" in said

    @pytest.mark.parametrize(
        ("asked", "message"),
        [
            ({"day": "2026-02-30", "at": "10:00"}, "real date"),
            ({"day": "2999-01-01", "at": "10:00"}, "Enter today's date or an earlier one"),
            ({"day": "2020-01-01", "at": "25:00"}, "Enter a real time, like 14:30"),
            ({"day": "2020-01-01", "at": "\0"}, "Enter a real time, like 14:30"),
            ({"at": "10:00"}, "Enter the date"),
        ],
    )
    def test_a_moment_that_is_none_is_told_at_its_field(self, client, past, asked, message):
        client.force_login(ward_editor(past))
        address = reverse("availability:ward_then", args=[past.pk], query=asked)
        assert message in text_of(client.get(address))

    @pytest.mark.parametrize("number", [2, 20])
    def test_it_costs_the_same_for_any_number_of_beds(
        self, number, django_assert_num_queries, client
    ):
        ward = ward_with_beds(number)
        client.force_login(ward_editor(ward))
        address = then(ward, timezone.now())
        with django_assert_num_queries(9):
            client.get(address)


class TestWhoMayRead:
    def reads(self, client, who, ward):
        client.force_login(who)
        bed = ward.beds.first()
        answers = {
            client.get(address).status_code
            for address in (of_ward(ward), of_bed(bed), then(ward, timezone.now()))
        }
        (status,) = answers
        return status

    def test_approvers_of_its_provider_collaborative_and_region_read_it(self, client, ward):
        provider = ward.unit.organisation
        pat, rhona = person("pat.provider"), person("rhona.region")
        grant(pat, Capability.APPROVE_STANDARD, organisation=provider)
        grant(rhona, Capability.APPROVE_REGIONAL, region=ward.unit.region)
        carol = commissioner(CollaborativeFactory(members=[provider]))
        assert [self.reads(client, who, ward) for who in (pat, carol, rhona)] == [200, 200, 200]

    def test_approvers_of_others_and_editors_of_others_do_not(self, client, ward):
        elsewhere = RegionFactory(code="Y63", name="North East And Yorkshire", position=5)
        other = OrganisationFactory(ods_code="FAR", name="Far away", ods_name="FAR AWAY")
        secure = ServiceGroupFactory(code="adult_secure", name="Adult Secure", position=2)
        of_other_group = CollaborativeFactory(
            name="Secure", service_group=secure, members=[ward.unit.organisation]
        )
        pat, rhona = person("pat.provider"), person("rhona.region")
        grant(pat, Capability.APPROVE_STANDARD, organisation=other)
        grant(rhona, Capability.APPROVE_REGIONAL, region=elsewhere)
        otto = ward_editor(WardFactory(name="Another"), "otto.outside")
        people = pat, rhona, commissioner(of_other_group), otto
        assert [self.reads(client, who, ward) for who in people] == [404] * 4

    def test_who_only_searches_and_the_helpdesk_are_refused(self, client, ward):
        people = searcher(ward.service_type.group), helpdesk()
        assert [self.reads(client, who, ward) for who in people] == [403, 403]

    def test_a_closed_ward_keeps_its_readers(self, client, ward):
        wendy = ward_editor(ward)
        ward.closed_on = timezone.localdate()
        ward.save()
        assert self.reads(client, wendy, ward) == 200

    def test_of_a_helpdesk_no_name_is_told(self, ward):
        entry = ward.beds.first().entries.get()
        BedEntry.objects.create(
            bed=entry.bed,
            state="isolated",
            starts_at=timezone.now() + timedelta(seconds=1),
            origin="board",
            by=helpdesk(),
        )
        (line, _) = page_of(Asked(ward, bed=entry.bed)).lines
        assert (line.who, line.role) == ("Helpdesk", "")


@pytest.mark.parametrize(
    ("length", "words"),
    [
        ({"seconds": 59}, "less than a minute"),
        ({"minutes": 20}, "20 minutes"),
        ({"hours": 3, "minutes": 5}, "3 hours 5 minutes"),
        ({"days": 2, "minutes": 5}, "2 days"),
        ({"days": 400, "hours": 1}, "400 days 1 hour"),
    ],
)
def test_lengths_are_said_in_two_units_at_most(length, words):
    assert how_long(timedelta(**length)) == words


def test_a_place_is_read_as_it_was_written():
    place = Place(
        datetime(2026, 9, 3, 14, 32, 1, 123456, tzinfo=timezone.get_current_timezone()), 2, 7
    )
    assert Place.read(str(place)) == place
