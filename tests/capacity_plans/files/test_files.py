"""A draft or scenario from a file: each bad cell is named, and all of it is saved or nothing."""

import csv
import io
import re
from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.choices import Capability
from capacity_plans.choices import ChangeKind
from capacity_plans.editing.change_services import MOST_CHANGES
from capacity_plans.editing.line_services import MOST_LINES
from capacity_plans.files.reading import rows_of
from capacity_plans.files.services import KEPT_FOR, look, sweep_uploads
from capacity_plans.models import Change, Line, PlanUpload, Version
from capacity_plans.services import begin_change
from core.models import AuditEvent
from organisations.models import Ward
from tests.availability.pages import text_of
from tests.factories import plans
from tests.factories.accounts import grant, person

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CPMS-03", "CPMS-31")]


# Row of the file, what is written there, the column that is wrong, and the words
BAD = [
    (1, {"Line": ""}, "Line", "whole number from 1"),
    (2, {"Line": "1"}, "Line", "Row 3 has this number too"),
    (1, {"Ward": "Elm", "Ward ID": ""}, "Ward", "No open ward of this collaborative"),
    (1, {"Ward": "Elm"}, "Ward", "The ward of this ID has Ash here"),
    (1, {"Ward ID": "999999999"}, "Ward ID", "No ward of this collaborative has this ID"),
    (1, {"Ward ID": "9" * 40}, "Ward ID", "whole number"),
    (2, {"Ward": "Ash", "Ward ID": ""}, "Ward", "Row 3 is the same ward"),
    (1, {"Planned": "perhaps"}, "Planned", "Enter one of these: Yes, No"),
    (3, {"Sex": ""}, "Sex", "Enter it for a ward that is planned"),
    (3, {"Site code": "XX9"}, "Site code", "No open site"),
    (1, {"Service type": "Surgery"}, "Service type", "Enter one of these"),
    (1, {"Baseline": "11"}, "Difference", "not the directory's figure of 12"),
    (1, {"Baseline": "-1"}, "Baseline", "whole number from 0 to 10,000"),
    (1, {"Baseline": "1" * 300}, "Baseline", "whole number from 0 to 10,000"),
    (1, {"Notes": "943 476 5919"}, "Notes", "Remove the NHS number"),
    (1, {"Notes": "x" * 501}, "Notes", "500 characters or fewer"),
    (4, {"Line": "7"}, "Line", "No line has the number 7"),
    (4, {"Date": "soon"}, "Date", "Enter a day such as 01/04/2026"),
    (4, {"Date": "01/04/0026"}, "Date", "Enter a day such as 01/04/2026"),
    (4, {"Date": "31/03/2026"}, "Date", "in the years of the plan, 2026/27 to 2028/29"),
    (4, {"Kind": "Explosion"}, "Kind", "Enter one of these: Opening"),
    (4, {"Number": "0"}, "Number", "whole number from 1 to 10,000"),
    (4, {"Until": "01/10/2026"}, "Until", "only what is temporary has a last day"),
    (4, {"Kind": "Temporary closing"}, "Until", "Enter the last day"),
    (
        4,
        {"Kind": "Temporary closing", "Until": "31/08/2026"},
        "Until",
        "not before the first",
    ),
    (4, {"To line": "2"}, "To line", "only a transfer"),
    (4, {"Reason": " "}, "Reason", "Enter the reason"),
    (5, {"To line": "1"}, "To line", "another line"),
    (5, {"To line": ""}, "To line", "whole number"),
    (6, {"Occupancy": "0.85"}, "Occupancy", "whole number from 50 to 100"),
    (6, {"Length of stay": "30.25"}, "Length of stay", "one decimal place"),
    (6, {"Yearly change": "-60"}, "Yearly change", "from -50 to 50"),
    (6, {"Admissions": ""}, "Admissions", "whole number"),
    (0, {"Years": "9"}, "Years", "whole number from 1 to 5"),
]


