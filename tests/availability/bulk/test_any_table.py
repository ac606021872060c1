"""Whatever is uploaded: never an exception, never a write; and what is meant is what is read."""

import csv
import io
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from availability.bulk.columns import BASED_ON, BED_ID, COLUMNS, text_of, values_of
from availability.bulk.files import as_csv
from availability.bulk.queries import beds_of
from availability.bulk.reading import read_rows, rows_of
from availability.choices import BedState, ClosedReason, DelayReason
from availability.conditions import Condition
from availability.forms import moment_of
from availability.models import Bed, BedEntry
from availability.queries import boards_of
from core.patients import has_nhs_number
from core.uploads import NotAList, cell_text
from tests.counts import often
from tests.factories.availability import change

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CPMS-01")]

IN_A_TEST = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
HEADER = ",".join(COLUMNS).encode() + b"\n"

HOSTILE = [
    *("", "\0", "0", "1.0", "-1", "9" * 30, "1e9", "=1+1", "31/02/2026", "2026-13-01", "24:00"),
    *("0001-01-01 00:00", "9999-12-31 23:59", "01/11/2099 10:00", "x" * 600, "943 476 5919"),
    *("Reserved", "closed", "staffing", "98", "\u0661"),
]
# Between noon and midnight no clock is ever changed.
moments = st.builds(
    lambda days, hour, minute: timezone.make_aware(
        datetime.combine(timezone.localdate() + timedelta(days), time(hour, minute))
    ),
    st.integers(1, 400),
    st.integers(12, 23),
    st.integers(0, 59),
)
days = st.integers(1, 400).map(lambda n: moment_of(timezone.localdate() + timedelta(n)))
words = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    .map(cell_text)
    .filter(lambda text: not text.startswith("'") and not has_nhs_number(text))
)
conditions = st.one_of(
    st.builds(Condition, st.just(BedState.AVAILABLE), due_at=st.none() | moments),
    st.builds(
        Condition,
        st.just(BedState.RESERVED),
        due_at=moments,
        held_for=words.filter(bool),
        reference=words,
    ),
    st.builds(
        Condition,
        st.just(BedState.OCCUPIED),
        due_at=st.none() | days,
        delay_reason=st.sampled_from(["", *DelayReason.values]),
    ),
    st.builds(Condition, st.just(BedState.ON_LEAVE), due_at=st.none() | days),
    st.builds(Condition, st.just(BedState.PREPARING), due_at=moments),
    st.just(Condition(BedState.ISOLATED)),
    st.builds(
        Condition,
        st.just(BedState.CLOSED),
        closed_reason=st.sampled_from(ClosedReason.values),
        due_at=st.none() | days,
    ),
)


@pytest.fixture
def entries(wards, bella):
    """Six beds that are all kinds of things."""
    until = moment_of(timezone.localdate() + timedelta(days=3))
    beds = list(Bed.objects.order_by("ward", "position"))
    change(beds[0], "reserved", by=bella, held_for="=Crew", reference="+1", due_at=until)
    change(beds[1], "closed", by=bella, closed_reason="other", due_at=until)
    change(beds[2], "occupied", by=bella, delay_reason="04", due_at=until)
    change(beds[3], "preparing", by=bella, due_at=until)
    change(beds[4], "isolated", by=bella)
    return beds_of(list(boards_of(bella)))


def file_of(entries):
    return b"".join(part.encode() for part in as_csv(entries))


def test_a_file_as_it_was_downloaded_changes_nothing(entries, bella):
    read = read_rows(rows_of(file_of(entries)), bella)
    assert (read.changes, read.bad, read.unchanged) == ([], [], 6)


@settings(max_examples=often(400), **IN_A_TEST)
@given(wanted=st.lists(st.none() | conditions, min_size=6, max_size=6))
def test_what_was_edited_is_exactly_what_changes(entries, bella, wanted):
    rows = list(csv.DictReader(io.StringIO(file_of(entries).decode("utf-8-sig"))))
    expected = {}
    for row, entry, to in zip(rows, entries, wanted, strict=True):
        if to is None:
            continue
        row |= {column: text_of(value) for column, value in values_of(to).items()}
        if to != Condition.of(entry):
            expected[entry.bed_id] = to
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    read = read_rows(rows_of(text.getvalue().encode()), bella)
    assert read.bad == []
    assert {change.entry.bed_id: change.to for change in read.changes} == expected
    assert read.unchanged == 6 - len(expected)


@settings(max_examples=often(400), **IN_A_TEST)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode()))
@example(content=b"\0")
def test_any_bytes_are_rows_or_a_refusal(entries, bella, content):
    for some in (content, HEADER + content):
        try:
            rows = rows_of(some)
        except NotAList:
            continue
        read = read_rows(rows, bella)
        assert len(read.bad) + read.unchanged == len(rows)
    assert BedEntry.objects.count() == 11


@settings(max_examples=often(400), **IN_A_TEST)
@given(data=st.data())
def test_any_table_is_read_row_by_row(entries, bella, data):
    hostile = st.sampled_from(HOSTILE)
    cells = {column: hostile | st.text(max_size=20) for column in COLUMNS}
    some = [entry.bed_id for entry in entries], [entry.pk for entry in entries]
    cells[BED_ID] |= st.sampled_from([str(pk) for pk in some[0]])
    cells[BASED_ON] |= st.sampled_from([str(pk) for pk in some[1]])
    rows = data.draw(st.lists(st.tuples(*cells.values()), max_size=6))
    cleaned = [(number, [cell_text(cell) for cell in row]) for number, row in enumerate(rows)]
    read = read_rows(cleaned, bella)
    assert len(read.bad) + len(read.changes) + read.unchanged == len(rows)
    assert BedEntry.objects.count() == 11
