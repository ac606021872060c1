"""Who may decide, and when: each rule gives None, or the refusal in words."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Grant, User
from accounts.queries import live_grants, may_approve
from approvals.choices import ItemStatus
from approvals.kinds import state_of
from approvals.models import Item, Stage


def may_open_queue(user: Any) -> str | None:
    return None if may_approve(user) else "Only approvers can open this page."


def authority(user: User, stage: Stage) -> QuerySet[Grant]:
    """The person's grant of exactly the right that the stage names."""
    return live_grants(user).filter(**stage.scope_columns)


def may_decide(user: User, item: Item, stage: Stage | None) -> str | None:
    """Whether the person may decide the item at the stage where it waits."""
    if item.person_id == user.pk:
        return "You cannot decide on your own request."
    if item.status != ItemStatus.SUBMITTED or stage is None:
        return f"This request is already closed: {state_of(item, item.status).lower()}."
    if not authority(user, stage).exists():
        return f"This request is decided by: {stage.decider}."
    return None
