"""The file of beds: down as they are, up with changes, all of them or nothing."""

import io
import zipfile
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from availability.bulk.columns import BASED_ON, BED_ID, COLUMNS
from availability.bulk.reading import read_rows, rows_of
from availability.bulk.services import KEPT_FOR, save_upload, sweep_uploads
from availability.models import Bed, BedEntry, BedUpload, WardTotals
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from core.uploads import NotAList
from tests.availability.bulk.sheets import (
    CHECK,
    FILE,
    TEMPLATE,
    as_csv,
    as_xlsx,
    downloaded,
    downloaded_xlsx,
    upload,
)
from tests.availability.pages import text_of
from tests.factories.availability import bed_manager, change, newest, ward_with_beds

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CPMS-01")]

TOMORROW = timezone.localdate() + timedelta(days=1)


def save(client):
    return client.post(reverse(CHECK), follow=True)


BAD = [
    ({"State": ""}, "State", "Enter one of these: Available"),
    ({"State": "Broken"}, "State", "Enter one of these"),
    ({"State": "Closed"}, "Reason closed", "Choose why the bed is closed"),
    ({"State": "Closed", "Reason closed": "Mice"}, "Reason closed", "Enter one of these"),
    ({"State": "Reserved", "Held for": "x"}, "From or until", "until when"),
    ({"State": "Reserved", "Held for": "x" * 81}, "Held for", "80 characters or fewer"),
    ({"State": "Reserved", "Held for": "943 476 5919"}, "Held for", "Remove the NHS number"),
    ({"State": "Reserved", "Reference": "943 476 5919"}, "Reference", "Remove the NHS number"),
    ({"State": "Reserved", "Reference": "x" * 41}, "Reference", "40 characters or fewer"),
    ({"Expected on": "soon"}, "Expected on", "Enter a day such as"),
    ({"Expected on": "01/01/0001"}, "Expected on", "still to come"),
    ({"Expected on": "01/01/2020"}, "Expected on", "still to come"),
    ({"Expected on": "01/01/2099"}, "Expected on", "within the next 10 years"),
    ({"Expected on": "9" * 400}, "Expected on", "Enter a day such as"),
    ({"State": "Available", "From or until": "01/01/2099"}, "From or until", "time of day"),
    ({"Delay reason": "99"}, "Delay reason", "national delay reason code"),
    ({"Held for": "Crew"}, "Held for", "Empty this cell"),
    ({BED_ID: "999999999"}, BED_ID, "None of the beds that you can update"),
    ({BED_ID: "9" * 30}, BED_ID, "None of the beds that you can update"),
    ({BED_ID: ""}, BED_ID, "None of the beds that you can update"),
    ({"Bed": "Nook"}, "Bed", "The bed of this ID has Bed 21 here"),
    ({"Ward ID": "7"}, "Ward ID", "The bed of this ID has"),
    ({BASED_ON: "", "State": "Isolated"}, BASED_ON, "Download the file again"),
    ({BASED_ON: "999999999", "State": "Isolated"}, BASED_ON, "Download the file again"),
]


def run_out(*beds):
    """Holds that run out now, written by the worker."""
    for bed in beds:
        held = newest(bed)
        starts_at = held.starts_at + timedelta(microseconds=1)
        BedEntry.objects.create(bed=bed, starts_at=starts_at, state="available", origin="time")
        totals = WardTotals.objects.get(ward=bed.ward)
        totals.reserved, totals.available = totals.reserved - 1, totals.available + 1
        totals.next_end_at = None
        totals.save()


def states():
    return [newest(bed).state for bed in Bed.objects.order_by("ward", "position")]


