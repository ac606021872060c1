"""The columns of the file of beds: what is written into it, and how each cell is read back."""

import re
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from availability.choices import BedState, ClosedReason, DelayReason
from availability.conditions import CARRIES, END_BY_THEMSELVES, NEEDS, Condition
from availability.forms import moment_of
from availability.models import BedEntry
from core.patients import has_nhs_number
from core.spreadsheets import FORMULA, disarmed
from core.uploads import cell_text, plain

STATE = "State"
CLOSED_REASON = "Reason closed"
MOMENT = "From or until"
DAY = "Expected on"
HELD_FOR = "Held for"
REFERENCE = "Reference"
DELAY_REASON = "Delay reason"
WARD_ID, BED_ID, BED, BASED_ON = "Ward ID", "Bed ID", "Bed", "Based on"
COLUMNS = (
    *(WARD_ID, "Unit", "Ward", BED_ID, BED),
    *(STATE, CLOSED_REASON, MOMENT, DAY, HELD_FOR, REFERENCE, DELAY_REASON),
    BASED_ON,
)
# A file without one of these cannot say what a bed is to be.
NEEDED = (BED_ID, *COLUMNS[5:])
# Where the details of a state stand; a time stands in one of two columns, by the state.
COLUMN_OF = {
    "closed_reason": CLOSED_REASON,
    "held_for": HELD_FOR,
    "reference": REFERENCE,
    "delay_reason": DELAY_REASON,
}
FORMATS = ("%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S")
DAYS = ("%Y-%m-%d", "%d/%m/%Y")
CODE = re.compile(r"(\d{1,2})(?:\.0+)?(?:\s*[:\-\u2013].*|\s+\D.*)?", re.ASCII)
NUMBER = re.compile(r"(\d{1,18})(?:\.0+)?", re.ASCII)

Problems = dict[str, str]


def due_column(state: str) -> str:
    """Where the time of a state stands: when it ends by itself, or is only expected to."""
    return MOMENT if state in END_BY_THEMSELVES else DAY


def values_of(condition: Condition) -> dict[str, Any]:
    """What stands in the columns that may be edited; times are local and to the minute."""
    values: dict[str, Any] = dict.fromkeys(COLUMNS[5:-1], "")
    values[STATE] = str(BedState(condition.state).label)
    if condition.closed_reason:
        values[CLOSED_REASON] = str(ClosedReason(condition.closed_reason).label)
    if condition.due_at:
        local = timezone.localtime(condition.due_at).replace(second=0, microsecond=0, tzinfo=None)
        column = due_column(condition.state)
        values[column] = local if column == MOMENT else local.date()
    values[HELD_FOR] = condition.held_for
    values[REFERENCE] = condition.reference
    if condition.delay_reason:
        reason = DelayReason(condition.delay_reason)
        values[DELAY_REASON] = f"{reason.value}: {reason.label}"
    return values


def text_of(value: Any) -> str:
    """A value as a CSV file has it."""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return cell_text(disarmed(value))


def row_of(entry: BedEntry) -> list[Any]:
    """The row of a bed as it is, in the order of COLUMNS; needs the ward and its unit."""
    bed = entry.bed
    ward = bed.ward
    values = values_of(Condition.of(entry)).values()
    return [ward.pk, ward.unit.name, ward.name, bed.pk, bed.name, *values, entry.pk]


def number_in(text: str) -> int | None:
    """The id in a cell, as people and spreadsheets write it."""
    found = NUMBER.fullmatch(text)
    return int(found[1]) if found else None


