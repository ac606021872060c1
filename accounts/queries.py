"""What a person may see and do: the one door that every list, count and check goes through."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.choices import APPROVER_CAPABILITIES, Capability, LinkPurpose, LinkState
from accounts.models import Grant, Link, Registration, Role, User
from accounts.models.links import hash_of
from accounts.models.people import PERSON
from organisations.models import Collaborative, CollaborativeMember, ServiceGroup, Unit, Ward
from organisations.queries import still_open

# For a role without a sentence of its own.
UNEXPLAINED = "Ask the helpdesk what this role is for."


@dataclass(frozen=True)
class Asker:
    """Stands for whoever asks, in statements that are written once; `person` is given later."""

    role_in_use: str
    pk: Any = PERSON
    is_authenticated: bool = True


def live_grants(user: Any) -> QuerySet[Grant]:
    """The grants that are in force for a person now; none for who is not signed in.

    Of who asks with one role in use, those of that role (CQRS-15).
    """
    if not user.is_authenticated:
        return Grant.objects.none()
    grants = Grant.objects.live().filter(person_id=user.pk)
    return grants.filter(capability=user.role_in_use) if user.role_in_use else grants


def holds(user: Any, *capabilities: str) -> bool:
    """Whether the person holds any of the capabilities, in any scope."""
    return user.is_authenticated and not user.capabilities.isdisjoint(capabilities)


def may_administer(user: Any) -> bool:
    """The helpdesk."""
    return holds(user, Capability.ADMINISTER)


def may_approve(user: Any) -> bool:
    """Whether the person decides anything at all."""
    return holds(user, *APPROVER_CAPABILITIES)


def groups_viewable_by(user: Any) -> QuerySet[ServiceGroup]:
    """The service groups in whose wards the person may search."""
    grants = live_grants(user).filter(capability=Capability.AVAILABILITY_VIEW)
    return ServiceGroup.objects.filter(pk__in=grants.values("service_group"))


def wards_viewable_by(user: Any) -> QuerySet[Ward]:
    """The open wards that the person may find, nationwide."""
    return open_wards().filter(service_type__group__in=groups_viewable_by(user))


def open_wards() -> QuerySet[Ward]:
    """Those that neither are closed nor lie in what is."""
    return Ward.objects.filter(still_open("", "unit__", "unit__organisation__"))


def wards_editable_by(user: Any) -> QuerySet[Ward]:
    """The open wards whose beds the person may change; a wider scope covers what lies in it."""
    return open_wards().filter(lies_in_edited(user))


def lies_in_edited(user: Any) -> Q:
    """The condition that a ward lies in what the person may edit."""
    grants = live_grants(user).filter(capability=Capability.AVAILABILITY_EDIT)
    return (
        Q(pk__in=grants.filter(ward__isnull=False).values("ward"))
        | Q(unit__in=grants.filter(unit__isnull=False).values("unit"))
        | Q(unit__organisation__in=grants.filter(organisation__isnull=False).values("organisation"))
    )


def units_editable_by(user: Any) -> QuerySet[Unit]:
    """The open units all of whose wards the person may change, and add to."""
    grants = live_grants(user).filter(capability=Capability.AVAILABILITY_EDIT)
    return Unit.objects.filter(
        Q(pk__in=grants.filter(unit__isnull=False).values("unit"))
        | Q(organisation__in=grants.filter(organisation__isnull=False).values("organisation")),
        still_open("", "organisation__"),
    )


def histories_readable_by(user: Any) -> QuerySet[Ward]:
    """The wards, closed ones too, whose whole history the person may read.

    That is who may change their beds, and who approves for the provider, for a collaborative that
    it is in for the ward's service group, or for the region of the unit (else of the provider).
    """
    grants = live_grants(user)
    provider, commissioner, regional = (
        grants.filter(capability=capability).values(scope)
        for capability, scope in (
            (Capability.APPROVE_STANDARD, "organisation"),
            (Capability.APPROVE_COMMISSIONER, "collaborative"),
            (Capability.APPROVE_REGIONAL, "region"),
        )
    )
    in_collaborative = CollaborativeMember.objects.filter(
        organisation=OuterRef("unit__organisation"),
        collaborative__in=commissioner,
        collaborative__service_group=OuterRef("service_type__group"),
    )
    return Ward.objects.filter(
        lies_in_edited(user)
        | Q(unit__organisation__in=provider)
        | Q(Exists(in_collaborative))
        | Q(unit__region__in=regional)
        | Q(unit__region__isnull=True, unit__organisation__region__in=regional),
        still_open("unit__", "unit__organisation__"),
    )


def planners_readable_by(user: Any) -> QuerySet[Collaborative]:
    """The collaboratives whose plans the person may read.

    That is of a whole service group (nationwide) or of one collaborative, who may change them, and
    who approves for the collaborative or its region.
    """
    grants = live_grants(user)

    def scopes(capability: str, scope: str) -> Any:
        return grants.filter(capability=capability, **{f"{scope}__isnull": False}).values(scope)

    return Collaborative.objects.filter(
        Q(service_group__in=scopes(Capability.PLANS_VIEW, "service_group"))
        | Q(pk__in=scopes(Capability.PLANS_VIEW, "collaborative"))
        | Q(pk__in=scopes(Capability.PLANS_EDIT, "collaborative"))
        | Q(pk__in=scopes(Capability.APPROVE_COMMISSIONER, "collaborative"))
        | Q(region__in=scopes(Capability.APPROVE_REGIONAL, "region")),
        service_group__open_to_plans=True,
    )


def planners_editable_by(user: Any) -> QuerySet[Collaborative]:
    """The collaboratives whose plans the person may change."""
    grants = live_grants(user).filter(capability=Capability.PLANS_EDIT)
    return Collaborative.objects.filter(
        pk__in=grants.values("collaborative"), service_group__open_to_plans=True
    )


def people_holding(stage: Any) -> QuerySet[User]:
    """The people who hold, now, exactly the right that a stage names."""
    grants = Grant.objects.live().filter(**stage.scope_columns)
    return User.objects.filter(pk__in=grants.values("person"))


def role_explanations() -> dict[str, str]:
    """The sentence for each capability, as the helpdesk words it (ERN-04). One query."""
    worded = dict(Role.objects.values_list("capability", "explanation"))
    return {value: worded.get(value, UNEXPLAINED) for value in Capability.values}


def mailed_link(*, purpose: LinkPurpose, token: str) -> Link | None:
    """The link that was mailed with that token. One query."""
    links = Link.objects.select_related("registration", "person")
    return links.filter(purpose=purpose, token_hash=hash_of(token)).first()


def is_registered_as(key: int | None, *, address: str) -> bool:
    """Whether the registration of that key waits for the address. One query; none without a key."""
    return key is not None and Registration.objects.filter(pk=key, address=address).exists()


def state_of(link: Link | None) -> LinkState:
    """What became of a mailed link."""
    if link is None:
        return LinkState.UNKNOWN
    if link.used_at:
        return LinkState.USED
    if link.superseded_at:
        return LinkState.SUPERSEDED
    return LinkState.EXPIRED if link.expires_at <= timezone.now() else LinkState.LIVE
