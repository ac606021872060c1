"""Plans, as their tables hold them; what becomes of them goes through the services."""

from datetime import date
from decimal import Decimal

from accounts.choices import Capability
from accounts.models import User
from approvals.choices import ItemStatus
from approvals.models import Item
from capacity_plans.choices import ChangeKind, VersionStatus
from capacity_plans.models import Assumption, Change, Line, Plan, Version
from organisations.models import Collaborative
from tests.factories.accounts import person
from tests.factories.organisations import CollaborativeFactory, WardFactory


def plan(collaborative: Collaborative | None = None, **fields) -> Plan:
    """A bed plan of a collaborative whose service group is open to plans."""
    collaborative = collaborative or CollaborativeFactory()
    group = collaborative.service_group
    if not group.open_to_plans:
        group.open_to_plans = True
        group.save()
    return Plan.objects.get_or_create(collaborative=collaborative, **fields)[0]


def draft(of: Plan | None = None, **fields) -> Version:
    """The draft of 2026/27 to 2028/29, without a line."""
    of = of or plan()
    number = of.versions.exclude(number=None).count() + 1
    return Version.objects.create(plan=of, **{"number": number, "first_year": 2026, **fields})


def line(version: Version, ward=None, **fields) -> Line:
    """A ward with as many beds as the directory says."""
    ward = ward or WardFactory()
    figure = ward.commissioned_beds or ward.sessions_a_day
    return Line.objects.create(
        version=version,
        position=version.lines.count() + 1,
        ward=ward,
        service_type=ward.service_type,
        sex=ward.sex,
        security_level=ward.security_level,
        **{"directory_figure": figure, "baseline": figure, **fields},
    )


def change(of: Line, on: date, number: int = 2, kind=ChangeKind.INCREASE, **fields) -> Change:
    return Change.objects.create(
        line=of, on=on, kind=kind, number=number, **{"reason": "Business case agreed", **fields}
    )


def assumption(version: Version, like: Line, **fields) -> Assumption:
    """For patients as in a line: 120 admissions a year, 30 days each, 85 % occupancy."""
    return Assumption.objects.create(
        version=version,
        service_type=like.service_type,
        sex=like.sex,
        security_level=like.security_level,
        **{"admissions": 120, "length_of_stay": Decimal("30"), "occupancy": 85, **fields},
    )


def decided(
    version: Version, status: str = VersionStatus.APPROVED, *, by: User | None = None
) -> Version:
    """The version once it was submitted: approved, returned or superseded."""
    collaborative = version.plan.collaborative
    version.item = Item.objects.create(
        kind="plan_version",
        person=by or person("paula.planner"),
        capability=Capability.PLANS_EDIT,
        collaborative=collaborative,
        routing_group=collaborative.service_group,
        status=ItemStatus.REJECTED if status == VersionStatus.RETURNED else ItemStatus.APPROVED,
    )
    version.status = status
    version.save()
    return version
