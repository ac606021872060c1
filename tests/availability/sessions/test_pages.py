"""The board of a sessional ward, and the pages that it leads to, as they answer."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Capability
from availability.models import SessionEntry, WardConfirmation
from availability.sessions import services
from tests.availability.pages import HOSTILE, text_of, to
from tests.factories.accounts import grant, ward_editor
from tests.factories.availability import ward_with_beds
from tests.factories.sessions import (
    booked,
    newest,
    session_at,
    sessional_ward,
    tomorrow,
    ward_with_sessions,
)

pytestmark = pytest.mark.usefixtures("undone")


def board_of(ward, day=None):
    return to("sessions", ward, week=day or tomorrow())


class TestBoard:
    def test_it_says_what_is_free_each_day_and_how_fresh(self, client, ward, wendy):
        booked(session_at(ward, 21), by=wendy, reference="Team 7")
        said = text_of(client.get(board_of(ward)))
        assert "20:00 to 21:00 Free Book" in said
        assert "21:00 to 22:00 3 of 4 places free Team 7 Book" in said
        assert "Not confirmed yet" in said
        assert "Everything else is unchanged" in said

    def test_a_ward_without_a_pattern_leads_to_it(self, client, ward):
        new = sessional_ward(unit=ward.unit, name="New programme")
        client.force_login(ward_editor(new, "nina.new"))
        page = client.get(to("sessions", new))
        assert "no sessions yet" in text_of(page)
        assert to("sessions_pattern", new) in page.content.decode()

    @pytest.mark.parametrize(
        "monday", ["", "1999-01-01", "9999-12-31", "no day", "\x00", "0001-01-01"]
    )
    def test_any_address_shows_some_week(self, client, ward, wendy, monday):
        assert client.get(to("sessions", ward), {"week": monday}).status_code == 200

    def test_the_weeks_go_on_as_far_as_sessions_are_made(self, client, ward, wendy):
        address, weeks = to("sessions", ward), 1
        while found := re.search(
            r'--next">\s*<a[^>]*href="(\?week=[^"]+)"', client.get(address).content.decode()
        ):
            address, weeks = to("sessions", ward) + found[1], weeks + 1
        assert weeks == 13

    @pytest.mark.parametrize("hours", [(20,), range(7, 23)])
    def test_it_costs_the_same_for_any_number_of_sessions(
        self, client, ward, hours, django_assert_num_queries
    ):
        days = [tomorrow().weekday()]
        other = ward_with_sessions(
            *((hour, 1) for hour in hours), days=days, unit=ward.unit, name=f"{len(hours)}"
        )
        editor = ward_editor(other, "nina.new")
        for hour in hours:
            booked(session_at(other, hour), by=editor)
        client.force_login(editor)
        with django_assert_num_queries(8):
            page = client.get(board_of(other))
        assert page.content.count(b'cpms-session"') == len(hours)


class TestTaps:
    @pytest.mark.requirement("CPMS-01")
    def test_one_tap_books_and_one_releases(self, client, ward, wendy):
        session = session_at(ward, 20)
        answer = client.post(to("book_session", session), {"seen_entry": newest(session).pk})
        assert answer.url.endswith(f"#session-{session.pk}")
        said = text_of(client.get(board_of(ward)))
        assert f"You booked 20:00 on {tomorrow():%A}" in said
        assert "20:00 to 21:00 Booked Release" in said
        client.post(to("release_session", session), {"booking": newest(session).pk})
        assert newest(session).booked == 0

    def test_to_htmx_it_answers_with_the_row_and_what_changes_with_it(
        self, client, ward, wendy, django_assert_num_queries
    ):
        session = session_at(ward, 20)
        seen = newest(session).pk
        answer = client.post(
            to("book_session", session),
            {"seen_entry": seen, "seen_on_page": SessionEntry.objects.latest("pk").pk},
            headers={"HX-Request": "true"},
        )
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "<html" not in page
        assert re.findall(r'<li class="[^"]*"\s+id="([^"]+)"', page) == [f"session-{session.pk}"]
        said = text_of(answer)
        assert "20:00 to 21:00 Booked Release" in said
        assert "Everything else is unchanged" in said
        assert f"You booked {session.name}." in said
        late = client.post(
            to("book_session", session), {"seen_entry": seen}, headers={"HX-Request": "true"}
        )
        assert late.status_code == 200, "the same tap again changes nothing"
        assert newest(session).booked == 1

    def test_to_htmx_it_answers_with_the_rows_that_others_changed_too(
        self, client, ward, wendy, walter
    ):
        session, other = session_at(ward, 20), session_at(ward, 21)
        seen = SessionEntry.objects.latest("pk").pk
        booked(other, by=walter)
        answer = client.post(
            to("book_session", session),
            {"seen_entry": newest(session).pk, "seen_on_page": seen},
            headers={"HX-Request": "true"},
        )
        rows = re.findall(r'<li class="[^"]*"\s+id="([^"]+)"(.*)>', answer.content.decode())
        assert rows == [
            (f"session-{session.pk}", ""),
            (f"session-{other.pk}", ' hx-swap-oob="true"'),
        ]

    def test_an_open_page_gets_what_others_changed(self, client, ward, wendy, walter):
        session = session_at(ward, 20)
        shown = {"week": session.local.date(), "seen_on_page": SessionEntry.objects.latest("pk").pk}
        booked(session, by=walter)
        answer = client.get(board_of(ward), shown, headers={"HX-Request": "true"})
        rows = re.findall(r'<li class="[^"]*"\s+id="([^"]+)"(.*)>', answer.content.decode())
        assert rows == [(f"session-{session.pk}", ' hx-swap-oob="true"')]
        assert f"Changed meanwhile: {session.name}." in text_of(answer)

    def test_to_htmx_a_conflict_stands_in_the_row(self, client, ward, wendy, walter):
        session = session_at(ward, 20)
        seen = newest(session).pk
        booked(session, by=walter)
        answer = client.post(
            to("book_session", session), {"seen_entry": seen}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 409
        assert "Error: 20:00 on" in text_of(answer)
        assert "was changed to Booked by a colleague" in text_of(answer)
        assert "<html" not in answer.content.decode()

    def test_undo_stands_in_the_row_and_takes_it_back(self, client, ward, wendy):
        session = session_at(ward, 20)
        entry = booked(session, by=wendy)
        assert "Undo the last change of 20:00" in text_of(client.get(board_of(ward)))
        client.post(to("undo_session", session), {"entry": entry.pk})
        assert newest(session).booked == 0

    def test_who_comes_too_late_is_told_in_the_row(self, client, ward, wendy, walter):
        session = session_at(ward, 20)
        seen = newest(session).pk
        booked(session, by=walter)
        answer = client.post(to("book_session", session), {"seen_entry": seen})
        assert answer.status_code == 409
        assert text_of(answer).count("was changed to Booked by a colleague") == 2

    @pytest.mark.parametrize("name", ["book_session", "release_session", "undo_session"])
    @pytest.mark.parametrize("bad", ["", *HOSTILE])
    def test_bad_input_changes_nothing(self, client, ward, wendy, name, bad):
        session = session_at(ward, 21)
        fields = {"seen_entry": bad, "booking": bad, "entry": bad}
        answer = client.post(to(name, session), fields)
        assert answer.status_code == 400
        assert session.entries.count() == 1

    @pytest.mark.parametrize("name", ["book_session", "release_session", "undo_session"])
    def test_after_logging_in_anew_the_address_leads_to_the_row(self, client, ward, wendy, name):
        session = session_at(ward, 21)
        assert client.get(to(name, session)).url.endswith(f"#session-{session.pk}")

    def test_nothing_has_changed_confirms_the_ward(self, client, ward, wendy, walter):
        seen = re.search(r'"seen_entry" value="(\d+)"', client.get(board_of(ward)).content.decode())
        booked(session_at(ward, 20), by=walter)
        answer = client.post(to("confirm_sessions", ward), {"seen_entry": seen[1]})
        assert answer.status_code == 409
        assert "by a colleague" in text_of(answer)
        latest = SessionEntry.objects.latest("pk").pk
        client.post(to("confirm_sessions", ward), {"seen_entry": latest})
        assert WardConfirmation.objects.get().ward == ward
        assert "Confirmed just now" in text_of(client.get(board_of(ward)))


class TestSessionPage:
    def post(self, client, session, **fields):
        return client.post(to("session", session), {"seen_entry": newest(session).pk, **fields})

    def test_a_booking_with_a_reference_and_the_choice_which_to_release(self, client, ward, wendy):
        session = session_at(ward, 21)
        for reference in ("Team 7", "Team 8"):
            fields = {"page": "1", "seen_entry": newest(session).pk, "reference": reference}
            answer = client.post(to("book_session", session), fields)
            assert answer.url == to("session", session)
        first = session.entries.get(reference="Team 7")
        assert "Release Team 8" in text_of(client.get(to("session", session)))
        client.post(to("release_session", session), {"page": "1", "booking": first.pk})
        said = text_of(client.get(to("session", session)))
        assert "Release Team 8" in said
        assert "Release Team 7" not in said

    @pytest.mark.parametrize(
        ("reference", "message"),
        [
            ("943 476 5919", "Remove the NHS number"),
            ("a" * 41, "40 characters or fewer"),
            ("a\x00b", "Null characters"),
        ],
    )
    def test_a_wrong_reference_is_said_at_the_field_and_kept(
        self, client, ward, wendy, reference, message
    ):
        session = session_at(ward, 21)
        fields = {"page": "1", "seen_entry": newest(session).pk, "reference": reference}
        answer = client.post(to("book_session", session), fields)
        page = answer.content.decode()
        assert answer.status_code == 400
        assert message in page
        assert 'href="#booking_reference"' in page
        assert "\x00" in reference or f'value="{reference}"' in page
        assert session.entries.count() == 1

    def test_places_and_closing(self, client, ward, wendy):
        session = session_at(ward, 21)
        self.post(client, session, takes_place="yes", capacity="6")
        assert newest(session).capacity == 6
        answer = self.post(client, session, takes_place="no")
        assert "Choose why it is closed" in text_of(answer)
        self.post(client, session, takes_place="no", closed_reason="staffing")
        assert "21:00 to 22:00 Closed (staffing)" in text_of(client.get(board_of(ward)))

    def test_a_conflict_keeps_what_was_typed_and_decides_on_what_is_shown(
        self, client, ward, wendy, walter
    ):
        session = session_at(ward, 21)
        seen = newest(session).pk
        meanwhile = services.change_session(session=session, capacity=3, seen_entry=seen, by=walter)
        answer = client.post(
            to("session", session), {"takes_place": "yes", "capacity": "2", "seen_entry": seen}
        )
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "3 of 3 places free by a colleague" in page
        assert re.search(r'name="capacity"[^>]*value="2"|value="2"[^>]*name="capacity"', page)
        assert f'name="seen_entry" value="{meanwhile.pk}"' in page

    @pytest.mark.parametrize("bad", HOSTILE)
    def test_bad_input_changes_nothing(self, client, ward, wendy, bad):
        session = session_at(ward, 21)
        for fields in (
            {"takes_place": bad},
            {"takes_place": "yes", "capacity": bad},
            {"takes_place": "no", "closed_reason": bad},
            {"takes_place": "yes", "capacity": "2", "seen_entry": bad},
        ):
            answer = self.post(client, session, **fields)
            assert answer.status_code == 200
            assert "There is a problem" in text_of(answer)
        assert session.entries.count() == 1


class TestDay:
    def post(self, client, ward, **fields):
        seen = SessionEntry.objects.latest("pk").pk
        return client.post(to("sessions_day", ward, day=tomorrow()), {"seen_entry": seen, **fields})

    def test_a_day_is_closed_has_something_extra_and_is_as_usual(self, client, ward, wendy):
        answer = self.post(client, ward, what="closed", closed_reason="environment")
        assert answer.url.endswith(f"#day-{tomorrow()}")
        said = text_of(client.get(board_of(ward)))
        assert said.count("Closed (environment)") == 2
        self.post(client, ward, what="usual")
        assert newest(session_at(ward, 21)).capacity == 4
        self.post(client, ward, what="extra", begins="9.30", minutes="45", capacity="2")
        assert "09:30 to 10:15 2 of 2 places free" in text_of(client.get(board_of(ward)))

    def test_what_is_booked_stops_the_closing(self, client, ward, wendy):
        booked(session_at(ward, 20), by=wendy)
        answer = self.post(client, ward, what="closed", closed_reason="staffing")
        assert "Release what is booked first: 20:00 on" in text_of(answer)
        assert answer.status_code == 400

    @pytest.mark.parametrize("bad", ["", *HOSTILE, "4:59", "22:01", "25:00"])
    def test_bad_input_changes_nothing(self, client, ward, wendy, bad):
        before = SessionEntry.objects.count()
        extra = {"what": "extra", "begins": "9:30", "minutes": "45", "capacity": "2"}
        for fields in (
            {"what": bad},
            {"what": "closed", "closed_reason": bad},
            *({**extra, name: bad} for name in ("begins", "minutes", "capacity")),
        ):
            answer = self.post(client, ward, **fields)
            assert answer.status_code == 200
            assert "There is a problem" in text_of(answer)
        assert SessionEntry.objects.count() == before

    @pytest.mark.parametrize("day", ["", "no day", "1999-01-01", "9999-12-31", "\x00"])
    def test_a_day_that_cannot_be_changed_is_nowhere(self, client, ward, wendy, day):
        assert client.get(to("sessions_day", ward), {"day": day}).status_code == 404


def test_the_list_of_wards_has_both_kinds(client, ward, wendy):
    assert client.get(reverse("availability:wards")).url == to("sessions", ward)
    beds = ward_with_beds(1, name="With beds")
    grant(wendy, Capability.AVAILABILITY_EDIT, ward=beds)
    client = Client()
    client.force_login(type(wendy).objects.get(pk=wendy.pk))
    said = text_of(client.get(reverse("availability:wards")))
    assert "With beds" in said
    assert re.search(rf"{ward.name} .* 20 free sessions?, next on {tomorrow():%A}", said)
