"""Several people at one draft, on real connections. Without the hold of the version these are red:
a change is lost, or comes into a version that was submitted."""

from datetime import date
from uuid import uuid4

import pytest

from capacity_plans.choices import VersionStatus
from capacity_plans.editing.change_services import add_change
from capacity_plans.editing.conflicts import RowChanged
from capacity_plans.editing.line_services import add_wards, move_line, remove_line, save_line
from capacity_plans.editing.services import Seen
from capacity_plans.files.columns import BASELINE, DIFFERENCE, LINES, NOTES
from capacity_plans.files.queries import VersionRows
from capacity_plans.files.reading import rows_of
from capacity_plans.files.services import keep_upload, save_upload
from capacity_plans.files.writing import as_csv, as_xlsx
from capacity_plans.life.deciding import submit_version, take_back
from capacity_plans.models import Change, Line
from core.errors import Conflict
from core.models import AuditEvent
from tests.capacity_plans.editing.conftest import planner
from tests.counts import often
from tests.factories.organisations import CollaborativeFactory, UnitFactory, WardFactory
from tests.factories.plan_life import approver
from tests.factories.plans import draft, line, plan
from tests.races import at_once

ROUNDS = often(400)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unit():
    return UnitFactory()


@pytest.fixture
def version(unit):
    return draft(plan(CollaborativeFactory(members=[unit.organisation])))


@pytest.fixture
def people(version):
    names = ("paula.planner", "peter.planner", "petra.planner")
    return [planner(version.plan.collaborative, name) for name in names]


def test_of_two_editors_of_one_row_one_is_told_and_no_change_is_lost(version, unit, people):
    row = line(version, WardFactory(unit=unit))
    for number in range(ROUNDS):
        seen = Line.objects.get().revision

        def save(position, seen=seen, number=number):
            notes = f"Round {number} of {position}"
            wanted = {"baseline": row.baseline, "difference": "", "notes": notes}
            try:
                return save_line(line=row, seen=Seen(seen), by=people[position], **wanted).notes
            except RowChanged as conflict:
                return [step.details["now"]["notes"] for step in conflict.steps]

        answers = at_once(save, 2)
        [won] = [answer for answer in answers if isinstance(answer, str)]
        [told] = [answer for answer in answers if isinstance(answer, list)]
        assert told == [won]
        row.refresh_from_db()
        assert (row.notes, row.revision) == (won, seen + 1)
    version.refresh_from_db()
    assert version.revision == ROUNDS


def test_a_form_sent_three_times_at_once_adds_one_row(version, unit, people):
    ward = WardFactory(unit=unit)
    for number in range(1, ROUNDS + 1):
        at_once(lambda _: add_wards(version=version, wards=[ward], by=people[0]), 3)
        row, key = Line.objects.get(), uuid4()
        wanted = {"on": date(2027, 5, 1), "kind": "increase", "number": 2, "reason": "Agreed"}
        made = at_once(
            lambda _, row=row, key=key, form=wanted: add_change(
                line=row, key=key, by=people[0], **form
            ),
            3,
        )
        assert len({one.pk for one in made}) == Change.objects.count() == 1
        at_once(
            lambda _, row=row: remove_line(line=row, seen=Seen(0), changes_seen=1, by=people[0]),
            3,
        )
        assert AuditEvent.objects.filter(event="plan.line_removed").count() == number


def test_lines_that_are_moved_at_once_keep_places_of_their_own(version, unit, people):
    rows = [line(version, WardFactory(unit=unit, name=name)) for name in ("Ash", "Beech", "Elm")]
    for _ in range(ROUNDS):
        order = list(Line.objects.all())

        def move(position, order=order):
            return move_line(line=order[position + 1], up=True, seen=position + 1, by=people[0])

        moved = at_once(move, 2)
        assert any(moved)
        assert sorted(Line.objects.values_list("position", flat=True)) == [1, 2, 3]
        assert set(Line.objects.all()) == set(rows)


