"""The form around its questions: tag, error summary, title, escaping, speed."""

import time

from crispy_forms.layout import Layout
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template

from crispy_nhsuk.dates import DateField
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import (
    Button,
    ButtonGroup,
    Conditional,
    Details,
    Fieldset,
    Link,
    Question,
)
from crispy_nhsuk.summary import SummaryRow
from crispy_nhsuk.text import Textarea
from tests.crispy_nhsuk.official import lines, official
from tests.crispy_nhsuk.rendering import drawn, form_with

HOSTILE = "<script>alert(1)</script>\"'{{ secret }}"
CHOICES = [("yes", "Yes"), ("no", "No")]


class AccessForm(forms.Form):
    name = forms.CharField(error_messages={"required": "Enter your name"})
    edit = forms.ChoiceField(
        choices=CHOICES, widget=forms.RadioSelect, error_messages={"required": "Select yes or no"}
    )
    groups = forms.MultipleChoiceField(
        choices=CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select a group"},
    )
    key = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": "Begin again from the start"}
    )

    def clean(self) -> None:
        raise forms.ValidationError("Ask for at least one kind of access")


def render(source: str, **context: object) -> str:
    return Template("{% load crispy_forms_tags crispy_nhsuk %}" + source).render(Context(context))


def with_helper(form: forms.Form) -> forms.Form:
    form.helper = NHSFormHelper(form)
    return form


def test_error_summary_leads_to_the_inputs() -> None:
    entries = [
        {"text": "Ask for at least one kind of access"},
        {"text": "Enter your name", "href": "#id_name"},
        {"text": "Select yes or no", "href": "#id_edit_0"},
        {"text": "Select a group", "href": "#id_groups_0"},
        {"text": "Begin again from the start"},
    ]

    html = render("{% error_summary form %}", form=AccessForm({}))

    assert lines(html) == lines(
        official(
            "error-summary",
            "errorSummary",
            {"heading": "There is a problem", "errorList": entries},
        )
    )


def test_error_summary_links_end_at_inputs_of_the_page() -> None:
    html = render("{% crispy form %}", form=with_helper(AccessForm({})))

    for target in ("id_name", "id_edit_0", "id_groups_0"):
        assert f'href="#{target}"' in html
        assert f' id="{target}"' in html


def test_error_summary_is_above_the_form_if_the_page_did_not_draw_it() -> None:
    html = render("{% crispy form %}", form=with_helper(AccessForm({})))

    assert 0 <= html.find("nhsuk-error-summary") < html.find("<form")


def test_error_summary_is_drawn_once() -> None:
    html = render("{% error_summary form %}<h1>Page</h1>{% crispy form %}",
                  form=with_helper(AccessForm({})))  # fmt: skip

    assert html.count("There is a problem") == 1
    assert html.find("There is a problem") < html.find("<h1>")


def test_page_without_form_or_errors_has_no_summary_and_no_prefix() -> None:
    source = "{% error_summary form %}{% error_title_prefix form %}"

    assert render(source).strip() == ""
    assert render(source, form=AccessForm()).strip() == ""


def test_title_says_that_there_are_errors() -> None:
    assert render("{% error_title_prefix form %}Login", form=AccessForm({})) == "Error: Login"


def test_browser_does_not_validate_and_the_token_is_sent() -> None:
    html = render("{% crispy form %}", form=with_helper(AccessForm()), csrf_token="abc")

    assert '<form method="post" novalidate>' in html
    assert 'name="csrfmiddlewaretoken" value="abc"' in html
    assert " required" not in html


def test_search_form_sends_no_token() -> None:
    form = with_helper(AccessForm())
    form.helper.form_method = "get"

    html = render("{% crispy form %}", form=form, csrf_token="abc")

    assert '<form method="get" novalidate>' in html
    assert "csrfmiddlewaretoken" not in html


def test_form_without_layout_shows_every_field() -> None:
    html = render("{% crispy form helper %}", form=AccessForm(), helper=NHSFormHelper())

    assert all(f'name="{name}"' in html for name in AccessForm.base_fields)


