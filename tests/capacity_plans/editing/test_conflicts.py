"""Two editors at one row: nobody overwrites the other unseen, and nothing is lost."""

from datetime import date

import pytest
from django.urls import reverse

from capacity_plans.editing.change_services import save_change
from capacity_plans.editing.line_services import remove_line, save_line
from capacity_plans.editing.services import Seen, save_details
from capacity_plans.files.columns import LINES, NOTES, POPULATION, VERSION_SHEET
from capacity_plans.files.queries import VersionRows
from capacity_plans.files.reading import rows_of
from capacity_plans.files.services import keep_upload, save_upload
from capacity_plans.files.writing import as_csv
from capacity_plans.life.adjusting import adjust_assumptions, adjustment_of
from capacity_plans.models import Line
from tests.availability.pages import text_of
from tests.factories.plans import assumption, change, line

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def at(name, *args):
    return reverse(f"plans:{name}", args=args)


@pytest.fixture
def ash(place):
    return line(place.version, place.ash)


@pytest.fixture
def mine(ash):
    return {"revision": 0, "baseline": 9, "difference": "Staffed for nine", "notes": ""}


def address(ash):
    return at("edit_line", ash.version_id, ash.pk)


def theirs(ash, peter, **fields):
    wanted = {"baseline": ash.baseline, "difference": "", "notes": "Seen by the board"}
    return save_line(line=ash, seen=Seen(0), by=peter, **wanted | fields)


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_a_stale_save_shows_who_changed_what_beside_what_was_typed(
    client, paula, peter, ash, mine, htmx
):
    theirs(ash, peter)
    answer = client.post(address(ash), mine, **htmx)
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Changed by Peter Planner (plan editor) at " in page
    assert "Notes It was: nothing Now: Seen by the board You left this as it was" in page
    assert f"Baseline It was: {ash.baseline} Now: {ash.baseline} You typed: 9" in page
    assert "Keep mine" in page
    if not htmx:
        assert 'value="9"' in answer.content.decode()
    now = Line.objects.get()
    assert (now.baseline, now.notes) == (ash.baseline, "Seen by the board")


def test_keep_mine_saves_mine_and_leaves_what_only_they_changed(client, paula, peter, ash, mine):
    theirs(ash, peter)
    answer = client.post(address(ash), mine | {"keep": 1}, **HTMX)
    assert answer.status_code == 200
    assert answer["HX-Retarget"] == f"#line-{ash.pk}", "the whole form, as it is now"
    assert "Seen by the board" in answer.content.decode()
    now = Line.objects.get()
    assert (now.baseline, now.notes, now.revision) == (9, "Seen by the board", 2)


def test_keep_mine_asks_again_if_they_changed_it_once_more(client, paula, peter, ash, mine):
    theirs(ash, peter)
    save_line(
        line=ash, seen=Seen(1), by=peter, baseline=7, difference="Seven", notes="Seen by the board"
    )
    answer = client.post(address(ash), mine | {"keep": 1})
    assert answer.status_code == 409
    assert "Now: 7 You typed: 9" in text_of(answer)


def test_take_theirs_shows_the_row_as_it_is(client, paula, peter, ash):
    theirs(ash, peter)
    answer = client.get(address(ash), **HTMX)
    assert "Seen by the board" in answer.content.decode()
    assert 'name="revision" value="1"' in answer.content.decode()


def test_the_same_form_sent_again_is_saved_already(client, paula, ash, mine):
    for _ in range(2):
        assert client.post(address(ash), mine, **HTMX).status_code == 200
    assert Line.objects.get().revision == 1


def test_a_row_that_was_removed_says_by_whom_and_keeps_what_was_typed(
    client, place, paula, peter, ash, mine
):
    remove_line(line=ash, seen=Seen(0), by=peter, changes_seen=0)
    for htmx in ({}, HTMX):
        answer = client.post(address(ash), mine, **htmx)
        assert answer.status_code == 409
        page = text_of(answer)
        assert "That was removed by Peter Planner (plan editor) at " in page
        assert "Staffed for nine" in page
    moved = client.get(address(ash))
    assert moved["Location"] == at("edit", place.version.pk)


