import pytest
from crispy_forms.layout import LayoutObject
from django import forms
from django.utils.html import format_html

from crispy_nhsuk.layout import (
    Button,
    ButtonGroup,
    Details,
    Fieldset,
    Link,
    SecondaryButton,
)
from tests.crispy_nhsuk.official import lines, official
from tests.crispy_nhsuk.rendering import drawn, form_with

SUBMIT = {"preventDoubleClick": True, "type": "submit"}
CASES: list[tuple[LayoutObject, str, str, dict[str, object]]] = [
    (Button("Next"), "button", "button", SUBMIT | {"text": "Next"}),
    (
        SecondaryButton("Previous", name="previous", value="1"),
        "button",
        "button",
        SUBMIT | {"text": "Previous", "variant": "secondary", "name": "previous", "value": "1"},
    ),
    (
        Details("Which ward?", format_html("<p>{}</p>", "Yours & mine")),
        "details",
        "details",
        {"summary": "Which ward?", "html": "<p>Yours &amp; mine</p>"},
    ),
]


@pytest.mark.parametrize(("item", "component", "macro", "params"), CASES)
def test_layout_object_is_the_design_systems(
    item: LayoutObject, component: str, macro: str, params: dict[str, object]
) -> None:
    assert lines(drawn(form_with(), item)) == lines(official(component, macro, params))


@pytest.mark.parametrize("heading", [False, True])
def test_fieldset_is_the_design_systems(heading: bool) -> None:
    form = form_with(town=forms.CharField(label="Town"))
    town = official("input", "input", {"name": "town", "id": "id_town", "label": "Town"})
    legend = {"text": "Your address", "size": "l", "isPageHeading": heading}

    html = drawn(form, Fieldset("Your address", "town", size="l", heading=heading))

    assert lines(html) == lines(official("fieldset", "fieldset", {"legend": legend, "html": town}))


def test_buttons_and_links_stand_in_a_group() -> None:
    html = drawn(form_with(), ButtonGroup(Button("Login"), Link("Cancel", "/")))

    assert lines(html)[0] == "<div class='nhsuk-button-group'>"
    assert lines(html)[-4:] == ["<a class='' href='/'>", "Cancel", "</a>", "</div>"]
