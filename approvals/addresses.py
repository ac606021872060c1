"""A person's address beside those of colleagues (CT-03)."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import Grant, User
from approvals.choices import ItemStatus
from approvals.invitations.choices import InvitationStatus
from approvals.invitations.models import Invitation
from approvals.models import Item
from organisations.models import Organisation

PERSONAL_MAIL = frozenset(
    (
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.uk",
        "live.com",
        "live.co.uk",
        "msn.com",
        "yahoo.com",
        "yahoo.co.uk",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "btinternet.com",
        "sky.com",
        "virginmedia.com",
        "talktalk.net",
        "ntlworld.com",
        "protonmail.com",
        "proton.me",
        "gmx.com",
        "gmx.co.uk",
        "mail.com",
        "zoho.com",
    )
)
# How alike two domains are of which one may be the other with a typing mistake.
ALIKE = 0.85
MOST_NAMED = 3

Addresses = dict[int, str]


@dataclass(frozen=True)
class Compared:
    """What the comparison says, and what it warns of."""

    words: str
    warnings: tuple[str, ...] = ()


def addresses_at(organisations: Collection[Organisation]) -> dict[int, Addresses]:
    """By organisation, the addresses of the people who have access there, by person: 1 query."""
    keys = {organisation.pk for organisation in organisations}
    if not keys:
        return {}
    approved = (
        Item.objects.filter(
            status=ItemStatus.APPROVED, request__organisation__in=keys, person__is_active=True
        )
        .order_by()
        .values_list("request__organisation", "person", "person__email")
    )
    invited = Invitation.objects.filter(
        status=InvitationStatus.ACCEPTED, organisation__in=keys, person__is_active=True
    ).values_list("organisation", "person", "person__email")
    granted = (
        Grant.objects.live()
        .filter(
            Q(organisation__in=keys)
            | Q(unit__organisation__in=keys)
            | Q(ward__unit__organisation__in=keys)
        )
        .annotate(
            at=Coalesce(F("organisation"), F("unit__organisation"), F("ward__unit__organisation"))
        )
        .values_list("at", "person", "person__email")
    )
    found: dict[int, Addresses] = defaultdict(dict)
    for at, person, address in approved.union(invited, granted):
        found[at][person] = address
    return dict(found)


def compare(person: User, organisation: Organisation | None, at: dict[int, Addresses]) -> Compared:
    """The person's domain beside those of colleagues; `at` is what `addresses_at` gives."""
    own = domain_of(person.email)
    warnings = []
    if own in PERSONAL_MAIL:
        warnings.append(f"@{own} is for personal addresses, which belong to no organisation.")
    if organisation is None:
        words = "No organisation of the directory is named, so there is nobody to compare with."
        return Compared(words, tuple(warnings))
    colleagues = {key: one for key, one in at.get(organisation.pk, {}).items() if key != person.pk}
    domains = Counter(domain_of(address) for address in colleagues.values())
    total = len(colleagues)
    if not total:
        words = "Nobody else from there has access yet, so there is nobody to compare with."
    elif domains[own]:
        words = f"{domains[own]} of {total} colleague{plural(total)} with access "
        words += f"use{'s' if domains[own] == 1 else ''} @{own}."
    else:
        named = ", ".join(f"@{one} ({many})" for one, many in domains.most_common(MOST_NAMED))
        words = f"Of {total} colleague{plural(total)} with access nobody uses @{own}: {named}."
        warnings.append(f"Nobody else there uses @{own}.")
    # That one colleague got in with a mistyped domain makes it no better.
    usual = [one for one, many in domains.items() if one != own and many >= domains[own]]
    warnings += [
        f"It is nearly @{one}: look for a typing mistake."
        for one in get_close_matches(own, usual, n=1, cutoff=ALIKE)
    ]
    return Compared(words, tuple(warnings))


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def plural(number: int) -> str:
    return "" if number == 1 else "s"
