"""Who may switch a provider between single and multi level (CQRS-01)."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.choices import Capability
from accounts.models import Grant
from accounts.queries import holds, live_grants
from approvals.rights import RIGHTS, Act, Level
from organisations.choices import AsksAs
from organisations.models import Collaborative, CollaborativeMember, Organisation
from organisations.queries import still_open

CAPABILITY_OF = {
    Level.COMMISSIONER: Capability.APPROVE_COMMISSIONER,
    Level.REGIONAL: Capability.APPROVE_REGIONAL,
    Level.HELPDESK: Capability.ADMINISTER,
}
SWITCHERS = [CAPABILITY_OF[level] for level in RIGHTS[Act.SWITCH_LEVEL]]


def may_switch(user: Any) -> str | None:
    """Whether the person may switch any provider. No query."""
    if holds(user, *SWITCHERS):
        return None
    return "Only commissioner approvers, regional approvers and the helpdesk can open this page."


def rights_to_switch(user: Any) -> QuerySet[Grant]:
    """The person's grants, in force, that let them switch providers."""
    return live_grants(user).filter(capability__in=SWITCHERS)


def providers_of(user: Any) -> QuerySet[Organisation]:
    """The open providers that the person may switch.

    The members of a commissioner's collaboratives; of a region, its own and the members of its
    collaboratives; for the helpdesk all.
    """
    providers = Organisation.objects.filter(still_open(""), kind__asks_as=AsksAs.PROVIDER)
    if holds(user, Capability.ADMINISTER):
        return providers
    rights = rights_to_switch(user)
    regions = rights.filter(capability=Capability.APPROVE_REGIONAL).values("region")
    own = rights.filter(capability=Capability.APPROVE_COMMISSIONER).values("collaborative")
    collaboratives = Collaborative.objects.filter(Q(pk__in=own) | Q(region__in=regions))
    members = CollaborativeMember.objects.filter(collaborative__in=collaboratives)
    return providers.filter(Q(pk__in=members.values("organisation")) | Q(region__in=regions))
