"""Reads of other people's accounts: the users list, a person's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.choices import APPROVER_CAPABILITIES, Capability
from accounts.looks.words import HELPDESK
from accounts.models import Disabling, Grant, User
from accounts.plain import plain
from accounts.queries import live_grants
from approvals.invitations.models import Invitation
from approvals.mine.queries import origin_of, right_of
from approvals.models import AccessRequest
from approvals.people.reach import Reach, with_predecessors, works_at
from approvals.people.rules import HELD_OR_KEPT, held_or_kept
from approvals.people.status import COLOURS, Status, with_status
from organisations.models import Organisation

MOST_WORDS = 5
IN_ORDER = ("surname", "first_name", "pk")


def people_of(user: User) -> QuerySet[User]:
    """Whom an approver sees, each with `status`: the one door to other people's accounts.

    1 query, at once, for who is locked out.
    """
    return with_status(Reach(user).people)


@dataclass(frozen=True)
class Filters:
    """What the users list is narrowed to; nothing of it: not narrowed."""

    text: str = ""
    organisation: str = ""
    status: str = ""
    role: str = ""


def organisations_named(user: User, text: str) -> QuerySet[Organisation]:
    """Of those that the person approves for."""
    named = Q(name__icontains=text) | Q(ods_code__iexact=text)
    return Reach(user).organisations.filter(named)


def filtered(user: User, filters: Filters) -> QuerySet[User]:
    """The people that a list or a file shows, in no order."""
    people = people_of(user)
    # Each word is a part of one of the names, accents or not, or of the address.
    for word in plain(filters.text).split()[:MOST_WORDS]:
        people = people.filter(
            Q(first_name__plain__icontains=word)
            | Q(surname__plain__icontains=word)
            | Q(email__icontains=word)
        )
    if filters.organisation:
        named = organisations_named(user, filters.organisation).values_list("pk", flat=True)
        people = people.filter(pk__in=Reach(user).tied_to(with_predecessors(named)))
    if filters.role:
        held = Grant.objects.live().filter(capability=filters.role)
        people = people.filter(pk__in=held.values("person"))
    if filters.status:
        people = people.filter(status=filters.status)  # type: ignore[misc]
    return people


@dataclass(frozen=True)
class Row:
    """A person as the list and the file show them."""

    person: User
    organisation: str
    status: str
    colour: str
    roles: str


def rows_of(people: QuerySet[User]) -> list[Row]:
    """These people, in their order: 5 queries, however many."""
    found: list[Any] = list(people.annotate(works_at_id=works_at()))
    organisations = Organisation.objects.in_bulk({person.works_at_id for person in found} - {None})
    keys = [person.pk for person in found]
    latest = {
        request.person_id: request.from_where
        for request in AccessRequest.objects.filter(person__in=keys, organisation__isnull=True)
        .prefetch_related("regions")
        .order_by("submitted_at", "pk")
    }
    held: dict[int, list[Grant]] = {}
    grants = Grant.objects.filter(HELD_OR_KEPT, person__in=keys).order_by("pk")
    for grant in grants.select_related("collaborative", "region"):
        held.setdefault(grant.person_id, []).append(grant)
    return [
        Row(
            person=person,
            organisation=place_of(
                organisations.get(person.works_at_id), latest.get(person.pk), held.get(person.pk)
            ),
            status=Status(person.status).label,
            colour=COLOURS[person.status],
            roles=roles_in_words(held.get(person.pk, [])),
        )
        for person in found
    ]


def place_of(
    organisation: Organisation | None, request: str | None, held: list[Grant] | None
) -> str:
    """Where a person works, in words."""
    if organisation:
        return organisation.name
    places = [str(one.collaborative or one.region or "") for one in held or ()]
    return request or next(filter(None, places), "")


def roles_in_words(held: Iterable[Grant]) -> str:
    """E.g. 'Availability viewer, Plan editor'."""
    capabilities = {grant.capability for grant in held}
    return ", ".join(one.label for one in Capability if one in capabilities)


@dataclass(frozen=True)
class Access:
    """What a person holds, or keeps while the account is disabled, and who approved it."""

    grant: Grant
    given: str


def access_of(person: User) -> list[Access]:
    """1 query."""
    authorities = [
        f"{path}__authority__{relation}"
        for path in ("decision", "offered_access")
        for relation in Grant.SCOPE_RELATIONS
    ]
    grants = held_or_kept(person).select_related(*Grant.SCOPE_RELATIONS, *authorities)
    return [Access(grant, origin_of(grant)) for grant in grants.order_by("capability", "pk")]


def invitations_of(person: User) -> QuerySet[Invitation]:
    """Those that the person accepted: 2 queries."""
    invitations = Invitation.objects.filter(person=person).select_related("organisation")
    authorities = (f"offered__authority__{relation}" for relation in Grant.SCOPE_RELATIONS)
    return invitations.prefetch_related("offered", *authorities).order_by("-pk")


def disabling_of(person: User) -> Disabling | None:
    """Why, when and by whom the account is disabled."""
    in_force = Disabling.objects.filter(person=person, enabled_at__isnull=True)
    return in_force.select_related("by").first()


def role_towards(user: User, person: User) -> str:
    """As what somebody sees the person, e.g. 'Provider approver, The Huntercombe Group'."""
    for capability in APPROVER_CAPABILITIES:
        if Reach(user, [capability]).people.filter(pk=person.pk).exists():
            rights = live_grants(user).filter(capability=capability)
            right = rights.select_related(*Grant.SCOPE_RELATIONS).first()
            if capability == Capability.ADMINISTER or right is None:
                return HELPDESK
            return right_of(right)
    return ""
