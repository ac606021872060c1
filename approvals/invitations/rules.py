"""Who may invite whom, for what: each rule gives None, or the refusal in words (CQRS-05, -22)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet

from accounts.choices import Capability
from accounts.models import Grant, User
from accounts.queries import holds, live_grants
from approvals.coverage import Wanted
from approvals.routing import OUTSIDE_ENGLAND
from organisations.choices import ApprovalLevel, AsksAs
from organisations.models import (
    Collaborative,
    CollaborativeMember,
    Organisation,
    Region,
    ServiceGroup,
    Unit,
    Ward,
)
from organisations.queries import still_open

ONLY = (
    "Only approvers of multi-level providers, commissioner approvers and the helpdesk can invite "
    "people."
)


def rights_to_invite(user: Any) -> QuerySet[Grant]:
    """The person's grants, in force, with which somebody can be invited."""
    with_levels = Q(still_open("organisation__"), organisation__approval_level=ApprovalLevel.MULTI)
    return live_grants(user).filter(
        Q(with_levels, capability=Capability.APPROVE_STANDARD)
        | Q(capability__in=[Capability.APPROVE_COMMISSIONER, Capability.ADMINISTER])
    )


def may_invite(user: Any) -> str | None:
    """Whether the person may invite anybody at all. No query but for providers' approvers."""
    if holds(user, Capability.APPROVE_COMMISSIONER, Capability.ADMINISTER):
        return None
    if holds(user, Capability.APPROVE_STANDARD) and rights_to_invite(user).exists():
        return None
    return ONLY


def may_mail_registration_links(user: Any) -> str | None:
    """Commissioner's approvers to their providers, and the helpdesk (CQRS-22)."""
    if holds(user, Capability.APPROVE_COMMISSIONER, Capability.ADMINISTER):
        return None
    return "Only commissioner approvers and the helpdesk can send registration links."


def with_provider(right: Grant, organisation: Organisation | None) -> Iterator[Wanted]:
    """For the provider's own staff: its groups to search, and what is in it to update."""
    if organisation and right.organisation_id == organisation.pk:
        yield from availability_of(organisation, groups_of(organisation))


def with_collaborative(right: Grant, organisation: Organisation | None) -> Iterator[Wanted]:
    """For approvers of the collaborative's members."""
    if organisation and CollaborativeMember.objects.filter(
        collaborative=right.collaborative_id, organisation=organisation
    ):
        yield Wanted(Capability.APPROVE_STANDARD, organisation)


def with_everything(right: Grant, organisation: Organisation | None) -> Iterator[Wanted]:
    """For anybody, but for the helpdesk itself: those accounts are the operators'."""
    yield from availability_of(organisation, ServiceGroup.objects.all())
    with_plans = list(ServiceGroup.objects.filter(open_to_plans=True))
    collaboratives = list(Collaborative.objects.select_related("service_group"))
    for group in with_plans:
        yield Wanted(Capability.PLANS_VIEW, group)
    for one in collaboratives:
        if one.service_group in with_plans:
            yield Wanted(Capability.PLANS_VIEW, one)
            yield Wanted(Capability.PLANS_EDIT, one)
    if organisation and organisation.kind.asks_as == AsksAs.PROVIDER:
        yield Wanted(Capability.APPROVE_STANDARD, organisation)
    for one in collaboratives:
        yield Wanted(Capability.APPROVE_COMMISSIONER, one)
    for region in Region.objects.exclude(code=OUTSIDE_ENGLAND):
        yield Wanted(Capability.APPROVE_REGIONAL, region)


def availability_of(
    organisation: Organisation | None, groups: Iterable[ServiceGroup]
) -> Iterator[Wanted]:
    for group in groups:
        yield Wanted(Capability.AVAILABILITY_VIEW, group)
    if organisation is None:
        return
    units = Unit.objects.filter(still_open(""), organisation=organisation)
    wards = Ward.objects.filter(still_open("", "unit__"), unit__organisation=organisation)
    yield Wanted(Capability.AVAILABILITY_EDIT, organisation)
    inside = [*units.select_related("organisation"), *wards.select_related("unit__organisation")]
    for place in sorted(inside, key=str):
        yield Wanted(Capability.AVAILABILITY_EDIT, place)


def groups_of(organisation: Organisation) -> QuerySet[ServiceGroup]:
    """The service groups in which the organisation has open wards."""
    wards = Ward.objects.filter(still_open("", "unit__"), unit__organisation=organisation)
    return ServiceGroup.objects.filter(pk__in=wards.values("service_type__group"))


# With which right → what it may offer somebody at an organisation (None: at none of the directory).
OFFERS: dict[str, Callable[[Grant, Organisation | None], Iterator[Wanted]]] = {
    Capability.APPROVE_STANDARD: with_provider,
    Capability.APPROVE_COMMISSIONER: with_collaborative,
    Capability.ADMINISTER: with_everything,
}


def offers(rights: Iterable[Grant], organisation: Organisation | None) -> dict[Wanted, Grant]:
    """All that these rights may offer there, each with the first right that it can rest on.

    A few queries for each right; nothing at an organisation that has closed.
    """
    found: dict[Wanted, Grant] = {}
    if organisation and not Organisation.objects.filter(still_open(""), pk=organisation.pk):
        return found
    for right in rights:
        for wanted in OFFERS[right.capability](right, organisation):
            found.setdefault(wanted, right)
    return found


def organisations_to_invite_to(user: User) -> QuerySet[Organisation]:
    """Where the person's approver rights let them invite somebody; the helpdesk's are not limited.

    1 query.
    """
    rights = rights_to_invite(user)
    return Organisation.objects.filter(
        still_open(""),
        Q(pk__in=rights.filter(organisation__isnull=False).values("organisation"))
        | Q(collaboratives__in=rights.filter(collaborative__isnull=False).values("collaborative")),
    ).distinct()


def with_the_rights_of(user: User) -> Q:
    """The condition that an invitation was sent with a right that the person holds, too.

    Of a provider that is single-level now, with the right of its approvers: what is offered there
    is the commissioner's to decide, and so are the invitations.
    """
    if holds(user, Capability.ADMINISTER):
        return Q()
    rights = rights_to_invite(user)
    return (
        Q(
            offered__authority__capability=Capability.APPROVE_STANDARD,
            offered__authority__organisation__in=rights.values("organisation"),
        )
        | Q(
            offered__authority__capability=Capability.APPROVE_COMMISSIONER,
            offered__authority__collaborative__in=rights.values("collaborative"),
        )
        | Q(
            offered__authority__capability=Capability.APPROVE_STANDARD,
            offered__authority__organisation__approval_level=ApprovalLevel.SINGLE,
            offered__authority__organisation__collaboratives__in=rights.values("collaborative"),
        )
    )
