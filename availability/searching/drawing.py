"""What one template needs to draw all filters: drawing them widget by widget takes longer than the
rest of the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from availability.searching.form import RARE, SearchForm
from crispy_nhsuk.dates import DateInput, wrong_parts

GENERAL_ORDER = ("radius", "service_group", "service_type", "sex")
RARE_ORDER = ("security", "region", "collaborative")


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool
    id: str = ""


@dataclass(frozen=True)
class Drawn:
    """A field with what stands in it; `groups` are the options of a list, by heading."""

    name: str
    label: str
    value: str = ""
    errors: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[Option, ...]], ...] = ()


@dataclass(frozen=True)
class DrawnFilters:
    """All of them, in the order of the page."""

    postcode: Drawn
    lists: list[Drawn]
    age: Drawn
    full: Drawn
    rare_is_open: bool
    beds: Drawn
    by: Drawn
    by_parts: list[tuple[Option, bool]]
    features: Drawn
    feature_options: list[Option]
    rare_lists: list[Drawn]
    fresh: Drawn
    preparing: Drawn


def drawn(form: SearchForm) -> DrawnFilters:
    chosen = set(form.typed("features"))
    group = form.group_in_use()
    shown = [
        one
        for one in form.lists.features.values()
        if not one.group or one.group == group or one.code in chosen
    ]
    wrong = set(wrong_parts(form["by"])) if "by" in form.errors else set()
    return DrawnFilters(
        postcode=field_of(form, "postcode"),
        lists=[list_of(form, name) for name in GENERAL_ORDER if name in form.fields],
        age=field_of(form, "age"),
        full=field_of(form, "full"),
        rare_is_open=is_used(form, RARE),
        beds=field_of(form, "beds"),
        by=field_of(form, "by"),
        by_parts=[
            (
                Option(
                    form.query.get(f"by_{part}", ""), part.capitalize(), False, f"id_by_{number}"
                ),
                part in wrong,
            )
            for number, part in enumerate(DateInput.PARTS)
        ],
        features=field_of(form, "features"),
        feature_options=[
            Option(one.code, one.name, one.code in chosen, f"id_features_{number}")
            for number, one in enumerate(shown)
        ],
        rare_lists=[list_of(form, name) for name in RARE_ORDER],
        fresh=field_of(form, "fresh"),
        preparing=field_of(form, "preparing"),
    )


def is_used(form: SearchForm, names: Iterable[str]) -> bool:
    """Whether one of the fields has something in it, or is wrong."""
    asked = {part.partition("_")[0] for part, _ in form.asked()}
    return any(name in asked or name in form.errors for name in names)


def field_of(form: SearchForm, name: str) -> Drawn:
    return Drawn(
        name=name,
        label=str(form.fields[name].label),
        value=form.query.get(name, ""),
        errors=errors_of(form, name),
    )


def list_of(form: SearchForm, name: str) -> Drawn:
    field: Any = form.fields[name]
    value = form.query.get(name, "")
    if name == "service_type":
        grouped = [("", [("", "Any")]), *form.lists.types_by_group()]
    else:
        grouped = [("", field.choices)]
    return Drawn(
        name=name,
        label=str(field.label),
        value=value,
        errors=errors_of(form, name),
        groups=tuple(
            (heading, tuple(Option(code, label, code == value) for code, label in options))
            for heading, options in grouped
        ),
    )


def errors_of(form: SearchForm, name: str) -> tuple[str, ...]:
    return tuple(str(error) for error in form.errors.get(name) or ())