def test_a_row_that_was_changed_is_not_removed_nor_moved_unseen(client, place, paula, peter, ash):
    row = change(ash, date(2027, 5, 1), 2)
    wanted = {name: getattr(row, name) for name in ("on", "kind", "number", "reason")}
    save_change(change=row, seen=Seen(0), by=peter, **wanted | {"number": 5})
    removed = client.post(at("remove_change", place.version.pk, row.pk), {"revision": 0})
    assert removed.status_code == 409
    assert "5. Business case agreed" in text_of(removed)
    client.post(at("move_change", place.version.pk, row.pk), {"revision": 0, "to": "2027-06-01"})
    row.refresh_from_db()
    assert (row.on, row.number) == (date(2027, 5, 1), 5)


def upload(version, by, sheet, rows):
    """A file of the version in which a sheet has these rows is saved."""
    tables = VersionRows(version).tables | {sheet: rows}
    keep_upload(version=version, rows=rows_of(as_csv(tables)), by=by)
    version.refresh_from_db()
    save_upload(version=version, revision=version.revision, by=by)


def test_a_file_is_told_like_any_other_change_of_a_row(client, place, paula, peter, ash, mine):
    [cells] = VersionRows(place.version).tables[LINES]
    upload(place.version, peter, LINES, [{**cells, NOTES: "Of the file"}])
    answer = client.post(address(ash), mine)
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Changed by Peter Planner (plan editor) at " in page
    assert "Notes It was: nothing Now: Of the file You left this as it was" in page
    assert client.post(address(ash), mine | {"keep": 1}).status_code == 302
    now = Line.objects.get()
    assert (now.baseline, now.notes) == (9, "Of the file")
    upload(place.version, peter, LINES, [])
    answer = client.post(address(ash), mine)
    assert answer.status_code == 409
    assert "That was removed by Peter Planner (plan editor) at " in text_of(answer)
    assert "Staffed for nine" in text_of(answer)


def test_a_file_conflicts_with_the_details_only_if_it_changes_them(client, place, paula, peter):
    form = {"revision": 0, "first_year": 2026, "years": 3, "population": "", "notes": "Mine"}
    upload(place.version, peter, LINES, [])
    [cells] = VersionRows(place.version).tables[VERSION_SHEET]
    assert client.post(at("edit_details", place.version.pk), form).status_code == 302
    upload(place.version, peter, VERSION_SHEET, [{**cells, POPULATION: 400_000, NOTES: "Mine"}])
    form |= {"revision": 1, "notes": "Me"}
    answer = client.post(at("edit_details", place.version.pk), form)
    assert answer.status_code == 409
    assert "Population It was: nothing Now: 400000 You left this as it was" in text_of(answer)


def test_an_adjustment_of_all_is_told_like_any_other_change(client, place, paula, peter, ash):
    row = assumption(place.version, ash)
    adjust_assumptions(version=place.version, by=peter, occupancy=adjustment_of("95"))
    form = {
        **{"revision": 0, "service_type": row.service_type_id, "sex": row.sex},
        **{"security_level": row.security_level, "admissions": 7, "length_of_stay": "30"},
        **{"yearly_change": "0", "occupancy": 85, "inside_flow": 100, "source": ""},
    }
    answer = client.post(at("edit_assumption", place.version.pk, row.pk), form)
    assert answer.status_code == 409
    assert "Occupancy, percent It was: 85 Now: 95 You left this as it was" in text_of(answer)


