"""A version that was submitted while somebody edits it: they are told, and nothing is lost."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from capacity_plans.life.deciding import submit_version
from capacity_plans.models import Line, PlanUpload, Version
from tests.availability.pages import text_of
from tests.factories.plan_life import approved, decided, returned
from tests.factories.plans import assumption, change, draft, line

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
BY_PETER = "Version 1 was submitted by Peter Planner at "
PAGES = (
    *("edit", "edit_details", "add_wards", "order_lines", "add_planned_ward", "edit_line"),
    *("take_directory", "remove_line", "add_change", "edit_change", "move_change"),
    *("remove_change", "add_assumption", "edit_assumption", "remove_assumption"),
    *("import", "import_check"),
)


def at(name, *args):
    return reverse(f"plans:{name}", args=args)


@pytest.fixture
def rows(place, peter):
    """The addresses of the pages on which a version is edited, which Peter then submits."""
    ash = line(place.version, place.ash)
    of_row = {"line": ash.pk, "directory": ash.pk, "change": change(ash, date(2027, 5, 1)).pk}
    of_row["assumption"] = assumption(place.version, ash).pk
    of_page = {"add_change": [ash.pk], "add_assumption": []}

    def address(name):
        row = of_row.get(name.split("_")[-1])
        return at(name, place.version.pk, *of_page.get(name, [row] if row else []))

    submit_version(version=place.version, by=peter)
    return address


@pytest.mark.parametrize("page", PAGES)
def test_who_opens_a_page_of_it_is_led_to_the_version(client, paula, place, rows, page):
    answer = client.get(rows(page), follow=True)
    assert answer.redirect_chain == [(at("version", place.version.pk), 302)]
    assert BY_PETER in text_of(answer)
    assert "Take it back to change it." in text_of(answer)


def test_who_takes_theirs_is_led_there_as_a_whole(client, paula, place, rows):
    answer = client.get(rows("edit_line"), **HTMX)
    assert answer["HX-Redirect"] == at("version", place.version.pk)


SENT = {
    "edit_details": {"revision": 0, "first_year": 2026, "years": 3, "notes": "Typed by Paula"},
    "add_planned_ward": {
        **{"key": uuid4(), "planned_name": "Typed by Paula", "baseline": 0},
        **{"sex": "male", "security_level": 0},
    },
    "edit_line": {"revision": 0, "baseline": 9, "difference": "Typed by Paula"},
    "edit_change": {
        **{"revision": 0, "kind": "increase", "number": 3, "reason": "Typed by Paula"},
        **{"on_day": 1, "on_month": 6, "on_year": 2027},
    },
    "add_change": {
        **{"key": uuid4(), "kind": "increase", "number": 3, "reason": "Typed by Paula"},
        **{"on_day": 1, "on_month": 6, "on_year": 2027},
    },
    "add_assumption": {
        **{"admissions": 9, "length_of_stay": "30", "yearly_change": "0", "occupancy": 85},
        **{"inside_flow": 100, "sex": "female", "security_level": 0, "source": "Typed by Paula"},
    },
    "edit_assumption": {
        **{"revision": 0, "admissions": 9, "length_of_stay": "30", "yearly_change": "0"},
        **{"occupancy": 85, "inside_flow": 100, "sex": "male", "security_level": 0},
        **{"source": "Typed by Paula"},
    },
}


@pytest.mark.parametrize("page", SENT)
def test_what_was_typed_stays_beside_who_submitted_it(client, paula, place, rows, page):
    before = Version.objects.values().get()
    answer = client.post(rows(page), SENT[page] | {"service_type": place.ash.service_type_id})
    assert answer.status_code == 409, text_of(answer)
    assert BY_PETER in text_of(answer)
    assert "Typed by Paula" in answer.content.decode()
    assert Version.objects.values().get() == before


@pytest.mark.parametrize("page", ["edit_details", "edit_line", "edit_change", "edit_assumption"])
def test_a_row_that_saves_by_itself_says_so_and_links_to_the_version(
    client, paula, place, rows, page
):
    sent = SENT[page] | {"service_type": place.ash.service_type_id}
    answer = client.post(rows(page), sent, **HTMX)
    assert answer.status_code == 409
    assert BY_PETER in text_of(answer)
    assert f'href="{at("version", place.version.pk)}"' in answer.content.decode()
    assert "Typed by Paula" not in answer.content.decode(), "what was typed is not replaced"


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("take_directory", {"revision": 0}),
        ("move_change", {"revision": 0, "to": "2027-06-01"}),
        ("order_lines", {"move": "1-down-0"}),
    ],
)
def test_a_button_leads_to_the_version_and_says_it_once(client, paula, place, rows, page, sent):
    answer = client.post(rows(page), sent, follow=True)
    assert answer.redirect_chain[-1][0] == at("version", place.version.pk)
    assert text_of(answer).count(BY_PETER) == 1


@pytest.mark.parametrize("page", ["remove_line", "remove_change", "remove_assumption"])
def test_nothing_of_it_is_removed(client, paula, rows, page):
    answer = client.post(rows(page), {"revision": 0, "changes": 1})
    assert answer.status_code == 409
    assert BY_PETER in text_of(answer)
    assert Line.objects.count() == 1


def test_a_file_that_was_uploaded_meanwhile_is_kept(client, paula, place, rows):
    PlanUpload.objects.create(version=place.version, person=paula, rows={})
    answer = client.post(rows("import_check"), {"revision": 0, "number": 0}, follow=True)
    assert BY_PETER in text_of(answer)
    assert PlanUpload.objects.exists()


@pytest.mark.parametrize(
    ("live", "said"),
    [
        (approved, "was approved by Carol Commissioner at "),
        (returned, "was returned by Carol Commissioner at "),
    ],
)
def test_what_was_decided_on_says_by_whom_and_what_to_do(client, place, paula, live, said):
    line(place.version, place.ash)
    live(place.version)
    page = text_of(client.get(at("edit", place.version.pk), follow=True))
    assert f"Version 1 {said}" in page
    assert "Make a new draft from it to change the plan." in page


def test_what_was_superseded_says_so(client, place, paula):
    line(place.version, place.ash)
    approved(place.version)
    second = draft(place.version.plan)
    line(second, place.beech)
    decided(submit_version(version=second, by=paula))
    page = text_of(client.get(at("edit", place.version.pk), follow=True))
    assert "superseded since. Make a new draft of the plan." in page
