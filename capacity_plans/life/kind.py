"""The kind of item that decides on a version of a plan, as the common queue knows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from accounts.models import User
from approvals.choices import ItemStatus
from approvals.kinds import Kind, Words
from approvals.models import Item, Stage
from approvals.routing import Router
from capacity_plans.life.comparing import comparison_of
from capacity_plans.life.deciding import (
    PLAN_VERSION,
    approve_version,
    end_version,
    version_of,
    way_of,
)
from capacity_plans.life.queries import approved_version_of
from capacity_plans.queries import versions_readable_by
from notifications.services import site_url


def describe(item: Item) -> str:
    """E.g. 'Bed plan of Thames Valley CYPMHS, version 3, 2026/27 to 2028/29'."""
    version = version_of(item)
    if version is None:
        return f"A plan of {item.collaborative}, discarded or submitted anew since"
    return f"{version}, {version.period}"


def page(item: Item) -> str:
    """Where who submitted it goes on."""
    version = version_of(item)
    return reverse("plans:version", args=[version.pk]) if version else reverse("plans:plans")


def mail_context(item: Item) -> dict[str, str]:
    return {"plan": describe(item), "plan_url": site_url(page(item))}


def route(items: Sequence[Item]) -> list[list[Stage]]:
    router = Router()
    return [way_of(item, router) for item in items]


def context(item: Item, user: User) -> Mapping[str, Any]:
    """For the page of the decision: the version, and what it changes while it waits.

    Against nothing, if nothing is approved yet and who decides cannot open the version itself: the
    helpdesk, where nobody else is there.
    """
    version = version_of(item)
    if version is None:
        return {}
    may_read = versions_readable_by(user).filter(pk=version.pk).exists()
    shown = {"version": version, "may_read": may_read}
    if item.status != ItemStatus.SUBMITTED:
        return shown
    approved = approved_version_of(version.plan)
    changes = comparison_of(approved, version) if approved or not may_read else None
    return {**shown, "former": approved, "changes": changes}


VERSION_KIND = Kind(
    code=PLAN_VERSION,
    label="Version of a plan",
    template="capacity_plans/life/asked.html",
    more="capacity_plans/life/asked_more.html",
    describe=describe,
    context=context,
    page=page,
    mail_context=mail_context,
    mails={
        "awaits_decision": "plan_awaits_decision",
        "decision_reminder": "plan_reminder",
        "moved_up": "plan_moved_up",
        "access_approved": "plan_approved",
        "access_declined": "plan_returned",
        "access_expired": "plan_expired",
    },
    relations=("plan_version__plan__collaborative",),
    words=Words(
        heading="Plan submitted by",
        noun="plan",
        asked="What was submitted",
        asker="Who submitted it",
        reject="Return",
        rejecting="returning",
        rejected="returned",
        states={ItemStatus.REJECTED: "Returned", ItemStatus.WITHDRAWN: "Taken back"},
    ),
    route=route,
    provider=lambda item: None,
    approve=approve_version,
    end=end_version,
)