class TestDown:
    def test_a_row_says_all_that_a_bed_is(self, client, wards, bella):
        bed = wards[0].beds.first()
        until = timezone.now() + timedelta(hours=4)
        held = change(bed, "reserved", by=bella, held_for="=Oxford", reference="R 1", due_at=until)
        first, second, *others = downloaded(client)
        assert tuple(first) == COLUMNS
        assert list(first.values()) == [
            *(str(wards[0].pk), wards[0].unit.name, "Avon", str(bed.pk), "Bed 1"),
            *("Reserved", "", f"{timezone.localtime(until):%d/%m/%Y %H:%M}", ""),
            *("'=Oxford", "R 1", "", str(held.pk)),
        ]
        assert second["State"] == "Occupied"
        assert [row["Ward"] for row in others] == ["Avon", "Brent", "Brent", "Brent"]

    def test_only_ones_own_wards_or_one_unit_of_them(self, client, wards, bella):
        ward_with_beds(
            1, name="Elsewhere", unit__organisation__ods_code="RX1", unit__ods_code="RX1"
        )
        ward_with_beds(1, name="Cherwell", unit__ods_code="NV202")
        assert {row["Ward"] for row in downloaded(client)} == {"Avon", "Brent", "Cherwell"}
        mine = downloaded(client, unit=str(wards[0].unit_id))
        assert {row["Ward"] for row in mine} == {"Avon", "Brent"}
        answer = client.get(reverse(TEMPLATE), {"format": "csv", "unit": "99999999999999999999"})
        assert "Choose from the list" in text_of(answer)

    def test_the_spreadsheet_explains_what_each_column_takes(self, client, wards, bella):
        change(
            wards[0].beds.first(), "preparing", by=bella, due_at=timezone.now() + timedelta(hours=2)
        )
        book = downloaded_xlsx(client)
        beds, explained = book.worksheets
        assert isinstance(beds["H2"].value, datetime)
        words = "\n".join(str(cell.value) for row in explained.rows for cell in row)
        assert "Commissioner's decision" in words
        assert "Delayed assessments in the community, led by the NHS" in words


