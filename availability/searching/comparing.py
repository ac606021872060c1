"""A few wards side by side."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Prefetch

from accounts.queries import wards_viewable_by
from availability.queries import SHOWN_WITH_WARD
from availability.searching.cards import FIGURES, Found, Result, ages_of, found_of, result_of
from availability.searching.criteria import Criteria
from availability.searching.finding import with_card, with_figures
from organisations.choices import WardKind
from organisations.models import Feature, Unit, Ward

FEWEST, MOST = 2, 4
ID = re.compile(r"[0-9]{1,18}")


class Compared(NamedTuple):
    """A ward as a search sees it, and all that is recorded of it."""

    result: Result
    ward: Ward


def wards_to_compare(user: Any, criteria: Criteria, chosen: Sequence[str]) -> list[Compared]:
    """Those of the ids that the person may find, in the order given. Two queries."""
    ids = [int(text) for text in chosen if ID.fullmatch(text)]
    rows = (
        with_card(with_figures(wards_viewable_by(user), criteria), criteria, user.pk)
        .select_related(*SHOWN_WITH_WARD)
        .prefetch_related(Prefetch("features", Feature.objects.order_by("position", "name")))
        .in_bulk(ids)
    )
    found = [rows[pk] for pk in ids if pk in rows]
    return [
        Compared(result_of(seen(ward), criteria, "", number), ward)
        for number, ward in enumerate(found, 1)
    ]


def seen(ward: Any) -> Found:
    """A ward that was loaded with what a search adds."""
    return found_of(ward, **{name: getattr(ward, name) for name in FIGURES})


def side_by_side(wards: Sequence[Compared]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is compared, with the name of each ward and what it has of it.

    Rows that all leave empty are left out.
    """
    rows = {
        "Free beds": [one.result.free_words for one in wards],
        "Beds in all": [beds_of(one.ward) for one in wards],
        "Distance": [one.result.distance for one in wards],
        "Natural clinical flow": [one.result.flow for one in wards],
        "Figures": [figures_of(one.result) for one in wards],
        "Last call": [one.result.called for one in wards],
        "Service type": [one.ward.service_type.name for one in wards],
        "Sex": [str(one.ward.get_sex_display()) for one in wards],
        "Ages": [ages_of(one.ward).removeprefix("Ages ") for one in wards],
        "Security level": [str(one.ward.get_security_level_display()) for one in wards],
        "Has or accepts": [features_of(one.ward) for one in wards],
        "Hours for referrals": [one.ward.referral_hours for one in wards],
        "How to refer": [one.ward.referral_instructions for one in wards],
        "Address": [address_of(one.ward.unit) for one in wards],
    }
    names = [one.ward.name for one in wards]
    return [
        (label, list(zip(names, cells, strict=True))) for label, cells in rows.items() if any(cells)
    ]


def figures_of(result: Result) -> str:
    """E.g. 'Confirmed 3 hours ago by an availability editor', 'Not confirmed yet: may be ...'."""
    if not result.advice:
        return result.figures
    return f"{result.figures}: {result.advice[:1].lower()}{result.advice[1:]}"


def beds_of(ward: Ward) -> str:
    return "None, but sessions" if ward.kind == WardKind.SESSIONAL else str(ward.totals.beds)


def features_of(ward: Ward) -> str:
    return ", ".join(feature.name for feature in ward.features.all())


def address_of(unit: Unit) -> str:
    return ", ".join(filter(None, [unit.address, unit.town, unit.postcode]))
