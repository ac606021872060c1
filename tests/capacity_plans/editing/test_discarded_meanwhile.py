"""A version that was discarded while somebody has it open: they are told, and nothing is lost."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from capacity_plans.editing import line_services
from capacity_plans.files.services import keep_upload
from capacity_plans.life.services import discard_version
from capacity_plans.models import PlanUpload
from core.errors import Conflict
from tests.availability.pages import text_of
from tests.capacity_plans.editing.conftest import planner
from tests.capacity_plans.editing.test_submitted_meanwhile import PAGES, SENT, at
from tests.factories.organisations import CollaborativeFactory
from tests.factories.plans import assumption, change, line

pytestmark = pytest.mark.django_db
LIFE = ("version", "copy", "submit", "take_back", "make_draft", "discard")
BY_PETER = "version 1, was discarded by Peter Planner (plan editor) at "


@pytest.fixture
def rows(place, peter):
    """The addresses of the pages on which a version is edited, which Peter then discards."""
    ash = line(place.version, place.ash)
    of_row = {"line": ash.pk, "directory": ash.pk, "change": change(ash, date(2027, 5, 1)).pk}
    of_row["assumption"] = assumption(place.version, ash).pk
    of_page = {"add_change": [ash.pk], "add_assumption": []}
    version = place.version.pk

    def address(name):
        row = of_row.get(name.split("_")[-1])
        return at(name, version, *of_page.get(name, [row] if row else []))

    discard_version(version=place.version, by=peter)
    return address


@pytest.mark.parametrize("page", [*PAGES, *LIFE])
def test_who_opens_a_page_of_it_is_led_to_the_plans(client, paula, rows, page):
    answer = client.get(rows(page), follow=True)
    assert answer.redirect_chain == [(reverse("plans:plans"), 302)]
    assert BY_PETER in text_of(answer)


@pytest.mark.parametrize("page", SENT)
def test_what_was_typed_is_shown_beside_who_discarded_it(client, paula, place, rows, page):
    sent = SENT[page] | {"service_type": place.ash.service_type_id}
    answer = client.post(rows(page), sent)
    assert answer.status_code == 409
    assert BY_PETER in text_of(answer)
    assert "Typed by Paula" in text_of(answer)
    if "on_day" in sent:
        assert "Date: 1/6/2027" in text_of(answer)
        assert "Kind: Increase" in text_of(answer)
    whole = client.post(rows(page), sent, HTTP_HX_REQUEST="true")
    assert (whole.status_code, "<html" in whole.content.decode()) == (409, False)


def test_who_discards_it_twice_is_told_so(client, paula, place):
    page = at("discard", place.version.pk)
    assert "You have discarded version 1" in text_of(client.post(page, follow=True))
    assert "version 1, was discarded by you at " in text_of(client.post(page, follow=True))


def test_who_does_not_edit_the_plan_learns_nothing(client, rows):
    client.force_login(planner(CollaborativeFactory(name="Elsewhere"), "other.planner"))
    for page in (*PAGES, *LIFE):
        assert client.get(rows(page)).status_code == 404


def test_a_row_that_is_saved_a_moment_later_is_told_so(client, paula, peter, place, monkeypatch):
    page = at("edit_line", place.version.pk, line(place.version, place.ash).pk)
    save_line = line_services.save_line

    def later(**wanted):
        discard_version(version=place.version, by=peter)
        save_line(**wanted)

    monkeypatch.setattr(line_services, "save_line", later)
    answer = client.post(page, SENT["edit_line"])
    assert answer.status_code == 409
    assert BY_PETER in text_of(answer)
    assert "Typed by Paula" in text_of(answer)


def test_a_file_for_it_is_refused(client, paula, place, rows):
    with pytest.raises(Conflict, match="discarded"):
        keep_upload(version=place.version, rows={}, by=paula)
    file = SimpleUploadedFile("plan.csv", b"")
    answer = client.post(rows("import"), {"file": file})
    assert BY_PETER in text_of(answer)
    assert not PlanUpload.objects.exists()
