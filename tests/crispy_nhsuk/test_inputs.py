"""Every kind of input in every state looks as the design system's own macros make it."""

from typing import Any

import pytest
from django import forms

from crispy_nhsuk.layout import Conditional, Question
from crispy_nhsuk.text import Textarea
from tests.crispy_nhsuk.kinds import KINDS, STATES, items, our_field, theirs
from tests.crispy_nhsuk.official import lines, official
from tests.crispy_nhsuk.rendering import drawn, form_with


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", KINDS)
def test_input_is_the_design_systems(name: str, state: str) -> None:
    kind, params = KINDS[name], STATES[state]
    form = form_with(
        data={} if "errorMessage" in params else None,
        answer=our_field(kind, help_text=params.get("hint", "")),
    )

    assert lines(drawn(form, "answer")) == theirs(kind, **params)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("checked", [False, True])
def test_single_checkbox_is_the_design_systems(state: str, checked: bool) -> None:
    params = STATES[state]
    form = form_with(
        data={} if "errorMessage" in params else None,
        initial={"answer": checked},
        answer=forms.BooleanField(
            label="I confirm my details are correct",
            help_text=params.get("hint", ""),
            error_messages={"required": "Enter an answer"},
        ),
    )
    is_checked = checked and not form.is_bound

    assert lines(drawn(form, "answer")) == lines(
        official(
            "checkboxes",
            "checkboxes",
            {
                "name": "answer",
                "idPrefix": "id_answer",
                "items": [
                    {
                        "value": "on",
                        "text": "I confirm my details are correct",
                        "checked": is_checked,
                    }
                ],
                **params,
            },
        )
    )


@pytest.mark.parametrize(
    ("name", "initial", "params"),
    [
        ("text", "Ana", {"value": "Ana"}),
        ("number", 7, {"value": "7"}),
        ("textarea", "Two\nlines", {"value": "Two\nlines"}),
        ("password", "secret", {}),
        ("radios", "no", {"value": "no"}),
        ("checkboxes", ["yes"], {"values": ["yes"]}),
    ],
)
def test_value_is_shown_except_a_password(
    name: str, initial: object, params: dict[str, Any]
) -> None:
    form = form_with(initial={"answer": initial}, answer=our_field(KINDS[name]))

    assert lines(drawn(form, "answer")) == theirs(KINDS[name], **params)


@pytest.mark.parametrize("name", sorted(KINDS.keys() - {"password", "new password", "textarea"}))
def test_disabled_field_is_disabled(name: str) -> None:
    form = form_with(answer=our_field(KINDS[name], disabled=True))
    expected = theirs(KINDS[name], disabled=True)

    assert lines(drawn(form, "answer")) == expected


@pytest.mark.parametrize("size", ["s", "m", "l", "xl"])
@pytest.mark.parametrize("name", ["text", "select", "radios", "checkboxes", "date"])
def test_label_has_the_size_of_the_helper(name: str, size: str) -> None:
    form = form_with(answer=our_field(KINDS[name]))
    label = {"text": "Your answer", "size": size}

    assert lines(drawn(form, "answer", label_size=size)) == theirs(KINDS[name], label=label)


@pytest.mark.parametrize("name", ["text", "radios", "date"])
def test_question_can_be_the_heading_of_the_page(name: str) -> None:
    form = form_with(answer=our_field(KINDS[name]))
    label = {"text": "Your answer", "size": "l", "isPageHeading": True}

    html = drawn(form, Question("answer", heading=True), label_size="s")

    assert lines(html) == theirs(KINDS[name], label=label)


def test_input_has_prefix_and_suffix() -> None:
    form = form_with(answer=our_field(KINDS["number"]))

    html = drawn(form, Question("answer", prefix="up to", suffix="beds"))

    assert lines(html) == theirs(KINDS["number"], prefix="up to", suffix="beds")


@pytest.mark.parametrize("name", ["radios", "checkboxes"])
def test_options_can_be_inline_and_have_hints(name: str) -> None:
    form = form_with(answer=our_field(KINDS[name]))
    expected_items = items()
    expected_items[0]["hint"] = "You can change beds"

    html = drawn(form, Question("answer", inline=True, hints={"yes": "You can change beds"}))

    assert lines(html) == theirs(KINDS[name], inline=True, items=expected_items)


REGIONS = [("national", "National"), ("london", "London"), ("none", "None of these")]


@pytest.mark.parametrize(
    ("exclusive", "divider", "order"),
    [
        ("none", "or", ["national", "london", "or", "none"]),
        ("national", "or", ["national", "or", "london", "none"]),
        ("none", "", ["national", "london", "none"]),
        ("closed", "or", ["national", "london", "none"]),
        ("", "or", ["national", "london", "or", "none"]),
    ],
)
def test_checkboxes_can_have_an_exclusive_one_and_a_divider(
    exclusive: str, divider: str, order: list[str]
) -> None:
    kind = KINDS["checkboxes"]
    form = form_with(answer=our_field(kind, choices=REGIONS))

    html = drawn(form, Question("answer", exclusive=exclusive, divider=divider))

    assert lines(html) == theirs(kind, items=region_items(order, exclusive))


def test_radios_can_have_a_divider_before_the_last() -> None:
    kind = KINDS["radios"]
    form = form_with(answer=our_field(kind, choices=REGIONS))

    html = drawn(form, Question("answer", divider="or"))

    assert lines(html) == theirs(kind, items=region_items(["national", "london", "or", "none"]))


