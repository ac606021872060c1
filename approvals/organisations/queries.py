"""What hangs on an organisation: shown before it is closed or merged, and moved when it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Grant
from approvals.choices import ItemStatus
from approvals.invitations.choices import InvitationStatus
from approvals.invitations.models import Invitation, OfferedAccess
from approvals.kinds import kind_of
from approvals.models import ACCESS, Item
from organisations.models import Collaborative, Organisation, Unit, Ward

# How many of each the preview names; the rest is counted.
MOST_NAMED = 50


def within(organisation: Organisation) -> Q:
    """The condition that a scope lies in the organisation."""
    return (
        Q(organisation=organisation)
        | Q(unit__organisation=organisation)
        | Q(ward__unit__organisation=organisation)
    )


def grants_within(organisation: Organisation) -> QuerySet[Grant]:
    """What people hold in the organisation, with whom and what: 1 query."""
    grants = Grant.objects.filter(within(organisation), revoked_at__isnull=True)
    return grants.select_related("person", *Grant.SCOPE_RELATIONS).order_by("person__email", "pk")


def waiting_items(organisation: Organisation) -> list[Item]:
    """What waits for a decision and ends when the organisation closes: 1 query."""
    near = within(organisation) | Q(request__organisation=organisation) | ~Q(kind=ACCESS)
    items = Item.objects.filter(near, status=ItemStatus.SUBMITTED)
    items = items.select_related("person", "request__organisation", *Item.SCOPE_RELATIONS)
    return [item for item in items.order_by("pk") if kind_of(item).provider(item) == organisation]


def pending_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations into the organisation, or that offer something in it: 1 query."""
    offers = OfferedAccess.objects.filter(within(organisation), invitation=OuterRef("pk"))
    pending = Invitation.objects.filter(status=InvitationStatus.PENDING)
    return pending.filter(Q(organisation=organisation) | Exists(offers)).order_by("pk")


def open_units(organisation: Organisation) -> QuerySet[Unit]:
    return Unit.objects.filter(not_yet_closed(), organisation=organisation)


def open_wards(organisation: Organisation) -> QuerySet[Ward]:
    return Ward.objects.filter(not_yet_closed(), unit__organisation=organisation)


def not_yet_closed() -> Q:
    return Q(closed_on__isnull=True) | Q(closed_on__gt=timezone.localdate())


def closed_with_something_left() -> QuerySet[Organisation]:
    """Organisations whose closing day has come and of which something is left to end: 1 query."""
    places = ("organisation", "unit__organisation", "ward__unit__organisation")
    nowhere = {f"{place}__isnull": True for place in ("organisation", "unit", "ward")}
    grants = Grant.objects.filter(revoked_at__isnull=True)
    items = Item.objects.filter(status=ItemStatus.SUBMITTED)
    ways: list[tuple[QuerySet[Any], str]] = [
        (Unit.objects.filter(not_yet_closed()), "organisation"),
        (Ward.objects.filter(not_yet_closed()), "unit__organisation"),
        (Invitation.objects.filter(status=InvitationStatus.PENDING), "organisation"),
        (items.filter(**nowhere), "request__organisation"),
        *((grants, place) for place in places),
        *((items, place) for place in places),
    ]
    today = timezone.localdate()
    left = [
        rows.order_by().filter(**{f"{path}__closed_on__lte": today}).values_list(path)
        for rows, path in ways
    ]
    return Organisation.objects.filter(pk__in=left[0].union(*left[1:])).order_by("pk")


@dataclass(frozen=True)
class Part:
    """One line of the preview: how many, what becomes of them, and the first of them by name."""

    what: str
    number: int
    becomes: str
    names: list[str]

    @property
    def more(self) -> int:
        return self.number - len(self.names)


def part(what: str, becomes: str, names: Iterable[str]) -> Part:
    every = list(names)
    return Part(what, len(every), becomes, every[:MOST_NAMED])


def what_closing_does(organisation: Organisation) -> list[Part]:
    """What follows when it closes: 8 queries."""
    members = Collaborative.objects.filter(members=organisation).order_by("name")
    led = Collaborative.objects.filter(lead=organisation).order_by("name")
    return [
        part("Units", "close on that day", (str(one.name) for one in open_units(organisation))),
        part("Wards", "close on that day; their beds' history stays", wards_of(organisation)),
        part("Access of people", "ends; they are told", map(str, grants_within(organisation))),
        part(
            "Requests that wait for a decision",
            "end; who asked is told why",
            map(str, waiting_items(organisation)),
        ),
        part(
            "Invitations that nobody has accepted yet",
            "are withdrawn",
            map(str, pending_invitations(organisation)),
        ),
        part("Memberships of collaboratives", "stay, as history", map(str, members)),
        part("Collaboratives that it leads", "need another lead: choose it there", map(str, led)),
    ]


def what_merging_does(organisation: Organisation, successor: Organisation) -> list[Part]:
    """What follows when it becomes a part of the successor: 8 queries."""
    units = Unit.objects.filter(organisation=organisation)
    grants = grants_within(organisation)
    members = Collaborative.objects.filter(members=organisation).order_by("name")
    led = Collaborative.objects.filter(lead=organisation).order_by("name")
    return [
        part("Units", f"become units of {successor}", (str(unit.name) for unit in units)),
        part(
            "Wards", "stay in their units, with the history of their beds", wards_of(organisation)
        ),
        part(
            "Access to the whole organisation",
            f"becomes the same access to {successor}; people are told",
            (str(grant) for grant in grants if grant.organisation_id),
        ),
        part(
            "Access to a unit or a ward",
            "stays as it is",
            (str(grant) for grant in grants if not grant.organisation_id),
        ),
        part(
            "Requests that wait for a decision",
            f"are about {successor} from then on, and go to who decides there",
            map(str, waiting_items(organisation)),
        ),
        part(
            "Invitations that nobody has accepted yet",
            f"are invitations to {successor}",
            map(str, pending_invitations(organisation)),
        ),
        part("Memberships of collaboratives", f"are copied to {successor}", map(str, members)),
        part("Collaboratives that it leads", f"are led by {successor}", map(str, led)),
    ]


def wards_of(organisation: Organisation) -> list[str]:
    wards = open_wards(organisation).select_related("unit")
    return [f"{ward.unit.name}: {ward.name}" for ward in wards]
