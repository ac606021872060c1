"""What the rows of a list say: whom to invite, or what is wrong with which row."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms

from accounts.choices import Capability
from accounts.fields import AddressField
from approvals.coverage import Wanted
from approvals.invitations.forms import TheirName, without_what_is_covered
from approvals.invitations.inviter import Inviter
from approvals.invitations.models import Invitation
from approvals.invitations.services import Invited
from core.uploads import Row, plain
from organisations.closing import is_closed
from organisations.models import Organisation

ROLES = {re.sub(r"[^a-z]", "", one.label.lower()): one for one in Capability}


class RowForm(forms.Form):
    """The cells that are typed."""

    address = AddressField(error_messages={"required": "There is no email address"})
    first_name = TheirName(what="first name")
    surname = TheirName(what="surname")


@dataclass
class Bad:
    """A row that nobody can be invited by, and why."""

    number: int
    who: str
    reasons: list[str]


@dataclass
class Read:
    """A list, read: if there is a bad row, nobody of it is invited."""

    invited: list[Invited] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)


@dataclass
class Person:
    """What the rows of one address say so far."""

    first_row: int
    first_name: str
    surname: str
    organisation: Organisation | None
    wanted: list[Wanted]


def read_list(rows: Iterable[Row], inviter: Inviter) -> Read:
    """The rows as invitations; several rows of one address are one, with all their roles.

    The queries grow with the organisations that are named, not with the rows.
    """
    rows = [(number, cells) for number, cells in rows]
    found = Read()
    organisations = organisations_of(rows)
    people: dict[str, Person] = {}
    typed = {cells[0].lower() for _, cells in rows}
    pending = set(
        Invitation.objects.pending()
        .filter(address__in=typed)
        .values_list("address", "organisation")
    )
    scopes = Scopes(inviter)
    for number, cells in rows:
        form = RowForm(dict(zip(("address", "first_name", "surname"), cells[:3], strict=True)))
        reasons = [str(error) for errors in form.errors.values() for error in errors]
        organisation, wanted = None, None
        try:
            organisation = organisation_named(cells[3], organisations)
            wanted = scopes.wanted_by(cells[4], cells[5], organisation)
        except ValueError as wrong:
            reasons.append(str(wrong))
        address = form.cleaned_data.get("address", "")
        if (address, organisation and organisation.pk) in pending:
            reasons.append("This person has been invited already")
        if not reasons and wanted:
            reasons = merge(people, number, form.cleaned_data, organisation, wanted)
        if reasons:
            found.bad.append(Bad(number, cells[0] or " ".join(cells[1:3]), reasons))
    found.invited = [
        Invited(
            address,
            one.first_name,
            one.surname,
            one.organisation,
            tuple(without_what_is_covered(one.wanted)),
        )
        for address, one in people.items()
    ]
    return found


def merge(
    people: dict[str, Person],
    number: int,
    names: dict[str, str],
    organisation: Organisation | None,
    wanted: Wanted,
) -> list[str]:
    """Add a row to what its address has so far; why it cannot be, if it cannot."""
    new = Person(number, names["first_name"], names["surname"], organisation, [])
    one = people.setdefault(names["address"], new)
    if (one.first_name, one.surname) != (new.first_name, new.surname):
        return [f"Row {one.first_row} has another name for this email address"]
    if one.organisation != organisation:
        return [f"Row {one.first_row} has another organisation for this email address"]
    if wanted in one.wanted:
        return [f"Row {one.first_row} or a later one says the same"]
    one.wanted.append(wanted)
    return []


def organisations_of(rows: Iterable[Row]) -> dict[str, Organisation]:
    """The organisations that the rows name, by their ODS codes: 1 query."""
    codes = {cells[3].upper() for _, cells in rows if cells[3]}
    named = Organisation.objects.filter(ods_code__in=codes).select_related("kind")
    return {one.ods_code: one for one in named}


def organisation_named(code: str, known: dict[str, Organisation]) -> Organisation | None:
    """ValueError if there is none of that code, or it has closed."""
    if not code:
        return None
    organisation = known.get(code.upper())
    if organisation is None:
        raise ValueError(f"No organisation has the ODS code “{code}”")
    if is_closed(organisation):
        raise ValueError(f"{organisation} has closed")
    return organisation


class Scopes:
    """What rows offer, out of what the inviter may; the same cells are looked at once."""

    def __init__(self, inviter: Inviter) -> None:
        self.inviter = inviter
        self._known: dict[tuple[str, str, Organisation | None], Wanted | str] = {}

    def wanted_by(self, role: str, scope: str, organisation: Organisation | None) -> Wanted:
        """What the cells offer; ValueError with the reason if that is nothing."""
        key = role, scope, organisation
        if key not in self._known:
            try:
                self._known[key] = self._find(*key)
            except ValueError as wrong:
                self._known[key] = str(wrong)
        found = self._known[key]
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def _find(self, role: str, scope: str, organisation: Organisation | None) -> Wanted:
        """Without a scope it is the organisation, where the role has one, or the only one."""
        capability = ROLES.get(re.sub(r"[^a-z]", "", role.lower()))
        if capability is None:
            names = ", ".join(one.label for one in Capability if one != Capability.ADMINISTER)
            raise ValueError(f"“{role}” is no role. These are: {names}" if role else "No role")
        offered = self.inviter.offers(organisation)
        possible = [one for one in offered if one.capability == capability]
        if not possible:
            where = f" at {organisation}" if organisation else " without an organisation"
            raise ValueError(f"You cannot invite anybody as {capability.label}{where}")
        if scope:
            named = [one for one in possible if is_named(one, scope)]
        else:
            named = [one for one in possible if one.scope == organisation] or possible
        if len(named) == 1:
            return named[0]
        if not named:
            raise ValueError(f"“{scope}” is nothing that you can offer as {capability.label}")
        some = "; ".join(str(one.scope) for one in named[:5])
        raise ValueError(f"Name one in the last column: {some}{' …' if len(named) > 5 else ''}")


def is_named(wanted: Wanted, scope: str) -> bool:
    """Whether the text names the scope: by its code, or its name with or without brackets."""
    names = [str(wanted.scope), getattr(wanted.scope, "name", "")]
    names += [name.partition(" (")[0] for name in names]
    names += [re.sub(r".*\((.*)\)$", r"\1", name) for name in names]
    names += [getattr(wanted.scope, code, "") for code in ("code", "ods_code")]
    return plain(scope) in {plain(name) for name in names if name}
