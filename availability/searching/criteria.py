"""What a person looks for, and the conditions that a ward meets for it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    Expression,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils import timezone

from availability.freshness import Limit, past
from availability.queries import free_by, free_now
from availability.sessions.free import free_sessions_between, window_until
from organisations.choices import Sex, WardKind
from organisations.geography import nearness, nearness_of, point_on_sphere
from organisations.models import CollaborativeMember, Ward
from organisations.postcodes import Place

RADII = (10, 25, 50, 100)


@dataclass(frozen=True)
class Chosen:
    """A row of a list that a person chose: what it is, and its name."""

    pk: int
    code: str
    name: str
    group: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Criteria:
    """What a person looks for; what is empty does not matter.

    `by`: beds that time alone makes available by the end of that day are free too. `with_preparing`
    counts those that are being prepared. `include_full` asks for no free bed.
    """

    place: Place
    radius: int | None = None
    service_group: Chosen | None = None
    service_type: Chosen | None = None
    sex: str = ""
    age: int | None = None
    security: int | None = None
    beds: int | None = None
    by: date | None = None
    with_preparing: bool = False
    features: tuple[Chosen, ...] = field(default=())
    region: Chosen | None = None
    collaborative: Chosen | None = None
    fresh_only: bool = False
    include_full: bool = False

    @property
    def beds_wanted(self) -> int:
        return self.beds or 1

    @property
    def point(self) -> Any:
        """The place on the sphere."""
        return point_on_sphere(self.place.latitude, self.place.longitude)

    @property
    def reach(self) -> Any:
        """As nearness; only with a radius."""
        return nearness_of(self.radius or 0)

    @property
    def until(self) -> Any:
        """The midnight that ends the day by which a bed is needed; None: now."""
        return end_of(self.by) if self.by else None

    @property
    def window(self) -> tuple[Any, Any]:
        """Between what moments sessions are looked for."""
        return window_until(self.by)

    @property
    def free(self) -> Combinable:
        """How many beds of a ward can take a patient by then, as an expression; where there are
        sessions instead, how many places in them."""
        by = self.until or Now()
        is_now = not (self.by or self.with_preparing)
        beds = free_now() if is_now else free_by(by, with_preparing=self.with_preparing)
        sessions = free_sessions_between(*self.window)
        is_sessional = When(kind=WardKind.SESSIONAL, then=sessions)
        return Case(is_sessional, default=beds, output_field=IntegerField())

    @property
    def nearness(self) -> Expression:
        """How far a ward is, as an expression that an index knows."""
        return nearness(self.point, path="unit__")


# The field that a condition comes from, and its value where the field has several.
Source = tuple[str, str]


def conditions(criteria: Criteria) -> dict[Source, Any]:
    """What a ward with `free` and `near` has to be, each by itself, as expressions."""
    found: dict[Source, Any] = {}
    if criteria.radius is not None:
        found["radius", ""] = Q(near__lt=criteria.reach)
    if criteria.service_group:
        found["service_group", ""] = Q(service_type__group=criteria.service_group.pk)
    if criteria.service_type:
        found["service_type", ""] = Q(service_type=criteria.service_type.pk)
    if criteria.sex:
        found["sex", ""] = Q(sex__in=(criteria.sex, Sex.MIXED))
    if criteria.age is not None:
        youngest, oldest = Q(minimum_age__lte=criteria.age), Q(maximum_age__gte=criteria.age)
        found["age", ""] = youngest & (Q(maximum_age=None) | oldest)
    if criteria.security is not None:
        found["security", ""] = Q(security_level=criteria.security)
    for feature in criteria.features:
        through = Ward.features.through.objects
        having = through.filter(ward=OuterRef("pk"), feature=feature.pk)
        found["features", feature.code] = Q(Exists(having))
    if criteria.region:
        found["region", ""] = Q(unit__region=criteria.region.pk)
    if criteria.collaborative:
        member = CollaborativeMember.objects.filter(
            collaborative=criteria.collaborative.pk,
            collaborative__service_group=OuterRef("service_type__group"),
            organisation=OuterRef("unit__organisation"),
        )
        found["collaborative", ""] = Q(Exists(member))
    if criteria.fresh_only:
        found["fresh", ""] = Q(is_stale=False)
    if not criteria.include_full:
        found["full", ""] = Q(free__gte=criteria.beds_wanted)
    return found


def stale() -> Expression:
    """Whether a ward was not confirmed within its service group's time."""
    return ExpressionWrapper(past(Limit.STALE), BooleanField())


def failing(condition: Any) -> Expression:
    """1 for a ward that does not meet it, else 0."""
    return Case(When(condition, then=Value(0)), default=Value(1))


def end_of(day: date) -> datetime:
    """The midnight that ends a day here."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