class TestUp:
    @pytest.mark.parametrize(
        ("delimiter", "encoding"),
        [(",", "utf-8-sig"), (";", "cp1252")],
    )
    def test_changes_of_several_wards_are_shown_and_then_saved(
        self, client, wards, bella, delimiter, encoding
    ):
        rows = downloaded(client)
        rows[0] |= {"State": "reserved", "Held for": "Café team"}
        rows[0] |= {"From or until": f"{TOMORROW:%Y-%m-%d} 14:30"}
        rows[4] |= {"State": "Closed", "Reason closed": "Commissioner's decision"}
        rows[5] |= {"Expected on": f"{TOMORROW:%d/%m/%Y}", "Delay reason": "4"}
        said = text_of(upload(client, as_csv(rows, delimiter=delimiter, encoding=encoding)))
        assert "3 changes in 2 wards" in said
        assert "Avon, Bed 1" in said
        assert "for Café team" in said
        assert "3 rows are as they were" in said
        assert set(states()) == {"occupied"}
        assert "3 beds changed" in text_of(save(client))
        assert states() == ["reserved", *["occupied"] * 3, "closed", "occupied"]
        held, delayed = newest(wards[0].beds.first()), newest(wards[1].beds.last())
        assert f"{timezone.localtime(held.due_at):%d %H:%M}" == f"{TOMORROW:%d} 14:30"
        assert (held.by, held.held_for, delayed.delay_reason) == (bella, "Café team", "04")
        assert timezone.localtime(delayed.due_at).date() == TOMORROW
        assert AuditEvent.objects.filter(event="bed.changed", actor=bella).count() == 3
        told = text_of(client.get(reverse("availability:ward_history", args=[wards[0].pk])))
        assert "Bella Beds, Availability editor File of beds" in told
        board = text_of(client.get(reverse("availability:board", args=[wards[0].pk])))
        assert "Undo the last change of Bed 1" in board
        closed = WardTotals.objects.get(ward=wards[1])
        assert (closed.occupied, closed.closed) == (2, 1)
        assert not BedUpload.objects.exists(), "forgotten once it is saved"
        assert save(client).redirect_chain, "a second click changes nothing"
        assert BedEntry.objects.count() == 9

    def test_a_spreadsheet_with_dates_as_dates(self, client, wards, bella):
        book = downloaded_xlsx(client)
        sheet, year = book.worksheets[0], timezone.localdate().year + 1
        sheet["F2"], sheet["H2"] = "Being prepared", datetime(year, 5, 1, 9, 15)
        sheet["F3"], sheet["I3"] = "On leave", datetime(year, 5, 2)
        said = text_of(upload(client, as_xlsx(book), name="beds.xlsx"))
        assert "2 changes in 1 ward" in said
        assert f"Being prepared, ready at 09:15 on 1 May {year}" in said
        assert f"On leave, back on 2 May {year}" in said
        save(client)
        assert states()[:2] == ["preparing", "on_leave"]

    def test_what_goes_with_the_former_state_goes_with_it(self, client, wards, bella):
        bed = wards[0].beds.first()
        due = timezone.now() + timedelta(hours=4)
        change(bed, "reserved", by=bella, held_for="Crew", reference="'=1", due_at=due)
        (row,) = downloaded(client)[:1]
        assert "1 row is as it was" in text_of(upload(client, as_csv([row])))
        row["State"] = "Occupied"
        assert "1 change in 1 ward" in text_of(upload(client, as_csv([row])))
        row["Held for"] = "Other crew"
        said = text_of(upload(client, as_csv([row])))
        assert "Empty this cell: a bed that is occupied has no such detail" in said

    def test_a_name_that_looks_like_a_formula_comes_back_as_it_is(self, client, wards, bella):
        Bed.objects.filter(ward=wards[0], position=1).update(name="=1+1")
        rows = downloaded(client)
        assert rows[0]["Bed"] == "'=1+1"
        rows[0]["State"] = "Isolated"
        assert "1 change in 1 ward" in text_of(upload(client, as_csv(rows)))

    def test_with_one_bad_row_nothing_is_saved(self, client, wards, bella):
        rows = downloaded(client)
        rows[0]["State"] = "Closed"
        rows[1]["State"] = "Isolated"
        page = upload(client, as_csv(rows))
        said = text_of(page)
        assert "1 row cannot be used" in said
        ways_back = f'href="{reverse("availability:bulk_file")}"'
        assert page.content.decode().count(ways_back) == 2, "above the page, and upload it again"
        assert "Avon, Bed 1" in said
        assert "Choose why the bed is closed" in said
        assert "Save 1 change" not in said
        refused = save(client)
        assert refused.status_code == 400
        assert text_of(refused).startswith("Error: Check the file")
        assert set(states()) == {"occupied"}

    def test_each_bad_row_is_named_with_its_column_and_what_to_do(self, client):
        ward = ward_with_beds(len(BAD))
        bella = bed_manager(ward)
        client.force_login(bella)
        rows = downloaded(client)
        for row, (cells, _, _) in zip(rows, BAD, strict=True):
            row |= cells
        read = read_rows(rows_of(as_csv(rows)), bella)
        assert [row.number for row in read.bad] == list(range(2, len(BAD) + 2))
        for row, (_, column, words) in zip(read.bad, BAD, strict=True):
            assert words in row.problems[column]

    def test_a_foreign_bed_is_as_unknown_as_any(self, client, wards, bella, walter):
        rows = downloaded(client)
        rows[4]["State"] = "Isolated"
        client.force_login(walter)
        said = text_of(upload(client, as_csv(rows)))
        assert "3 rows cannot be used" in said
        assert said.count("None of the beds that you can update has this ID") == 3

    def test_the_same_bed_twice(self, client, wards, bella):
        (row,) = downloaded(client)[:1]
        assert "Row 2 is about the same bed" in text_of(upload(client, as_csv([row, row])))