def condition_in(
    cells: dict[str, str], base: Condition, now: datetime
) -> tuple[Condition | None, Problems]:
    """What the cells of a row say that a bed is, or what is wrong at which column.

    Whatever stands there as it was written down from `base` is what it was. A detail of the former
    state that the new one does not carry goes with it, if its cell was left as it was.
    """
    was = {name: text_of(value) for name, value in values_of(base).items()}
    state = choice_in(cells[STATE], BedState)
    if state is None:
        names = ", ".join(str(one.label) for one in BedState)
        return None, {STATE: f"Enter one of these: {names}"}
    problems: Problems = {}
    details: dict[str, Any] = {}
    label = BedState(state).label.lower()
    carried = {COLUMN_OF.get(name, due_column(state)) for name in CARRIES[state]}
    for column in (*COLUMN_OF.values(), MOMENT, DAY):
        if not cells[column] or column in carried:
            continue
        if state == base.state or cells[column] != was[column]:
            problems[column] = f"Empty this cell: a bed that is {label} has no such detail"
    for name in CARRIES[state]:
        column = COLUMN_OF.get(name, due_column(state))
        try:
            value = detail_in(name, cells[column], state, base, was[column], now)
        except ValueError as wrong:
            problems[column] = str(wrong)
            continue
        if value:
            details[name] = value
        elif missing := NEEDS.get(state, {}).get(name):
            problems[column] = missing.removesuffix(".")
    if problems:
        return None, problems
    condition = Condition(state, **details)
    if condition != base and (refusal := condition.refusal(now)):
        column = due_column(state) if "time" in refusal else STATE
        return None, {column: refusal.removesuffix(".")}
    return condition, {}


def detail_in(name: str, text: str, state: str, base: Condition, was: str, now: datetime) -> Any:
    """The value of a cell; None or '' if it is empty. ValueError in words."""
    if name == "due_at":
        return due_in(text, state, base)
    if text == was:
        return getattr(base, name)
    if name == "closed_reason":
        reason = choice_in(text, ClosedReason)
        if text and reason is None:
            names = ", ".join(str(one.label) for one in ClosedReason)
            raise ValueError(f"Enter one of these: {names}")
        return reason
    if name == "delay_reason":
        return delay_in(text)
    return words_in(text, name)


def due_in(text: str, state: str, base: Condition) -> datetime | None:
    """The moment in a cell; that of the base where it is the same to the minute, or to the day."""
    if not text:
        return None
    is_day = due_column(state) == DAY
    found = moment_in(text)
    if found is None and (day := day_in(text)):
        if not is_day:
            raise ValueError("Enter the time of day too, such as 21/11/2026 14:30")
        found = datetime.combine(day, time())
    if found is None:
        raise ValueError(
            "Enter a day such as 21/11/2026"
            if is_day
            else "Enter a day and a time such as 21/11/2026 14:30"
        )
    if base.due_at and due_column(base.state) == due_column(state):
        was = timezone.localtime(base.due_at).replace(tzinfo=None)
        same = was.date() == found.date()
        if same and (is_day or (was.hour, was.minute) == (found.hour, found.minute)):
            return base.due_at
    return moment_of(found.date()) if is_day else timezone.make_aware(found)


def moment_in(text: str) -> datetime | None:
    for form in FORMATS:
        try:
            # A spreadsheet keeps parts of a second.
            return datetime.strptime(text.replace("T", " ").partition(".")[0], form)
        except ValueError:
            continue
    return None


def day_in(text: str) -> date | None:
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def delay_in(text: str) -> str:
    """The national code, by itself, before its words, or for the words alone."""
    if not text:
        return ""
    if found := CODE.fullmatch(text):
        code = found[1].zfill(2)
        if code in DelayReason.values:
            return code
    elif (reason := choice_in(text, DelayReason)) is not None:
        return reason
    raise ValueError("Enter a national delay reason code, such as 15, from the list")


def words_in(text: str, name: str) -> str:
    # The apostrophe that guards what looks like a formula is not part of the words.
    if text.startswith("'") and text[1:].lstrip(" ").startswith(FORMULA):
        text = text[1:]
    longest = BedEntry._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
    if len(text) > longest:
        raise ValueError(f"Enter {longest} characters or fewer")
    if has_nhs_number(text):
        raise ValueError("Remove the NHS number. Nothing about a patient may be entered here")
    return text


def choice_in(text: str, choices: Any) -> str | None:
    """The value of a choice by its label or itself, however it is spaced and capitalised."""
    wanted = plain(text)
    for one in choices:
        if wanted and wanted in (plain(str(one.label)), plain(one.value)):
            return str(one.value)
    return None