def test_tag_names_its_state_and_colour() -> None:
    html = render('{% nhs_tag "Being prepared" "purple" %}')

    assert lines(html) == lines(
        official("tag", "tag", {"text": "Being prepared", "colour": "purple"})
    )


def test_labels_are_small_and_bold_unless_the_helper_says_otherwise() -> None:
    html = render("{% crispy form %}", form=with_helper(AccessForm()))

    assert "nhsuk-label--s" in html
    assert "nhsuk-fieldset__legend--s" in html


def test_summary_list_is_the_design_systems() -> None:
    rows = [
        SummaryRow("Surname", ["O'Neill <b>"], "/register/name"),
        SummaryRow("Wards", ["Elm", "Oak"]),
        SummaryRow("Job title", [""], "/register/work"),
        SummaryRow("Telephone", []),
    ]

    def change(href: str, what: str) -> dict[str, object]:
        return {"items": [{"text": "Change", "href": href, "visuallyHiddenText": what}]}

    html = render("{% summary_list rows %}", rows=rows)

    assert lines(html) == lines(
        official(
            "summary-list",
            "summaryList",
            {
                "rows": [
                    {
                        "key": "Surname",
                        "value": "O'Neill <b>",
                        "actions": change("/register/name", "Surname"),
                    },
                    {"key": "Wards", "value": {"html": "<p>Elm</p><p>Oak</p>"}},
                    {
                        "key": "Job title",
                        "value": "Not given",
                        "actions": change("/register/work", "Job title"),
                    },
                    {"key": "Telephone", "value": "Not given"},
                ]
            },
        )
    )


def test_everything_is_escaped() -> None:
    form = form_with(
        data={
            "text": HOSTILE,
            "area": HOSTILE,
            "choice": "<b>",
            "counted": HOSTILE,
            "date_day": HOSTILE,
        },
        text=forms.CharField(label=HOSTILE, help_text=HOSTILE),
        area=forms.CharField(label=HOSTILE, widget=forms.Textarea),
        choice=forms.ChoiceField(
            label=HOSTILE, choices=[("<b>", HOSTILE)], widget=forms.RadioSelect
        ),
        list=forms.ChoiceField(label=HOSTILE, choices=[(HOSTILE, [(HOSTILE, HOSTILE)])]),
        tick=forms.BooleanField(label=HOSTILE),
        choices=forms.MultipleChoiceField(
            label=HOSTILE,
            choices=[("<b>", HOSTILE), (HOSTILE, HOSTILE)],
            widget=forms.CheckboxSelectMultiple,
        ),
        counted=forms.CharField(label=HOSTILE, max_length=9, widget=Textarea),
        date=DateField(what="date", label=HOSTILE),
    )
    for name in form.fields:
        form.add_error(name, HOSTILE)
    form.add_error(None, HOSTILE)
    helper = NHSFormHelper()
    helper.layout = Layout(
        Question("text", prefix=HOSTILE, suffix=HOSTILE),
        Fieldset(HOSTILE, "area", "list", "tick"),
        Conditional("choice", {}, hints={"<b>": HOSTILE}),
        Question("choices", divider=HOSTILE, exclusive=HOSTILE),
        Question("counted", counted=True),
        "date",
        Details(HOSTILE, HOSTILE),
        ButtonGroup(Button(HOSTILE, name=HOSTILE, value=HOSTILE), Link(HOSTILE, HOSTILE)),
    )

    html = render_crispy_form(form, helper) + render("{% nhs_tag text text %}", text=HOSTILE)

    assert html.count("&lt;script&gt;") > 25
    assert "<script" not in html
    assert "<b>" not in html
    assert html.count("{{ secret }}") == html.count("&lt;script&gt;")
    assert "&amp;lt;" not in html


def test_form_of_ten_fields_is_drawn_in_a_few_milliseconds() -> None:
    fields = {
        f"field_{number}": forms.CharField(help_text="Hint")
        if number % 2
        else forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
        for number in range(10)
    }
    durations = []
    for _ in range(10):
        form = form_with(**fields)
        started = time.perf_counter()
        drawn(form, *fields)
        durations.append(time.perf_counter() - started)

    assert min(durations) < 0.01