@pytest.fixture
def filled(version):
    """Ash opens 4 and gives 2 to Beech; a planned Oak; what is needed of Ash's kind."""
    ash = plans.line(version, Ward.objects.get(name="Ash"))
    beech = plans.line(version, Ward.objects.get(name="Beech"))
    Line.objects.create(
        version=version,
        position=3,
        planned_name="Oak",
        service_type=ash.service_type,
        sex="female",
        baseline=0,
    )
    plans.change(ash, date(2026, 9, 1), 4, ChangeKind.OPENING, reference="BC 12")
    plans.change(ash, date(2027, 4, 1), 2, ChangeKind.TRANSFER, to_line=beech)
    plans.assumption(version, ash)
    return version


def at(name, version):
    return reverse(f"plans:{name}", args=[version.pk])


def downloaded(client, version):
    """The rows of the CSV, each by its row's kind and place among these."""
    text = client.get(at("export_csv", version)).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_csv(rows, delimiter=","):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def upload(client, version, content):
    file = SimpleUploadedFile("plan.csv", content)
    return client.post(at("import", version), {"file": file}, follow=True)


def save(client, version, **sent):
    revision = {"revision": Version.objects.get(pk=version.pk).revision}
    return client.post(at("import_check", version), revision | sent, follow=True)


def changed(rows, number, **cells):
    return [row | cells if at == number else row for at, row in enumerate(rows)]


def workbook(client, version, change=None):
    """The spreadsheet of a version, as somebody changed it."""
    book = load_workbook(io.BytesIO(client.get(at("export_xlsx", version)).content))
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class TestDown:
    def test_whoever_reads_a_version_takes_it_out(self, client, filled, planned):
        plans.decided(filled, by=person("amina.approver"))
        reader = person("rita.reader")
        grant(reader, Capability.PLANS_VIEW, collaborative=planned)
        client.force_login(reader)
        rows = downloaded(client, filled)
        kinds = [row["Row"] for row in rows]
        assert kinds == ["version", *["line"] * 3, *["change"] * 2, "assumption"]
        assert (rows[1]["Ward"], rows[1]["Site code"], rows[1]["Baseline"]) == (
            "Ash",
            "NV201",
            "12",
        )
        assert (rows[5]["Line"], rows[5]["To line"], rows[5]["To ward"]) == ("1", "2", "Beech")
        assert rows[4]["Date"] == "01/09/2026"
        assert client.get(at("import", filled)).status_code == 403

    def test_the_spreadsheet_has_days_numbers_and_what_each_column_takes(self, client, filled):
        Line.objects.filter(planned_name="Oak").update(notes="=1+1")
        book = load_workbook(io.BytesIO(client.get(at("export_xlsx", filled)).content))
        titles = ["Version", "Lines", "Changes", "Assumptions", "How to fill it in"]
        assert [sheet.title for sheet in book.worksheets] == titles
        assert book["Changes"]["C2"].value == datetime(2026, 9, 1)
        assert book["Lines"]["J2"].value == 12
        assert (book["Lines"]["L4"].value, book["Lines"]["L4"].data_type) == ("'=1+1", "s")

    def test_queries_do_not_grow(self, client, filled, django_assert_num_queries):
        def taken():
            with django_assert_num_queries(8):
                client.get(at("export_xlsx", filled))

        taken()
        ash = filled.lines.first()
        for _ in range(5):
            plans.change(ash, date(2028, 1, 1))
        plans.line(filled, Ward.objects.get(name="Cedar"))
        taken()


