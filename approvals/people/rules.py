"""Who may do what to an account, and when: each gives None, or the refusal in words."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.choices import APPROVER_CAPABILITIES, Capability
from accounts.lockout import is_locked_out
from accounts.models import Grant, User
from accounts.queries import may_approve
from approvals.people.reach import Reach
from approvals.rights import Act, level_of, may

# Access that reaches the whole country belongs to the work of who has it, wherever that is.
NATIONWIDE = Q(
    organisation__isnull=True,
    unit__isnull=True,
    ward__isnull=True,
    collaborative__isnull=True,
    region__isnull=True,
)


# In force, whether the account is disabled or not.
HELD_OR_KEPT = Q(valid_until__isnull=True) | Q(valid_until__gt=Now())
HELD_OR_KEPT &= Q(revoked_at__isnull=True)


def may_open(user: Any) -> str | None:
    """The pages about other people's accounts."""
    return None if may_approve(user) else "Only approvers can open this page."


def held_or_kept(person: User) -> QuerySet[Grant]:
    """What the person holds, or would hold again once their account is enabled."""
    return Grant.objects.filter(HELD_OR_KEPT, person=person)


def capabilities_for(
    act: Act, user: User, person: User
) -> tuple[tuple[Capability, ...], str | None]:
    """With which of their capabilities somebody may do it to who holds what the person holds.

    If with none, the refusal too.
    """
    subject = level_of(set(held_or_kept(person).values_list("capability", flat=True)))
    with_these = tuple(
        capability
        for capability in APPROVER_CAPABILITIES
        if capability in user.capabilities and may(act, level_of({capability}), subject) is None
    )
    refusal = None if with_these else may(act, level_of(user.capabilities), subject)
    return with_these, refusal


def refusals(acts: Iterable[Act], user: User, person: User) -> dict[Act, str | None]:
    """Of each of these acts whether somebody may do it to the person's account at all."""
    reach_of = cache(Reach)
    return {act: may_act(act, user, person, reach_of) for act in acts}


def may_act(
    act: Act, user: User, person: User, reach_of: Callable[..., Reach] = Reach
) -> str | None:
    """Whether somebody may do it to the person's account at all: by the matrix, and by place."""
    if user.pk == person.pk:
        return "This is your own account. Nobody does this to their own account here."
    capabilities, refusal = capabilities_for(act, user, person)
    if refusal:
        return refusal
    if act == Act.REVOKE and revocable(user, person, reach_of).exists():
        return None
    if not reach_of(user, capabilities).staff.filter(pk=person.pk).exists():
        return (
            f"{person.get_full_name()} does not work for what you approve for. The approvers "
            "there can do this, or the helpdesk."
        )
    return None


def may_now(act: Act, person: User) -> str | None:
    """Whether it is the time for it, as the account stands."""
    name = person.get_full_name()
    if act == Act.ENABLE:
        return f"{name}'s account is not disabled." if person.is_active else None
    if act == Act.REVOKE:
        return None if held_or_kept(person).exists() else f"{name} has no access."
    if not person.is_active:
        return f"{name}'s account is disabled."
    if act == Act.UNLOCK and not is_locked_out(person.email):
        return f"{name}'s account is not locked."
    return None


def revocable(user: User, person: User, reach_of: Callable[..., Reach] = Reach) -> QuerySet[Grant]:
    """What somebody may take from the person: what lies in what they approve for.

    From who works there, also what reaches the whole country.
    """
    if user.pk == person.pk:
        return Grant.objects.none()
    capabilities, refusal = capabilities_for(Act.REVOKE, user, person)
    if refusal:
        return Grant.objects.none()
    reach = reach_of(user, capabilities)
    within = Q(pk__in=reach.grants.filter(person=person).values("pk"))
    if reach.staff.filter(pk=person.pk).exists():
        within |= NATIONWIDE
    return held_or_kept(person).filter(within)
