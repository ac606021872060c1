"""From a draft to a decision, through the common queue of approvals.

Locks: the deciders' grants, the person, the item, then the version.
"""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.choices import Capability
from accounts.models import User
from approvals.choices import ApproverKind, ItemStatus
from approvals.models import Item, Stage
from approvals.moving import end_item, open_ways
from approvals.routing import Router
from approvals.services import how_it_ended
from approvals.telling import deciders_told, page_of, tell_deciders
from capacity_plans.choices import VersionStatus
from capacity_plans.editing.problems import problems_of
from capacity_plans.life.services import refuse_unless_editor
from capacity_plans.lifecycle import VERSION
from capacity_plans.models import Version
from capacity_plans.services import hold_version, refuse_unseen
from core.audit import record
from core.errors import Conflict, DomainError
from notifications.services import notify, notify_all

# The kind of the item that decides on a version (approvals.kinds).
PLAN_VERSION = "plan_version"


class NotReadyError(DomainError):
    """What keeps a draft from being submitted, each problem in words."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def way_of(item: Item, router: Router) -> list[Stage]:
    """The approver of the collaborative; its region's, and the helpdesk, if nobody is there."""
    kinds: list[str] = [ApproverKind.PLANS, ApproverKind.REGION]
    return [router.first_of(kinds, item, router.place_of(item), lead="A version of a plan")]


@transaction.atomic
def submit_version(*, version: Version, by: User, seen: int | None = None) -> Version:
    """Send a draft to who decides on it; they are told, and nobody changes it meanwhile.

    NotReadyError with what is wrong in it; Conflict if it was submitted, or discarded, meanwhile,
    or changed since the revision `seen`.
    """
    collaborative = version.plan.collaborative
    refuse_unless_editor(collaborative, by)
    item = Item(
        kind=PLAN_VERSION,
        person=by,
        capability=Capability.PLANS_EDIT,
        collaborative=collaborative,
    )
    router = Router()
    router.hold(way_of(item, router))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    held = hold_version(version)
    if held.status != VersionStatus.DRAFT:
        raise Conflict(f"This is no draft any more: {held.get_status_display().lower()}.")
    refuse_unseen(held, seen)
    if problems := problems_of(held):
        raise NotReadyError(problems)
    item.save(force_insert=True)
    step = VERSION.move(held, VersionStatus.SUBMITTED, item=item)
    tell_deciders(open_ways([(item, way_of(item, router))]))
    record(step.event, by=by, target=held, item=item.pk)
    return held


@transaction.atomic
def take_back(*, version: Version, by: User) -> None:
    """Make what waits for approval a draft again. Conflict if it was decided on meanwhile."""
    refuse_unless_editor(version.plan.collaborative, by)
    versions = Version.objects.select_related("item__person", "plan__collaborative")
    now = versions.get(pk=version.pk)
    if now.item is None or now.status == VersionStatus.DRAFT:
        raise Conflict("This version does not wait for approval.")
    try:
        end_item(item=now.item, to=ItemStatus.WITHDRAWN, by=by)
    except Conflict as conflict:
        raise Conflict(how_it_ended(Item.objects.get(pk=now.item.pk))) from conflict
    tell_taken_back(now, now.item, by=by)


def tell_taken_back(version: Version, item: Item, *, by: User) -> None:
    """Tell who was told of the submission, and who submitted it, unless they did it themselves."""
    context = {"plan": f"{version}, {version.period}", "by": by}
    deciders = deciders_told(item).exclude(pk__in=[by.pk, item.person_id])
    page = page_of(item.pk)
    notify_all(deciders, kind="plan_taken_back", address=page, context=context)
    if item.person_id != by.pk:
        page = reverse("plans:version", args=[version.pk])
        notify(person=item.person, kind="plan_taken_back", address=page, context=context)


def version_of(item: Item) -> Version | None:
    """The version that an item decides on; none of one that was taken back, and then discarded or
    submitted anew.
    """
    return getattr(item, "plan_version", None)


def held_version_of(item: Item) -> Version:
    """The version that waits for the item's end, and the one that it would supersede, held."""
    found = Version.objects.get(item=item)
    approved = found.plan.versions.filter(status=VersionStatus.APPROVED)
    keys = sorted([found.pk, *approved.values_list("pk", flat=True)])
    list(Version.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    return Version.objects.select_related("plan__collaborative").get(pk=found.pk)


def approve_version(item: Item, *, by: User, until: datetime | None = None) -> None:
    """The version counts from now on, and the one before it is superseded."""
    version = held_version_of(item)
    for former in version.plan.versions.filter(status=VersionStatus.APPROVED):
        step = VERSION.move(former, VersionStatus.SUPERSEDED)
        record(step.event, by=by, target=former, successor=version.pk)
    step = VERSION.move(version, VersionStatus.APPROVED)
    record(step.event, by=by, target=version, subject=item.person, item=item.pk)


def end_version(item: Item) -> None:
    """Returned, if its approver rejected it; a draft again, if the item ended undecided."""
    version = held_version_of(item)
    if item.status == ItemStatus.REJECTED:
        decision = item.decisions.select_related("by").get(terminal=True)
        step = VERSION.move(version, VersionStatus.RETURNED)
        record(step.event, by=decision.by, target=version, subject=item.person, item=item.pk)
        return
    step = VERSION.move(version, VersionStatus.DRAFT)
    why = {"ended": item.status}
    record(step.event, by=item.ended_by, target=version, subject=item.person, **why)