class TestUp:
    @pytest.mark.parametrize("delimiter", [",", ";"])
    def test_what_is_added_changed_and_removed_is_shown_and_then_saved(
        self, client, paula, filled, delimiter
    ):
        rows = downloaded(client, filled)
        rows[1] |= {"Baseline": "14", "Difference": "Two more in use since May"}
        rows[4] |= {"Date": "2026-10-01", "Number": "5"}
        rows[6] |= {"Length of stay": "45,5"}
        cedar = dict.fromkeys(rows[0], "") | {"Row": "Line", "Line": "9", "Ward": "cedar"}
        oak = rows.pop(3)
        rows.append(cedar | {"Site code": "nv201", "Baseline": "12"})
        said = text_of(upload(client, filled, as_csv(rows, delimiter)))
        assert "Added: 1" in said
        assert "Changed: 3" in said
        assert "Removed: 1" in said
        assert "Baseline: 12 → changes to 14" in said
        assert "Assumptions for Eating disorders, mixed Changes" in said
        assert Line.objects.get(ward__name="Ash").baseline == 12
        kept = Change.objects.get(kind=ChangeKind.TRANSFER).pk
        assert "5 changes saved" in text_of(save(client, filled))
        names = [str(line.ward and line.ward.name) for line in filled.lines.all()]
        assert names == ["Ash", "Beech", "Cedar"]
        ash = filled.lines.first()
        assert (ash.baseline, ash.directory_figure, ash.revision) == (14, 12, 1)
        opening = ash.changes.get(kind=ChangeKind.OPENING)
        assert (opening.on, opening.number, opening.revision) == (date(2026, 10, 1), 5, 1)
        assert Change.objects.get(pk=kept).revision == 0
        assert str(filled.assumptions.get().length_of_stay) == "45.5"
        event = AuditEvent.objects.get(event="plan.imported", actor=paula)
        assert event.details == {"added": 1, "changed": 3, "removed": 1}
        assert not PlanUpload.objects.exists()
        assert oak["Planned"] == "Yes"
        assert save(client, filled).status_code == 200, "a second click changes nothing"
        assert AuditEvent.objects.filter(event="plan.imported").count() == 1

    def test_each_bad_cell_is_named(self, client, filled):
        rows = downloaded(client, filled)
        for number, cells, column, words in BAD:
            upload = PlanUpload(rows=rows_of(as_csv(changed(rows, number, **cells))))
            content, _, found = look(filled, upload)
            first = content.bad[0]
            assert (first.row, first.column) == (number + 2, column), cells
            assert words in first.words
            assert found.number == 0

    def test_with_a_bad_cell_nothing_is_saved(self, client, filled):
        rows = changed(downloaded(client, filled), 1, Notes="New", Baseline="x")
        answer = upload(client, filled, as_csv(rows))
        assert "1 cell cannot be used" in text_of(answer)
        assert "Lines 3 Baseline Enter a whole number from 0 to 10,000" in re.sub(
            r"(Sheet|Row|Column|What to do) ?", "", text_of(answer)
        )
        revision = Version.objects.get(pk=filled.pk).revision
        assert save(client, filled).status_code == 400
        assert Version.objects.get(pk=filled.pk).revision == revision
        assert not AuditEvent.objects.filter(event="plan.imported").exists()

    def test_nothing_is_saved_if_the_plan_changed_since_it_was_looked_at(
        self, client, paula, filled
    ):
        rows = changed(downloaded(client, filled), 1, Notes="Of the file")
        upload(client, filled, as_csv(rows))
        begin_change(filled, by=paula)
        answer = save(client, filled, revision=0)
        assert answer.status_code == 409
        assert "changed since you looked at this page" in text_of(answer)
        assert "The plan has changed since this file was downloaded" in text_of(answer)
        assert filled.lines.first().notes == ""
        assert save(client, filled).status_code == 200
        assert filled.lines.first().notes == "Of the file"

    def test_days_that_a_spreadsheet_keeps_as_numbers_are_days(self, client, filled):
        rows = changed(downloaded(client, filled), 4, Date="46300")
        upload(client, filled, as_csv(rows))
        save(client, filled)
        assert Change.objects.get(kind=ChangeKind.OPENING).on == date(2026, 10, 5)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "The file is empty"),
            (b"a,b\n1,2", "The first row must name the columns"),
            (b"PK\x03\x04 no archive", "cannot be opened as an Excel"),
            (b"Row,Line\nbed,1", "enter one of these: version, line, change, assumption"),
            (b"Row,Line\nline,1", "Missing: Site code, Ward"),
            (b"x" * (1024 * 1024 + 1), "1 MB or smaller"),
            (b"\x81\x8d\x8f\x90\x9d", "must be a CSV or an Excel"),
        ],
    )
    def test_what_is_no_plan_is_refused_in_words(self, client, version, content, words):
        said = text_of(upload(client, version, content))
        assert words in said
        assert said.startswith("Error: Change a plan with a file")
        assert not PlanUpload.objects.exists()

    def test_a_workbook_without_a_sheet_does_not_empty_what_stood_there(self, client, filled):
        book = load_workbook(io.BytesIO(client.get(at("export_xlsx", filled)).content))
        book.remove(book["Changes"])
        file = io.BytesIO()
        book.save(file)
        assert "Missing: Changes" in text_of(upload(client, filled, file.getvalue()))

    def test_a_number_may_have_commas_between_its_thousands(self, client, filled):
        rows = downloaded(client, filled)
        rows[0] |= {"Population": "1,250,000"}
        rows[6] |= {"Admissions": "2,000", "Length of stay": "1,200.5"}
        upload(client, filled, as_csv(rows))
        save(client, filled)
        kept = filled.assumptions.get()
        assert (kept.admissions, str(kept.length_of_stay)) == (2000, "1200.5")
        assert Version.objects.get(pk=filled.pk).population == 1_250_000

    def test_a_percentage_is_what_is_seen_of_it(self, client, filled):
        filled.assumptions.update(inside_flow=80)

        def typed(book):
            for letter, value in (("F", 0.1), ("H", 0.9), ("I", 1)):
                cell = book["Assumptions"][f"{letter}2"]
                cell.value, cell.number_format = value, "0%"

        upload(client, filled, workbook(client, filled, typed))
        save(client, filled)
        kept = filled.assumptions.get()
        assert (kept.yearly_change, kept.occupancy, kept.inside_flow) == (10, 90, 100)

    def test_the_copy_of_a_sheet_counts_for_nothing(self, client, filled):
        def copied(book):
            book["Lines"]["L2"] = "Of the sheet"
            copy = book.copy_worksheet(book["Lines"])
            copy.title = "Lines (2)"
            copy["L2"] = "Of the copy"

        upload(client, filled, workbook(client, filled, copied))
        save(client, filled)
        assert filled.lines.first().notes == "Of the sheet"

    def test_a_column_that_is_there_twice_is_refused(self, client, filled):
        content = as_csv(downloaded(client, filled)).replace(b"Planned", b"Baseline", 1)
        assert "each column once. Twice: Baseline" in text_of(upload(client, filled, content))

    def test_a_file_holds_no_more_than_the_pages_take(self, client, filled):
        rows = downloaded(client, filled)
        rows += [rows[4]] * MOST_CHANGES
        rows += [rows[3] | {"Line": str(number)} for number in range(4, MOST_LINES + 3)]
        content, *_ = look(filled, PlanUpload(rows=rows_of(as_csv(rows))))
        assert [(bad.sheet, bad.words) for bad in content.bad] == [
            ("Lines", "A version holds up to 300 lines. Delete those from here"),
            *[("Changes", "A line has up to 60 changes. Delete this row")] * 2,
        ]

    @pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30, "\0"])
    def test_a_revision_that_is_none_saves_nothing(self, client, filled, revision):
        rows = changed(downloaded(client, filled), 1, Notes="Of the file")
        upload(client, filled, as_csv(rows))
        assert "Look at the changes again" in text_of(save(client, filled, revision=revision))
        assert filled.lines.first().notes == ""

    def test_the_empty_file_says_what_is_wrong_or_is_filled_in(self, client, version):
        empty = client.get(at("import_template_csv", version)).content
        assert "There is nothing to save" in text_of(upload(client, version, empty))
        book = client.get(at("import_template_xlsx", version)).content
        assert "There is nothing to save" in text_of(upload(client, version, book))

    def test_queries_of_the_check_do_not_grow(self, client, filled, django_assert_num_queries):
        rows = downloaded(client, filled)
        upload(client, filled, as_csv(rows))

        def looked():
            with django_assert_num_queries(14):
                client.get(at("import_check", filled))

        looked()
        rows += [rows[4] | {"Reason": f"Reason {number}"} for number in range(20)]
        upload(client, filled, as_csv(rows))
        looked()

    def test_what_was_not_saved_is_forgotten(self, client, filled):
        upload(client, filled, as_csv(downloaded(client, filled)))
        sweep_uploads()
        assert PlanUpload.objects.exists()
        PlanUpload.objects.update(kept_at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
        sweep_uploads()
        assert not PlanUpload.objects.exists()
