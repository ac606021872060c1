"""The date input: what was typed, what it means, and where its errors stand."""

import datetime
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from crispy_nhsuk.dates import DateField, DateInput
from crispy_nhsuk.helper import NHSFormHelper
from tests.crispy_nhsuk.official import lines, official
from tests.crispy_nhsuk.rendering import drawn, form_with

TODAY = datetime.date(2026, 11, 21)


def form_for(day: str, month: str, year: str, **options: Any) -> forms.Form:
    return form_with(
        data={"until_day": day, "until_month": month, "until_year": year},
        until=DateField(what="end date", label="Until when?", **options),
    )


@pytest.mark.parametrize(
    "typed",
    [
        ("21", "11", "2026"),
        (" 021 ", "0011", "2026"),
        ("21", "November", "2026"),
        ("21", " nov ", "2026"),
    ],
)
def test_a_day_a_month_also_by_its_name_and_a_year_are_a_date(typed: tuple[str, str, str]) -> None:
    form = form_for(*typed)

    assert form.is_valid()
    assert form.cleaned_data["until"] == TODAY


PROBLEMS = [
    (("", "", ""), "Enter the end date", ["day", "month", "year"]),
    (("21", "", "2026"), "End date must include a month", ["month"]),
    (("", "", "2026"), "End date must include a day and month", ["day", "month"]),
    (("21", "11", "26"), "Year must include 4 numbers", ["year"]),
    (("21", "13", "2026"), "End date must be a real date", ["month"]),
    (("0", "No", "2026"), "End date must be a real date", ["day", "month"]),
    (("31", "2", "2026"), "End date must be a real date", ["day", "month", "year"]),
    (("21", "11", "x\x00\ud800"), "End date must be a real date", ["year"]),
    (("9" * 5000, "11", "2026"), "End date must be a real date", ["day"]),
    (("²", "١", "2026"), "End date must be a real date", ["day", "month"]),
]


@pytest.mark.parametrize(("typed", "message", "wrong"), PROBLEMS)
def test_error_stands_at_the_part_that_is_wrong(
    typed: tuple[str, str, str], message: str, wrong: list[str]
) -> None:
    form = form_for(*typed)

    assert form.errors == {"until": [message]}
    assert lines(drawn(form, "until")) == lines(
        official(
            "date-input",
            "dateInput",
            {
                "id": "id_until",
                "fieldset": {"legend": "Until when?"},
                "errorMessage": message,
                "items": [
                    {
                        "name": f"until_{part}",
                        "id": f"id_until_{number}",
                        "label": part.capitalize(),
                        "width": 4 if part == "year" else 2,
                        "value": typed[number] or None,
                        "error": part in wrong,
                    }
                    for number, part in enumerate(("day", "month", "year"))
                ],
            },
        )
    )


@pytest.mark.parametrize(("typed", "message", "wrong"), PROBLEMS)
def test_error_summary_leads_to_the_first_wrong_part(
    typed: tuple[str, str, str], message: str, wrong: list[str]
) -> None:
    html = render_crispy_form(form_for(*typed), NHSFormHelper())

    target = f"id_until_{DateInput.PARTS.index(wrong[0])}"
    assert f'<a href="#{target}">{message}</a>' in html


def test_error_of_the_form_marks_the_whole_date() -> None:
    form = form_for("21", "11", "2026")
    form.add_error("until", "End date must be in the future")

    assert drawn(form, "until").count("nhsuk-input--error") == 3


def test_date_that_may_be_left_out_is_none() -> None:
    form = form_for("", " ", "", required=False)

    assert form.is_valid()
    assert form.cleaned_data["until"] is None


@pytest.mark.parametrize("value", [TODAY, "2026-11-21"])
def test_date_is_shown_in_its_parts(value: object) -> None:
    html = drawn(form_with(initial={"until": value}, until=DateField(what="end date")), "until")

    for name, shown in (("day", "21"), ("month", "11"), ("year", "2026")):
        assert f'name="until_{name}" type="text" value="{shown}"' in html


def test_date_kept_as_one_value_is_taken_and_shown() -> None:
    form = form_with(data={"until": "2026-11-21"}, until=DateField(what="end date"))

    assert form.is_valid()
    assert form.cleaned_data["until"] == TODAY
    assert 'value="2026"' in drawn(form, "until")


def test_kept_value_that_is_no_date_is_an_error() -> None:
    form = form_with(data={"until": "soon"}, until=DateField(what="end date"))

    assert form.errors == {"until": ["End date must be a real date"]}
    assert drawn(form, "until")


def test_date_that_was_not_touched_has_not_changed() -> None:
    form = form_for("21", "11", "2026", initial=TODAY)

    assert not form.has_changed()


@given(st.tuples(st.text(), st.text(), st.text()))
def test_whatever_is_typed_is_a_date_or_an_error_and_stays(typed: tuple[str, str, str]) -> None:
    form = form_for(*typed)

    assert form.is_valid() is isinstance(form.cleaned_data.get("until"), datetime.date)
    assert drawn(form, "until")
