"""Writes: a person's own details and preferences, and which accounts are shared."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.choices import AccountKind, Capability
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from organisations.models import ServiceGroup


@transaction.atomic
def change_details(*, by: User, **details: str) -> list[str]:
    """Change one's own details (CQRS-13); gives the names of the fields that changed."""
    return change_fields(by, "person.details_changed", details)


@transaction.atomic
def change_preferences(
    *,
    by: User,
    professional_role: str,
    other_role: str,
    groups_of_interest: Iterable[ServiceGroup],
) -> list[str]:
    """Change one's own preferences (ERN-06); gives the names of those that changed."""
    groups = {group.pk for group in groups_of_interest}
    person = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    chosen = set(person.groups_of_interest.values_list("pk", flat=True))
    person.groups_of_interest.set(groups)
    return change_fields(
        by,
        "person.preferences_changed",
        {"professional_role": professional_role, "other_role": other_role},
        also=[] if groups == chosen else ["groups_of_interest"],
    )


def change_fields(
    by: User, event: str, values: dict[str, str], *, also: Iterable[str] = ()
) -> list[str]:
    """Save what differs from what stands, and record which fields that were; never the values."""
    person = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, values[name])
    if changed:
        person.save(update_fields=changed)
    fields = sorted([*changed, *also])
    if fields:
        audit.record(event, by=by, target=person, subject=person, fields=fields)
    return fields


@transaction.atomic
def set_kind(*, person: User, kind: AccountKind, by: User) -> None:
    """Make an account a shared one, or a person's own again (CT-05).

    Raises DomainError if a shared account would hold more than search, Conflict if it is of that
    kind already.
    """
    # The whole lock: whoever is giving a grant to the account holds the key's, and goes first.
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.kind == kind:
        raise Conflict(f"This account is {AccountKind(kind).label.lower()} already.")
    more: Any = person.grants.filter(revoked_at__isnull=True).exclude(
        capability=Capability.AVAILABILITY_VIEW
    )
    if kind == AccountKind.GENERIC and more.exists():
        held = ", ".join(sorted({grant.get_capability_display() for grant in more}))
        raise DomainError(
            f"A shared account can only search for beds. First revoke what it holds: {held}."
        )
    person.kind = kind
    person.save(update_fields=["kind"])
    audit.record("person.kind_changed", by=by, target=person, subject=person, kind=kind)
