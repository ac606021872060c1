"""Dated changes: added once, moved, below zero named, in any order the same."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from capacity_plans.editing.months import same_day_in
from capacity_plans.editing.problems import problems_of
from capacity_plans.figures import PlannedLine, Segment, Step, on_day, project
from capacity_plans.models import Change
from core.models import AuditEvent
from tests.availability.pages import text_of
from tests.factories.plans import change, line

HTMX = {"HTTP_HX_REQUEST": "true"}


def at(name, *args):
    return reverse(f"plans:{name}", args=args)


def filled(**fields):
    return {
        **{"key": uuid4(), "revision": 0, "kind": "increase", "number": 2, "reason": "Agreed"},
        **{"on_day": 1, "on_month": 5, "on_year": 2027},
        **fields,
    }


def until(year):
    return {"until_day": 30, "until_month": 4, "until_year": year}


@pytest.mark.django_db
@pytest.mark.requirement("CPMS-03")
def test_a_change_is_added_once_however_often_its_form_is_sent(client, place, paula):
    ash = line(place.version, place.ash)
    form = filled(reference="BC 12")
    for _ in range(2):
        assert client.post(at("add_change", place.version.pk, ash.pk), form).status_code == 302
    made = Change.objects.get()
    assert (made.on, made.number, made.reason, made.reference) == (
        *(date(2027, 5, 1), 2, "Agreed", "BC 12"),
    )
    assert AuditEvent.objects.filter(event="plan.change_added").count() == 1
    place.version.refresh_from_db()
    assert place.version.revision == 1, "a repeated form counts as no change"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": ""}, "Enter the reason"),
        ({"reason": "x" * 251}, "Enter 250 characters or fewer"),
        ({"reason": "nul\x00"}, "Null characters are not allowed"),
        ({"reference": "x" * 81}, "Enter 80 characters or fewer"),
        ({"number": "0"}, "Enter a number from 1 to 10,000"),
        ({"number": "9" * 5000}, "Enter a number from 1 to 10,000"),
        ({"on_year": "2030"}, "The date must be in 2026/27 to 2028/29"),
        ({"on_day": "31", "on_month": "6"}, "Date must be a real date"),
        ({"on_month": "\x00"}, "Date must be a real date"),
        ({"kind": "temporary_closing"}, "Enter the last day of what is temporary"),
        ({"kind": "temporary_closing", **until(2027)}, "must not be before the date"),
        ({"kind": "temporary_closing", **until(9999)}, "The last day must be before 2111"),
        (until(2028), "only what is temporary has a last day"),
        ({"kind": "transfer"}, "Choose the line that gets them"),
        ({"kind": "transfer", "to_line": "999999999"}, "Choose another line of this plan"),
        ({"kind": "explosion"}, "Choose what happens"),
        ({"key": ""}, "This page is out of date"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_added(client, place, paula, wrong, said):
    ash = line(place.version, place.ash)
    answer = client.post(at("add_change", place.version.pk, ash.pk), filled(extra="x") | wrong)
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert not Change.objects.exists()


@pytest.mark.django_db
def test_a_transfer_goes_to_a_line_of_the_same_version(client, place, paula):
    ash, beech = line(place.version, place.ash), line(place.version, place.beech)
    address = at("add_change", place.version.pk, ash.pk)
    form = filled(kind="transfer", to_line=beech.pk)
    assert client.post(address, form | {"to_line": ash.pk}).status_code == 400
    assert client.post(address, form).status_code == 302
    assert f"2 from {place.ash.name}" in text_of(
        client.get(at("edit_line", place.version.pk, beech.pk))
    )


@pytest.mark.django_db
def test_a_save_answers_with_its_time_and_the_figures_that_follow(client, place, paula):
    ash = line(place.version, place.ash)
    row = change(ash, date(2027, 5, 1), 2)
    address = at("edit_change", place.version.pk, row.pk)
    answer = client.post(address, filled(number=4), **HTMX)
    page = text_of(answer)
    assert "Saved " in page
    assert (
        "The whole plan At the end of 31 Mar 2027 31 Mar 2028 31 Mar 2029 "
        f"Planned beds {ash.baseline} " in page
    )
    assert f" {ash.baseline + 4} " in page
    assert 'name="revision" value="1"' in answer.content.decode()
    assert "<h1" not in answer.content.decode(), "a part of the page"
    wrong = client.post(address, filled(number="x", revision=1), **HTMX)
    assert wrong.status_code == 400
    assert "Not saved: How many beds: Enter a number" in text_of(wrong)
    row.refresh_from_db()
    assert row.number == 4


@pytest.mark.django_db
def test_a_change_moves_by_a_month_and_the_button_keeps_the_keyboard(client, place, paula):
    ash = line(place.version, place.ash)
    row = change(ash, date(2027, 1, 31), 2, "temporary_closing", until=date(2027, 2, 28))
    address = at("move_change", place.version.pk, row.pk)
    for _ in range(2):
        answer = client.post(address, {"revision": 0, "to": "2027-02-28"})
    row.refresh_from_db()
    assert (row.on, row.until) == (date(2027, 2, 28), date(2027, 3, 31)), "once, month end to end"
    client.post(address, {"revision": 1, "to": "2027-03-31"})
    assert answer["Location"].endswith(f"#change-{row.pk}-later") or "change" in answer["Location"]
    for wrong in ("2031-01-01", "9999-12-31", "0001-01-01", "tomorrow", "\x00", ""):
        assert client.post(address, {"revision": 2, "to": wrong}).status_code == 302
    row.refresh_from_db()
    assert row.on == date(2027, 3, 31)


@pytest.mark.django_db
def test_a_day_below_zero_is_named_at_its_row_and_keeps_the_plan_from_being_submitted(
    client, place, paula
):
    assert problems_of(place.version) == ["The plan has no line yet. Add at least one ward."]
    ash = line(place.version, place.ash)
    assert problems_of(place.version) == []
    edit = at("edit", place.version.pk)
    assert "Submit for approval" in text_of(client.get(edit))
    change(ash, date(2027, 5, 3), ash.baseline + 1, "closing")
    change(ash, date(2027, 5, 20), 1, "opening")
    [problem] = problems_of(place.version)
    assert problem.endswith("would have fewer than 0 beds on 3 May 2027.")
    for name, of in (("edit", ()), ("edit_line", (ash.pk,))):
        page = client.get(at(name, place.version.pk, *of))
        assert "Error: Fewer than 0 beds on 3 May 2027" in text_of(page)
    assert "Submit for approval" not in text_of(client.get(edit))


FIRST = date(2026, 4, 1)
MONTHS = 12
# A day, a number, and for how many days: 0 for ever
STEPS = st.tuples(st.integers(0, 364), st.integers(-12, 12), st.integers(0, 200))


def step(on, number, lasts):
    day = FIRST + timedelta(on)
    return Step(day, number, day + timedelta(lasts) if lasts else None)


@pytest.mark.requirement("CPMS-03")
@given(st.permutations(range(6)), st.lists(STEPS, min_size=6, max_size=6), st.integers(0, 20))
def test_any_order_of_the_same_changes_gives_the_same_figures_and_no_day_is_below_zero_unnamed(
    order, found, baseline
):
    def planned(steps):
        return PlannedLine("ash", Segment(1, "male", 1), baseline, steps)

    steps = [step(*one) for one in found]
    figures = project([planned(steps)], [], first=FIRST, months=MONTHS)
    other = [steps[at] for at in order]
    assert project([planned(other)], [], first=FIRST, months=MONTHS) == figures
    days = (FIRST + timedelta(day) for day in range(600))
    below = (day for day in days if on_day(planned(steps), day) < 0)
    assert figures.below_zero.get("ash") == next(below, None)


@given(st.dates(FIRST, date(2029, 3, 31)), st.integers(1, 30))
def test_a_month_later_and_earlier_again_is_the_same_month(day, months):
    there = same_day_in(day, months)
    assert same_day_in(there, -months).replace(day=1) == day.replace(day=1)
    if (day + timedelta(1)).day == 1:
        assert same_day_in(there, -months) == day, "the last day stays the last"


@pytest.mark.django_db
def test_errors_are_listed_in_the_order_of_the_page(client, place, paula):
    ash = line(place.version, place.ash)
    answer = client.post(at("add_change", place.version.pk, ash.pk), {"key": uuid4()})
    listed = text_of(answer).split("There is a problem")[1]
    said = ("Choose what happens", "Enter a number", "Enter the date", "Enter the reason")
    places = [listed.index(one) for one in said]
    assert places == sorted(places)
