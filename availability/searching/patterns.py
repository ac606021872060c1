"""What is asked, without the values: searches of one pattern are written alike in SQL."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, DateTimeField, FloatField, IntegerField

from availability.searching.criteria import Chosen, Criteria
from core.statements import later
from organisations.postcodes import Place


class Point(ArrayField):
    def __init__(self) -> None:
        super().__init__(FloatField())


@dataclass(frozen=True)
class Pattern(Criteria):
    """Criteria in whose conditions values stand for later; `values_of` gives them.

    The sex, the features and what is ticked are part of the pattern: there are few.
    """

    @property
    def point(self) -> Any:
        return later("point", Point)

    @property
    def reach(self) -> Any:
        return later("reach", FloatField)

    @property
    def until(self) -> Any:
        return later("until", DateTimeField) if self.by else None

    @property
    def window(self) -> tuple[Any, Any]:
        return later("window_begins", DateTimeField), later("window_ends", DateTimeField)


# Some place; the values say which.
SOMEWHERE = Place("", 0, 0, "unit", None, district_code=later("district", CharField))


def pattern_of(criteria: Criteria) -> Pattern:
    """The pattern of some criteria: equal where their statements are."""
    some: Any = {
        name: getattr(criteria, name) and Chosen(later(name, IntegerField), "", "")
        for name in ("service_group", "service_type", "region", "collaborative")
    }
    some |= {
        name: None if getattr(criteria, name) is None else later(name, IntegerField)
        for name in ("age", "security")
    }
    return Pattern(
        place=SOMEWHERE,
        radius=criteria.radius and 1,
        sex=criteria.sex,
        beds=later("beds_wanted", IntegerField),
        by=criteria.by and date.max,
        with_preparing=criteria.with_preparing,
        features=criteria.features,
        fresh_only=criteria.fresh_only,
        include_full=criteria.include_full,
        **some,
    )


def values_of(criteria: Criteria) -> dict[str, Any]:
    """What stands for later in statements of the pattern."""
    begins, ends = criteria.window
    chosen = {
        name: row.pk
        for name in ("service_group", "service_type", "region", "collaborative")
        if (row := getattr(criteria, name))
    }
    return chosen | {
        "point": criteria.point,
        "reach": criteria.reach,
        "until": criteria.until,
        "window_begins": begins,
        "window_ends": ends,
        "district": criteria.place.district_code,
        "age": criteria.age,
        "security": criteria.security,
        "beds_wanted": criteria.beds_wanted,
    }
