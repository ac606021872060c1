"""Switching a provider between single and multi level.

Locks are taken in the order of approvals.services: organisation, grants, person, item.
"""

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from approvals.choices import StageEnd
from approvals.levels.models import LevelChange
from approvals.levels.queries import affected_at, approvers_of, invitations_of, routers_of
from approvals.levels.rules import providers_of, rights_to_switch
from approvals.moving import route_anew
from core import audit
from core.errors import Conflict, DomainError
from notifications.services import notify_all
from organisations.choices import ApprovalLevel
from organisations.models import Organisation


@transaction.atomic
def switch_level(*, provider: Organisation, to: ApprovalLevel, by: User) -> int:
    """Switch a provider, and route anew what waits and is affected; gives how many requests moved.

    The provider's own approvers are told, and so is whoever a request goes to. Conflict if it was
    switched meanwhile; DomainError if the person may not switch it (any more).
    """
    locked = Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=provider.pk)
    list(rights_to_switch(by).select_for_update(of=("self",)).order_by("pk"))
    if not providers_of(by).filter(pk=locked.pk).exists():
        raise DomainError(f"You cannot switch {locked.name} (any more).")
    if locked.approval_level == to:
        raise Conflict(f"{locked.name} has been switched already: {to.label}.")
    change = LevelChange.objects.create(
        organisation=locked, was=locked.approval_level, to=to, by=by
    )
    Organisation.objects.filter(pk=locked.pk).update(approval_level=to)
    audit.record("provider.level_switched", by=by, target=locked, was=change.was, to=to)
    approvers = [grant.person for grant in approvers_of(locked) if grant.person != by]
    notify_all(
        approvers,
        kind="level_switched",
        address=reverse("home"),
        context={
            "provider": locked,
            "is_multi": to == ApprovalLevel.MULTI,
            "invitations": invitations_of(locked).count(),
        },
    )
    affected = affected_at(locked, routers_of(locked))
    return route_anew(items=affected, why=StageEnd.REROUTED, by=by)
