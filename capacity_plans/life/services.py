"""Making versions, and letting them go. Locks: the plan, then a version, then its rows."""

from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Max

from accounts.models import User
from accounts.queries import planners_editable_by
from capacity_plans.choices import VersionStatus
from capacity_plans.editing.directory import line_of, wards_for
from capacity_plans.life.queries import open_version_of
from capacity_plans.lifecycle import VERSION
from capacity_plans.models import Assumption, Change, Line, Plan, Version
from capacity_plans.services import begin_change, hold_version
from core.audit import record
from core.errors import Conflict, DomainError
from core.patients import has_nhs_number
from organisations.models import Collaborative

MOST_SCENARIOS = 30

Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def start_plan(
    *, collaborative: Collaborative, kind: str, first_year: int, years: int, by: User
) -> Version:
    """A draft for so many financial years, with a line for each open ward that belongs into it.

    The plan is made if there is none. Conflict if it has an open version already.
    """
    refuse_unless_editor(collaborative, by)
    made, _ = Plan.objects.get_or_create(collaborative=collaborative, kind=kind)
    plan = hold_plan(made)
    refuse_second_open(plan)
    version = Version.objects.create(
        plan=plan,
        number=next_number(plan),
        first_year=first_year,
        years=years,
        created_by=by,
    )
    wards = enumerate(wards_for(version), start=1)
    lines = Line.objects.bulk_create(line_of(version, ward, place) for place, ward in wards)
    record("plan.started", by=by, target=version, lines=len(lines))
    return version


@transaction.atomic
def copy_version(*, version: Version, by: User, status: str, name: str = "") -> Version:
    """A draft, or a scenario of that name, with all rows of a version as they are now.

    Conflict for a second open version; DomainError for a name that is empty or taken.
    """
    refuse_unless_editor(version.plan.collaborative, by)
    plan = hold_plan(version.plan)
    source = hold_version(version)
    if status == VersionStatus.DRAFT:
        refuse_second_open(plan)
    else:
        name = name.strip()
        refuse_name(plan, name)
    copy = copied(
        source,
        number=next_number(plan) if status == VersionStatus.DRAFT else None,
        name=name if status == VersionStatus.SCENARIO else "",
        status=VersionStatus(status),
        based_on_id=source.pk,
        created_by_id=by.pk,
        item_id=None,
    )
    copy.save(force_insert=True)
    copy.refresh_from_db(fields=["created_at"])
    copy_rows(source, copy)
    record("plan.copied", by=by, target=copy, source=source.pk, status=copy.status)
    return copy


def copy_rows(source: Version, copy: Version) -> None:
    """Lines, changes and assumptions: 6 queries, however many there are."""
    lines = list(source.lines.order_by("position", "pk"))
    made = Line.objects.bulk_create(copied(line, version_id=copy.pk) for line in lines)
    new = {line.pk: other.pk for line, other in zip(lines, made, strict=True)}
    changes = Change.objects.filter(line__version=source).order_by("pk")
    Change.objects.bulk_create(
        copied(
            change,
            line_id=new[change.line_id],
            to_line_id=new[change.to_line_id] if change.to_line_id else None,
        )
        for change in changes
    )
    Assumption.objects.bulk_create(
        copied(row, version_id=copy.pk) for row in source.assumptions.order_by("pk")
    )


def copied(row: Row, **changes: Any) -> Row:
    """A row as another one, unsaved: unchanged since it was made, which is now."""
    fresh = {"created_at"}
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in fresh
    }
    return type(row)(**{**values, "revision": 0, **changes})


@transaction.atomic
def make_draft(*, version: Version, by: User) -> Version:
    """A scenario becomes the draft of its plan, with a number. Conflict for a second open one."""
    plan = hold_plan(version.plan)
    held = begin_change(version, by=by)
    refuse_second_open(plan)
    name = held.name
    step = VERSION.move(held, VersionStatus.DRAFT, number=next_number(plan), name="")
    record(step.event, by=by, target=held, scenario=name)
    return held


@transaction.atomic
def discard_version(*, version: Version, by: User) -> None:
    """Delete a draft or a scenario with all its rows.

    DomainError if what was submitted since was made from it: it says where that came from.
    """
    held = begin_change(version, by=by)
    copies = held.copies.select_for_update(no_key=True).order_by("pk")
    if kept := next((one for one in copies if not one.is_changeable), None):
        raise DomainError(f"This cannot be discarded: {kept.label} was made from it.")
    held.copies.update(based_on=held.based_on_id)
    record("plan.discarded", by=by, target=held, plan=held.plan_id, label=held.label)
    held.delete()


def hold_plan(plan: Plan) -> Plan:
    """The plan, to which nobody else adds a version until the end."""
    held = Plan.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("collaborative").get(pk=plan.pk)


def refuse_unless_editor(collaborative: Collaborative, by: User) -> None:
    if not planners_editable_by(by).filter(pk=collaborative.pk).exists():
        raise DomainError("You do not have access to change this plan.")


def refuse_second_open(plan: Plan) -> None:
    """Of a held plan: two drafts would be two answers to what is planned."""
    if other := open_version_of(plan):
        state = other.get_status_display().lower()
        raise Conflict(f"This plan has an open version already: {other.label} ({state}).")


def refuse_name(plan: Plan, name: str) -> None:
    """Of a new scenario of a held plan."""
    if not name:
        raise DomainError("Enter a name for the scenario.")
    if len(name) > (Version._meta.get_field("name").max_length or 0) or "\0" in name:
        raise DomainError("Enter a shorter name for the scenario.")
    if has_nhs_number(name):
        raise DomainError("Remove the NHS number from the name.")
    scenarios = plan.versions.filter(status=VersionStatus.SCENARIO)
    if scenarios.filter(name=name).exists():
        raise DomainError("There is a scenario of this name already. Choose another.")
    if scenarios.count() >= MOST_SCENARIOS:
        raise DomainError(f"A plan has at most {MOST_SCENARIOS} scenarios. Discard one first.")


def next_number(plan: Plan) -> int:
    """Of a held plan."""
    return (plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1
