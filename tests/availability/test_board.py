"""The ward board, as its pages answer."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from availability.choices import BedState, ClosedReason, DelayReason
from availability.follow_up.holds.services import ask_to_hold
from availability.models import WardConfirmation, WardTotals
from tests.availability.pages import text_of
from tests.factories.accounts import searcher, ward_editor
from tests.factories.availability import (
    bed_manager,
    change,
    newest,
    ward_with_beds,
)
from tests.factories.organisations import WardFactory

pytestmark = pytest.mark.django_db


def board_address(ward):
    return reverse("availability:board", args=[ward.pk])


def tap(client, bed, state, *, seen=None, seen_on_page=None, **options):
    """As from a page that was loaded just now, unless it says what it showed."""
    if seen_on_page is None:
        seen_on_page = max(newest(each).pk for each in bed.ward.beds.all())
    data = {
        "state": state,
        "seen_entry": newest(bed).pk if seen is None else seen,
        "seen_on_page": seen_on_page,
    }
    return client.post(reverse("availability:change", args=[bed.pk]), data, **options)


SECOND = timedelta(seconds=1)
HTMX = {"headers": {"HX-Request": "true"}}


class TestBoard:
    def test_it_says_where_and_how_many_and_how_fresh(self, client, ward, wendy):
        change(ward.beds.last(), BedState.CLOSED, closed_reason="staffing", by=wendy)
        said = text_of(client.get(board_address(ward)))
        assert "CAMHS-Kennet-ED" in said
        assert "Huntercombe Hospital - Maidenhead, The Huntercombe Group" in said
        assert "Available 0 Occupied 2 Closed 1" in said
        assert "Not confirmed yet" in said
        assert "Bed 1 Occupied since " in said
        assert "Bed 3 Closed (staffing) since " in said

    @pytest.mark.parametrize(
        ("hours", "words", "advice"),
        [
            (3, "Confirmed 3 hours ago", ""),
            (13, "Confirmed 13 hours ago", "Confirm soon"),
            (25, "Confirmed 25 hours ago", "Out of date"),
        ],
    )
    def test_freshness_goes_by_the_hours_of_the_service_group(
        self, client, ward, wendy, hours, words, advice
    ):
        WardTotals.objects.update(confirmed_at=timezone.now() - timedelta(hours=hours, minutes=1))
        said = text_of(client.get(board_address(ward)))
        assert words in said
        assert [a for a in ("Confirm soon", "Out of date") if a in said] == [advice][: bool(advice)]

    @pytest.mark.parametrize("number", [3, 30])
    def test_it_costs_the_same_for_any_number_of_beds(
        self, client, number, django_assert_num_queries
    ):
        ward = ward_with_beds(number)
        client.force_login(ward_editor(ward))
        with django_assert_num_queries(7):
            response = client.get(board_address(ward))
        assert response.content.count(b'class="cpms-bed"') == number

    def test_a_ward_without_beds_says_so(self, client):
        ward = WardFactory()
        client.force_login(ward_editor(ward))
        assert "no beds set up yet" in text_of(client.get(board_address(ward)))

    def test_names_are_escaped(self, client, ward, wendy):
        ward.beds.filter(position=1).update(name="<b>Bed</b>")
        assert "<b>Bed</b>" not in client.get(board_address(ward)).content.decode()


class TestTap:
    @pytest.mark.requirement("CPMS-01")
    def test_one_tap_changes_a_bed_and_comes_back_to_its_row(self, client, ward, wendy):
        bed = ward.beds.first()
        response = tap(client, bed, "available")
        assert response.status_code == 302
        assert response.url == f"{board_address(ward)}#bed-{bed.pk}"
        assert "Bed 1 is now Available." in text_of(client.get(response.url))
        assert (newest(bed).state, newest(bed).by) == (BedState.AVAILABLE, wendy)

    def test_being_prepared_is_one_tap_with_the_usual_time(self, client, ward, wendy):
        bed = ward.beds.first()
        answer = tap(client, bed, "preparing", follow=True)
        made = newest(bed)
        assert made.due_at - made.starts_at == pytest.approx(timedelta(hours=2), abs=SECOND)
        assert "Bed 1 is now Being prepared." in text_of(answer)
        assert "ready at" in text_of(answer)

    def test_occupied_once_more_keeps_what_goes_with_it(self, client, ward, wendy):
        bed = ward.beds.first()
        due = timezone.now() + timedelta(days=3)
        change(bed, BedState.OCCUPIED, by=wendy, due_at=due, delay_reason=DelayReason.R18)
        answer = tap(client, bed, "occupied", follow=True)
        assert "Bed 1 is now Occupied." in text_of(answer)
        assert (newest(bed).due_at, newest(bed).delay_reason) == (due, DelayReason.R18)
        assert bed.entries.count() == 2

    def test_htmx_gets_the_row_the_counts_and_what_happened(self, client, ward, wendy):
        bed = ward.beds.first()
        response = tap(client, bed, "available", **HTMX)
        assert response.status_code == 200
        page = response.content.decode()
        assert "<html" not in page
        assert page.count('class="cpms-bed"') == 1
        assert f'value="{newest(bed).pk}"' in page
        assert 'id="ward-summary" hx-swap-oob="true"' in page
        said = text_of(response)
        assert "Available 1 Occupied 2 Closed 0" in said
        assert "Bed 1 is now Available." in said
        assert "Everything else is unchanged" in said

    def test_htmx_gets_the_rows_that_others_changed_meanwhile(self, client, ward, wendy):
        """Before the whole ward is confirmed, as the page then offers."""
        bed, *_, other = ward.beds.all()
        shown = max(newest(each).pk for each in ward.beds.all())
        change(other, BedState.CLOSED, closed_reason="acuity", by=bed_manager(ward))
        page = tap(client, bed, "available", seen_on_page=shown, **HTMX).content.decode()
        assert re.findall(r'<li class="cpms-bed" id="([^"]+)"(.*)>', page) == [
            (f"bed-{bed.pk}", ""),
            (f"bed-{other.pk}", ' hx-swap-oob="true"'),
        ]
        assert re.search(rf'name="seen_on_page"\s+value="{newest(bed).pk}"', page)
        again = tap(client, bed, "occupied", **HTMX).content.decode()
        assert again.count('class="cpms-bed"') == 1

    def test_an_open_page_gets_what_others_changed_and_what_is_asked_of_the_ward(
        self, client, ward, wendy, django_assert_max_num_queries
    ):
        free, *_, other = ward.beds.all()
        seen = change(free, BedState.AVAILABLE, by=wendy).pk
        change(other, BedState.CLOSED, closed_reason="acuity", by=bed_manager(ward))
        sam = searcher(ward.service_type.group)
        ask_to_hold(ward=ward, by=sam, held_for="Oxford CAMHS", hours=4, reference="")
        with django_assert_max_num_queries(8):
            answer = client.get(board_address(ward), {"seen_on_page": seen}, **HTMX)
        page = answer.content.decode()
        assert re.findall(r'<li class="cpms-bed" id="([^"]+)"(.*)>', page) == [
            (f"bed-{other.pk}", ' hx-swap-oob="true"')
        ]
        said = text_of(answer)
        assert f"Changed meanwhile: {other.name}." in said
        assert "Available 1 Occupied 1 Closed 1" in said
        assert "Oxford CAMHS asks you to hold a bed" in said
        nothing = client.get(board_address(ward), {"seen_on_page": newest(other).pk}, **HTMX)
        assert 'class="cpms-bed"' not in nothing.content.decode()
        assert "Changed meanwhile" not in text_of(nothing)

    def test_a_page_that_does_not_say_what_it_showed_gets_all_rows(self, client, ward, wendy):
        page = tap(client, ward.beds.first(), "available", seen_on_page="\x00", **HTMX)
        assert page.content.decode().count('class="cpms-bed"') == ward.beds.count()

    def test_a_change_costs_a_fixed_number_of_queries(self, client, django_assert_max_num_queries):
        ward = ward_with_beds(30)
        client.force_login(ward_editor(ward))
        bed, *_, last = ward.beds.all()
        seen = {"seen": newest(bed).pk, "seen_on_page": newest(last).pk}
        with django_assert_max_num_queries(15):
            tap(client, bed, "available", **seen, **HTMX)

    @pytest.mark.parametrize("options", [{}, HTMX])
    def test_a_conflict_shows_what_changed_and_lets_choose_again(
        self, client, ward, wendy, options
    ):
        bed = ward.beds.first()
        seen = newest(bed).pk
        change(bed, BedState.AVAILABLE, by=bed_manager(ward))
        meanwhile = change(bed, BedState.CLOSED, closed_reason="acuity", by=bed_manager(ward))
        response = tap(client, bed, "available", seen=seen, **options)
        assert response.status_code == 409
        said = text_of(response)
        assert "Bed 1 was changed to Closed (acuity) by Bella Beds (availability editor) at" in said
        assert "You saw Occupied" in said
        assert "Available, by Bella Beds (availability editor) at" in said
        assert "You chose Available" in said
        assert "Keep Closed (acuity)" in said
        assert newest(bed) == meanwhile
        assert f'value="{meanwhile.pk}"' in response.content.decode()
        assert tap(client, bed, "available", **options).status_code in (200, 302)
        assert newest(bed).state == BedState.AVAILABLE

    def test_a_double_tap_and_a_refresh_change_once(self, client, ward, wendy):
        bed = ward.beds.first()
        seen = newest(bed).pk
        for _ in range(2):
            assert tap(client, bed, "available", seen=seen).status_code == 302
        assert bed.entries.count() == 2

    @pytest.mark.parametrize("options", [{}, HTMX])
    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"state": "available"},
            {"state": "closed", "seen_entry": "1"},
            {"state": "closed", "seen_entry": "1", "closed_reason": "staffing"},
            {"state": "\x00", "seen_entry": "\x00"},
            {"state": "a" * 100_000, "seen_entry": "9" * 5_000},
            {"state": "available", "seen_entry": "-1"},
            {"state": "available", "seen_entry": str(2**64)},
            {"state": "available", "seen_entry": "\ud800"},
        ],
    )
    def test_bad_input_changes_nothing_and_says_so(self, client, ward, wendy, data, options):
        bed = ward.beds.first()
        body = "&".join(f"{k}={v}" for k, v in data.items()).encode("utf-8", "surrogatepass")
        response = client.post(
            reverse("availability:change", args=[bed.pk]),
            body,
            content_type="application/x-www-form-urlencoded",
            **options,
        )
        assert response.status_code == 400
        assert "Choose Available" in text_of(response) or "out of date" in text_of(response)
        assert bed.entries.count() == 1

    def test_extra_fields_are_ignored(self, client, ward, wendy):
        bed = ward.beds.first()
        data = {"state": "available", "seen_entry": newest(bed).pk, "by": 1, "starts_at": "1999"}
        client.post(reverse("availability:change", args=[bed.pk]), data)
        assert (newest(bed).by, newest(bed).starts_at.year) == (wendy, timezone.now().year)

    def test_after_logging_in_anew_the_address_leads_to_the_row(self, client, ward, wendy):
        bed = ward.beds.first()
        response = client.get(reverse("availability:change", args=[bed.pk]))
        assert response.url == f"{board_address(ward)}#bed-{bed.pk}"


class TestClose:
    def address(self, bed):
        return reverse("availability:close", args=[bed.pk])

    def test_closing_asks_for_a_reason(self, client, ward, wendy):
        bed = ward.beds.first()
        response = client.get(self.address(bed))
        assert "Why is Bed 1 closed?" in text_of(response)
        assert "Commissioner's decision" in text_of(response)
        buttons = re.findall(r'name="closed_reason"\s+value="(\w+)"', response.content.decode())
        assert buttons == ClosedReason.values
        response = client.post(self.address(bed), {"seen_entry": newest(bed).pk})
        assert 'href="#id_closed_reason_0"' in response.content.decode()
        assert "Choose why the bed is closed" in text_of(response)
        assert bed.entries.count() == 1

    def test_a_reason_closes_the_bed(self, client, ward, wendy):
        bed = ward.beds.first()
        data = {"seen_entry": newest(bed).pk, "closed_reason": ClosedReason.INFECTION_CONTROL}
        response = client.post(self.address(bed), data)
        assert response.url == f"{board_address(ward)}#bed-{bed.pk}"
        assert "Bed 1 is now Closed (infection control)." in text_of(client.get(response.url))

    def test_a_conflict_keeps_the_reason_and_decides_on_what_is_shown(self, client, ward, wendy):
        bed = ward.beds.first()
        data = {"seen_entry": newest(bed).pk, "closed_reason": "acuity"}
        meanwhile = change(bed, BedState.AVAILABLE, by=bed_manager(ward))
        response = client.post(self.address(bed), data)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Bed 1 was changed to Available by Bella Beds" in page
        assert f'name="seen_entry" value="{meanwhile.pk}"' in page
        assert re.search(r'value="acuity">Change to Closed \(acuity\)', page)
        client.post(self.address(bed), data | {"seen_entry": meanwhile.pk})
        assert newest(bed).closed_reason == "acuity"

    @pytest.mark.parametrize(
        "data",
        [
            {"closed_reason": "\x00", "seen_entry": "1"},
            {"closed_reason": "a" * 10_000, "seen_entry": "\x00"},
            {"closed_reason": "staffing"},
            {"closed_reason": "staffing", "seen_entry": str(2**80)},
        ],
    )
    def test_bad_input_changes_nothing(self, client, ward, wendy, data):
        bed = ward.beds.first()
        response = client.post(self.address(bed), data)
        assert response.status_code == 200
        assert "There is a problem" in text_of(response)
        assert bed.entries.count() == 1


class TestConfirm:
    def address(self, ward):
        return reverse("availability:confirm", args=[ward.pk])

    def seen(self, ward):
        return max(newest(bed).pk for bed in ward.beds.all())

    def test_nothing_has_changed_confirms_the_ward(self, client, ward, wendy):
        assert "Nothing has changed" in text_of(client.get(board_address(ward)))
        response = client.post(self.address(ward), {"seen_entry": self.seen(ward)})
        assert response.url == board_address(ward)
        assert "Confirmed just now" in text_of(client.get(response.url))
        assert WardConfirmation.objects.get().by == wendy

    def test_after_a_change_the_rest_is_offered_as_unchanged(self, client, ward, wendy):
        tap(client, ward.beds.first(), "available")
        assert "Everything else is unchanged" in text_of(client.get(board_address(ward)))
        client.post(self.address(ward), {"seen_entry": self.seen(ward)})
        assert "Nothing has changed" in text_of(client.get(board_address(ward)))

    def test_what_a_colleague_changed_is_shown_before_it_is_confirmed(self, client, ward, wendy):
        seen = self.seen(ward)
        change(ward.beds.first(), BedState.AVAILABLE, by=bed_manager(ward))
        response = client.post(self.address(ward), {"seen_entry": seen})
        assert response.status_code == 409
        assert "Bed 1 was changed to Available by Bella Beds" in text_of(response)
        assert not WardConfirmation.objects.exists()

    @pytest.mark.parametrize("data", [{}, {"seen_entry": "\x00"}, {"seen_entry": "9" * 99}])
    def test_bad_input_confirms_nothing(self, client, ward, wendy, data):
        response = client.post(self.address(ward), data)
        assert response.status_code == 400
        assert "out of date" in text_of(response)
        assert not WardConfirmation.objects.exists()

    def test_a_get_as_from_a_reminder_shows_the_ward_with_one_button(self, client, ward, wendy):
        change(ward.beds.first(), BedState.AVAILABLE, by=bed_manager(ward))
        said = text_of(client.get(self.address(ward)))
        assert "Has nothing changed in CAMHS-Kennet-ED?" in said
        assert "Available 1 Occupied 2 Closed 0" in said
        assert "Bed 1 Available since" in said
        assert not WardConfirmation.objects.exists()