def test_a_single_option_has_no_divider() -> None:
    form = form_with(answer=our_field(KINDS["radios"], choices=REGIONS[:1]))

    assert "divider" not in drawn(form, Question("answer", divider="or"))


def region_items(order: list[str], exclusive: str = "") -> list[dict[str, Any]]:
    """The items of the macro, where a value that is no region is the divider."""
    texts, ids = dict(REGIONS), {value: i for i, (value, _) in enumerate(REGIONS)}
    return [
        {
            "value": value,
            "text": texts[value],
            "id": f"id_answer_{ids[value]}",
            "behaviour": "exclusive" if value == exclusive else "",
        }
        if value in texts
        else {"divider": value}
        for value in order
    ]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("value", ["", "Two\nlines"])
def test_textarea_can_have_a_count(state: str, value: str) -> None:
    params = STATES[state]
    has_error = "errorMessage" in params
    field = forms.CharField(
        label="Reason",
        help_text=params.get("hint", ""),
        max_length=250,
        widget=Textarea(attrs={"rows": 4}),
    )
    form = form_with(
        data={"answer": value} if has_error else None, initial={"answer": value}, answer=field
    )
    if has_error:
        form.errors.pop("answer", None)
        form.add_error("answer", params["errorMessage"])

    html = drawn(form, Question("answer", counted=True))

    assert lines(html) == lines(
        official(
            "character-count",
            "characterCount",
            {
                "name": "answer",
                "id": "id_answer",
                "label": "Reason",
                "rows": 4,
                "maxlength": 250,
                "value": value,
                **params,
            },
        )
    )


@pytest.mark.parametrize(
    "field",
    [
        forms.CharField(max_length=250),
        forms.CharField(widget=Textarea),
        forms.CharField(max_length=250, widget=forms.Textarea),
    ],
)
def test_count_without_a_textarea_and_a_limit_is_refused(field: forms.Field) -> None:
    with pytest.raises(TypeError, match="max_length"):
        drawn(form_with(answer=field), Question("answer", counted=True))


def test_line_break_counts_as_one_character() -> None:
    field = forms.CharField(max_length=5, widget=Textarea)

    assert form_with(data={"answer": "ab\r\ncd"}, answer=field).is_valid()
    assert not form_with(data={"answer": "ab\r\ncde"}, answer=field).is_valid()


@pytest.mark.parametrize("chosen", ["yes", "no"])
@pytest.mark.parametrize("name", ["radios", "checkboxes"])
def test_choice_reveals_further_questions(name: str, chosen: str) -> None:
    kind = KINDS[name]
    form = form_with(
        initial={"answer": chosen if name == "radios" else [chosen]},
        answer=our_field(kind),
        employer=forms.CharField(label="Organisation Name"),
    )
    revealed = official(
        "input",
        "input",
        {"name": "employer", "id": "id_employer", "label": "Organisation Name"},
    )
    expected_items = items()
    expected_items[0]["conditional"] = {"html": revealed}
    for item in expected_items:
        item["checked"] = item["value"] == chosen

    html = drawn(form, Conditional("answer", {"yes": ["employer"]}))

    assert lines(html) == theirs(kind, items=expected_items)


def test_what_is_revealed_has_plain_labels_and_the_next_question_has_not() -> None:
    form = form_with(
        answer=our_field(KINDS["radios"]),
        employer=forms.CharField(),
        following=forms.CharField(),
    )

    html = drawn(form, Conditional("answer", {"yes": ["employer"]}), "following", label_size="m")

    assert '<label class="nhsuk-label" for="id_employer">' in html
    assert '<label class="nhsuk-label nhsuk-label--m" for="id_following">' in html


def test_select_keeps_groups() -> None:
    field = forms.ChoiceField(choices=[("North", [("1", "Elm ward")]), ("2", "Oak ward")])

    html = drawn(form_with(answer=field), "answer")

    assert lines(html)[-10:-2] == [
        "<optgroup class='' label='North'>",
        "<option class='' value='1'>",
        "Elm ward",
        "</option>",
        "</optgroup>",
        "<option class='' value='2'>",
        "Oak ward",
        "</option>",
    ]


def test_every_message_has_its_id_and_is_read_with_the_input() -> None:
    form = form_with(data={"answer": "a"}, answer=forms.CharField(help_text="Eight characters"))
    form.add_error("answer", ["Too short", "No number"])

    html = drawn(form, "answer")

    assert 'aria-describedby="id_answer-hint id_answer-error id_answer-error-2"' in html
    assert '<span class="nhsuk-error-message" id="id_answer-error-2">' in html


def test_described_by_of_the_widget_is_kept() -> None:
    widget = forms.TextInput(attrs={"aria-describedby": "count"})

    html = drawn(form_with(answer=forms.CharField(widget=widget, help_text="Hint")), "answer")

    assert 'aria-describedby="count id_answer-hint"' in html


def test_hidden_field_is_nothing_but_its_input() -> None:
    form = form_with(initial={"answer": "7"}, answer=forms.CharField(widget=forms.HiddenInput))

    assert lines(drawn(form, "answer")) == [
        "<input class='' id='id_answer' name='answer' type='hidden' value='7'>"
    ]


def test_form_that_is_drawn_twice_has_one_set_of_classes() -> None:
    form = form_with(answer=our_field(KINDS["text"]))

    assert drawn(form, "answer") == drawn(form, "answer")


def test_widget_without_template_is_refused() -> None:
    form = form_with(answer=forms.SplitDateTimeField())

    with pytest.raises(TypeError, match="SplitDateTimeWidget"):
        drawn(form, "answer")