class TestMeanwhile:
    def test_a_bed_that_somebody_changed_is_named_with_what_it_is(
        self, client, wards, bella, walter
    ):
        rows = downloaded(client)
        for row in rows[:2]:
            row["State"] = "Isolated"
        first, _, third = wards[0].beds.all()
        change(first, "available", by=walter)
        change(third, "available", by=walter)
        said = text_of(upload(client, as_csv(rows)))
        assert "1 row cannot be used" in said
        assert "The bed was changed to Available by Walter Ward (availability editor)" in said
        assert "4 rows are as they were" in said, "the untouched row of the third bed"

    def test_the_number_of_another_bed_is_none_of_this_one(self, client, wards, bella):
        first, second, *rest = downloaded(client)
        first[BASED_ON], second[BASED_ON] = second[BASED_ON], first[BASED_ON]
        said = text_of(upload(client, as_csv([first, second, *rest])))
        assert "2 rows cannot be used" in said
        assert "This number was changed or is not known" in said

    def test_between_looking_and_saving(self, client, wards, bella, walter):
        rows = downloaded(client)
        for row in rows[:2]:
            row["State"] = "Isolated"
        upload(client, as_csv(rows))
        change(wards[0].beds.first(), "available", by=walter)
        answer = save(client)
        assert answer.status_code == 400
        assert "The bed was changed to Available" in text_of(answer)
        assert states()[:2] == ["available", "occupied"]
        with pytest.raises(DomainError, match="Something has changed"):
            save_upload(by=bella)

    def test_what_time_made_meanwhile_is_no_conflict(self, client, wards, bella):
        first, second, _ = wards[0].beds.all()
        due = timezone.now() + timedelta(hours=1)
        for bed in (first, second):
            change(bed, "reserved", by=bella, held_for="Crew", due_at=due)
        rows = downloaded(client)
        rows[0]["State"] = "Isolated"
        run_out(first, second)
        said = text_of(upload(client, as_csv(rows)))
        assert "1 change in 1 ward" in said
        assert "5 rows are as they were" in said
        save(client)
        assert states()[:2] == ["isolated", "available"]

    def test_it_is_saved_once_and_forgotten_when_nobody_does(self, client, wards, bella):
        upload(client, as_csv(downloaded(client)))
        BedUpload.objects.update(kept_at=timezone.now() - KEPT_FOR)
        sweep_uploads()
        assert not BedUpload.objects.exists()
        with pytest.raises(Conflict):
            save_upload(by=bella)
        assert client.get(reverse(CHECK)).status_code == 302


class TestAnyFile:
    def test_what_is_no_list_of_beds_is_refused(self, client, wards, bella):
        for content, words in (
            (b"", "The file is empty"),
            (b"\0\0", "The file is empty"),
            (b"PK\3\4nonsense", "cannot be opened"),
            (b"\x81\x8d", "must be a CSV or an Excel"),
            (b"Bed ID,State\n1,Occupied", "Missing: Reason closed, From or until"),
            (",".join(COLUMNS).encode(), "no rows below its header"),
            (b"x" * 1024 * 1024 + b"x", "1 MB or smaller"),
            ((",".join(COLUMNS) + "\n1" * 2001).encode(), "2,000 rows or fewer"),
        ):
            with pytest.raises(NotAList, match=words):
                rows_of(content)
        assert "The file is empty" in text_of(upload(client, b""))
        assert not BedUpload.objects.exists()

    def test_no_file(self, client, wards, bella):
        for sent in ({}, {"file": "text"}):
            assert "Select the file" in text_of(client.post(reverse(FILE), sent))

    def test_a_bomb_is_not_unpacked(self):
        book = Workbook()
        book.active.append(COLUMNS)
        book.active.append(range(len(COLUMNS)))
        whole = as_xlsx(book)
        assert len(rows_of(whole)) == 1
        for parts, words in (
            ([b"\0" * (21 * 1024 * 1024)], "unpacks to more"),
            ([b""] * 200, "unpacks to more"),
            (["<?xml ?><!DOCTYPE a []>".encode("utf-16")], "cannot be opened"),
        ):
            packed = io.BytesIO(whole)
            with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
                for number, part in enumerate(parts):
                    archive.writestr(f"more/{number}.xml", part)
            with pytest.raises(NotAList, match=words):
                rows_of(packed.getvalue())


@pytest.mark.parametrize("number", [5, 40])
def test_looking_at_a_file_costs_the_same_for_any_number_of_rows(
    client, number, django_assert_num_queries
):
    ward = ward_with_beds(number)
    client.force_login(bed_manager(ward))
    rows = downloaded(client)
    rows[0]["State"] = "Isolated"
    upload(client, as_csv(rows))
    with django_assert_num_queries(8):
        client.get(reverse(CHECK))