def test_what_is_submitted_has_what_an_editor_was_told_is_saved_and_no_more(version, unit, people):
    row = line(version, WardFactory(unit=unit))
    approver(version.plan.collaborative)
    for number in range(ROUNDS):
        row.refresh_from_db()
        notes = f"Round {number}"
        wanted = {"baseline": row.baseline, "difference": "", "notes": notes}

        def save_or_submit(position, seen=row.revision, wanted=wanted):
            try:
                if position:
                    return submit_version(version=version, by=people[1])
                return save_line(line=row, seen=Seen(seen), by=people[0], **wanted).notes
            except Conflict as refusal:
                return f"Refused: {refusal}"

        saved, submitted = at_once(save_or_submit, 2)
        assert not isinstance(submitted, str), submitted
        row.refresh_from_db()
        assert (row.notes == notes) == (saved == notes)
        version.refresh_from_db()
        assert version.status == VersionStatus.SUBMITTED
        take_back(version=version, by=people[1])
        version.refresh_from_db()


def upload(version, by, write, notes):
    """A file of the version that says something of each line; gives the revision looked at."""
    tables = VersionRows(version).tables
    told = {BASELINE: 7, DIFFERENCE: "Staffed for seven", NOTES: notes}
    tables[LINES] = [{**cells, **told} for cells in tables[LINES]]
    keep_upload(version=version, rows=rows_of(write(tables)), by=by)
    version.refresh_from_db()
    return version.revision


def test_of_a_file_and_an_editor_of_its_row_one_is_told_and_a_file_counts_whole(
    version, unit, people
):
    rows = [line(version, WardFactory(unit=unit, name=name)) for name in ("Ash", "Beech")]
    for number in range(ROUNDS):
        notes = f"Round {number}"
        looked_at = upload(version, people[0], as_csv if number % 2 else as_xlsx, notes)
        seen = Line.objects.get(pk=rows[0].pk).revision
        wanted = {"baseline": 9, "difference": f"Edited {number}", "notes": "Of the editor"}

        def save_or_import(position, seen=seen, looked_at=looked_at, wanted=wanted):
            try:
                if position:
                    save_upload(version=version, revision=looked_at, by=people[0])
                else:
                    save_line(line=rows[0], seen=Seen(seen), by=people[1], **wanted)
            except RowChanged as conflict:
                return [step.details["now"]["notes"] for step in conflict.steps]
            except Conflict as refusal:
                return str(refusal)
            return "done"

        saved, imported = at_once(save_or_import, 2)
        said = list(Line.objects.values_list("baseline", "notes"))
        if imported == "done":
            assert saved == [notes]
            assert said == [(7, notes)] * 2
        else:
            assert saved == "done"
            assert "The plan has changed since you looked" in imported
            assert said[0] == (9, "Of the editor")
            assert said[1] != (7, notes)


def test_what_is_submitted_has_all_of_a_file_that_was_saved_or_nothing_of_it(version, unit, people):
    for name in ("Ash", "Beech"):
        line(version, WardFactory(unit=unit, name=name))
    approver(version.plan.collaborative)
    for number in range(ROUNDS):
        notes = f"Round {number}"
        looked_at = upload(version, people[0], as_csv if number % 2 else as_xlsx, notes)

        def import_or_submit(position, looked_at=looked_at):
            try:
                if position:
                    return submit_version(version=version, by=people[1])
                save_upload(version=version, revision=looked_at, by=people[0])
            except Conflict as refusal:
                return str(refusal)
            return "done"

        imported, submitted = at_once(import_or_submit, 2)
        assert not isinstance(submitted, str), submitted
        assert imported == "done" or "was submitted by" in imported
        said = list(Line.objects.values_list("notes", flat=True))
        assert [one == notes for one in said] == [imported == "done"] * 2
        take_back(version=version, by=people[1])
        version.refresh_from_db()