def test_the_details_conflict_with_the_details_alone(client, place, paula, peter, ash):
    form = {"revision": 0, "first_year": 2026, "years": 3, "population": "", "notes": "Mine"}
    theirs(ash, peter)
    assert client.post(at("edit_details", place.version.pk), form).status_code == 302
    place.version.refresh_from_db()
    wanted = {"first_year": 2026, "years": 3, "population": 400_000, "notes": "Mine"}
    save_details(version=place.version, seen=Seen(1), by=peter, **wanted)
    answer = client.post(
        at("edit_details", place.version.pk), form | {"revision": 1, "notes": "Me"}
    )
    assert answer.status_code == 409
    assert "Population It was: nothing Now: 400000" in text_of(answer)


def test_the_years_cannot_leave_a_change_outside_the_plan(client, place, paula, ash):
    change(ash, date(2028, 5, 1))
    form = {"revision": 0, "first_year": 2026, "years": 2, "population": "", "notes": ""}
    answer = client.post(at("edit_details", place.version.pk), form)
    assert "1 of the changes would lie outside 2026/27 to 2027/28" in text_of(answer)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"admissions": "9" * 400}, "Enter a number from 0 to 100,000"),
        ({"length_of_stay": "NaN"}, "Enter a number from 0.1 to 5,000"),
        ({"length_of_stay": "1e99"}, "Enter a number from 0.1 to 5,000"),
        ({"yearly_change": "-51"}, "Enter a number from -50 to 50"),
        ({"occupancy": "49"}, "Enter a number from 50 to 100"),
        ({"inside_flow": "\x00"}, "Enter a number from 0 to 100"),
        ({"source": "x" * 251}, "Enter 250 characters or fewer"),
    ],
)
def test_wrong_assumptions_are_said_at_the_field(client, place, paula, ash, wrong, said):
    row = assumption(place.version, ash)
    form = {
        **{"revision": 0, "service_type": row.service_type_id, "sex": row.sex},
        **{"security_level": row.security_level, "admissions": 100, "length_of_stay": "30"},
        **{"yearly_change": "1.5", "occupancy": 90, "inside_flow": 80, "source": "Returns"},
    }
    address = at("edit_assumption", place.version.pk, row.pk)
    answer = client.post(address, form | wrong)
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert client.post(address, form).status_code == 302
    row.refresh_from_db()
    assert (row.admissions, row.occupancy, row.revision) == (100, 90, 1)


def test_a_baseline_that_needs_a_reason_waits_for_it_and_is_no_failure(client, paula, ash, mine):
    sent = mine | {"difference": ""}
    answer = client.post(address(ash), sent, **HTMX)
    assert answer.status_code == 400
    words = f"Enter why it is not {ash.baseline}, as the directory says"
    assert f"Kept here, and saved with its reason: {words}" in text_of(answer)
    assert "Not saved" not in text_of(answer)
    assert "nhsuk-error-message" not in answer.content.decode()
    page = client.get(address(ash))
    assert f"The directory says {ash.baseline}. Another figure needs a reason" in text_of(page)
    wrong = client.post(address(ash), sent | {"notes": "x" * 5000}, **HTMX)
    assert "Not saved: " in text_of(wrong)


@pytest.mark.requirement("CPMS-03")
def test_what_lacks_assumptions_is_listed_and_a_segment_has_them_once(client, place, paula, ash):
    address = at("edit", place.version.pk)
    link = f"{at('add_assumption', place.version.pk)}?segment="
    page = client.get(address).content.decode()
    assert link in page
    asked = page.partition(link)[2].partition('"')[0]
    shown = client.get(f"{link}{asked}").content.decode()
    assert f'value="{ash.service_type_id}" selected' in shown
    form = {
        **{"service_type": ash.service_type_id, "sex": ash.sex, "admissions": 100},
        **{"security_level": ash.security_level, "length_of_stay": "30", "yearly_change": "0"},
        **{"occupancy": 85, "inside_flow": 100},
    }
    for _ in range(2):
        assert client.post(link, form).status_code == 302
    assert place.version.assumptions.count() == 1
    assert link not in client.get(address).content.decode()
    taken = client.post(link, form | {"admissions": 7})
    assert "There are assumptions for this type, sex and security level already" in text_of(taken)
