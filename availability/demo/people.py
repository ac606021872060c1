"""The people of the demonstration and what each may do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models.functions import Now

from accounts.choices import AccountKind, Capability, GrantOrigin
from accounts.demo.second_factor import give_authenticators
from accounts.models import Grant, User
from accounts.second_factor.queries import needs_second_factor
from availability.demo.requests import REQUESTS
from availability.demo.wards import (
    EXAMPLE_UNIT,
    EXAMPLE_WARD,
    MULTI_LEVEL_SITE,
    WARDS,
)
from organisations.models import Collaborative, Organisation, Region, ServiceGroup, Unit, Ward

DOMAIN = "demo.example"
GUEST_DAYS = 7
# Longer than a quarter: who came during it is not asked about in its review.
THERE_FOR = timedelta(days=200)
JOB_TITLE = "Demonstration account"
PLANNED = "Greater Manchester Adult Secure"


@dataclass(frozen=True)
class DemoPerson:
    """Somebody invented, who can log in."""

    name: str
    first_name: str
    surname: str
    postcode: str
    may: str
    kind: AccountKind = AccountKind.PERSONAL

    @property
    def email(self) -> str:
        return f"{self.name}@{DOMAIN}"


PEOPLE = (
    DemoPerson("searcher", "Asha", "Patel", "SL6 0PQ", "search for beds (CYPMHS)"),
    DemoPerson(
        "ward", "Owen", "Hughes", "SL6 0PQ", f"search, and record the beds of {EXAMPLE_WARD}"
    ),
    DemoPerson(
        "provider.approver",
        "Grace",
        "Adeyemi",
        "SL6 0PQ",
        "search, and decide for The Huntercombe Group",
    ),
    DemoPerson(
        "trust.approver",
        "Nadia",
        "Rahimi",
        "CH2 1BQ",
        "search, and decide for Cheshire and Wirral Partnership",
    ),
    DemoPerson(
        "commissioner",
        "Daniel",
        "Fraser",
        "OX3 7JX",
        "search, and decide for every collaborative, on plans too",
    ),
    DemoPerson(
        "region", "Helen", "Marsh", "SE5 8AZ", "search, read plans, and decide for every region"
    ),
    DemoPerson(
        "national", "Tariq", "Mahmood", "LS2 9LN", "search in every service, read every plan"
    ),
    DemoPerson("planner", "Ruth", "Kendall", "M25 3BL", f"search, and edit plans of {PLANNED}"),
    DemoPerson("helpdesk", "Lucy", "Bennett", "NE3 3XT", "help everybody, through the admin"),
    DemoPerson(
        "helpdesk.two", "Amir", "Rahman", "NE3 3XT", "confirm what another of the helpdesk asks for"
    ),
    DemoPerson("guest", "Sam", "Okafor", "B4 6NH", f"search (CYPMHS), for {GUEST_DAYS} days"),
    DemoPerson(
        "shared",
        "Bed management",
        "Team",
        "SL6 0PQ",
        "search (CYPMHS), as an account that a team shares",
        AccountKind.GENERIC,
    ),
)
CYPMHS_SEARCHERS = (
    "searcher",
    "ward",
    "provider.approver",
    "trust.approver",
    "commissioner",
    "region",
    "shared",
)
# Whoever keeps the wards that nobody above keeps; no password, so nobody can log in as it.
STAFF = DemoPerson("ward.staff", "Ward", "Staff", "SL6 0PQ", "record beds")
# Whoever asks for access; without a password either.
APPLICANTS = tuple(
    DemoPerson(one.name, one.first_name, one.surname, "SL6 0PQ", "nothing yet") for one in REQUESTS
)
JOBS = {one.name: one.job_title for one in REQUESTS}


def make_people(password: str, now: datetime) -> dict[str, User]:
    """The accounts with verified addresses and their grants, by the name before the @."""
    same_hash = make_password(password)
    since = {STAFF.name: now, "guest": now}
    people = User.objects.bulk_create(
        User(
            email=person.email,
            password=same_hash if person in PEOPLE else make_password(None),
            first_name=person.first_name,
            surname=person.surname,
            kind=person.kind,
            job_title=JOBS.get(person.name, JOB_TITLE),
            work_postcode=person.postcode,
            terms_version=settings.TERMS_VERSION,
            communications=False,
        )
        for person in (*PEOPLE, STAFF, *APPLICANTS)
    )
    long_there = [person.email for person in PEOPLE if person.name not in since]
    User.objects.filter(email__in=long_there).update(joined_at=now - THERE_FOR)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people
    )
    by_name = {user.email.partition("@")[0]: user for user in people}
    Grant.objects.bulk_create(
        Grant(
            person=by_name[name],
            capability=capability,
            origin=GrantOrigin.BOOTSTRAP,
            valid_from=since.get(name, now - THERE_FOR),
            **rest,
        )
        for name, capability, rest in rights(now)
    )
    give_authenticators(person for person in people if needs_second_factor(person))
    return by_name


def rights(now: datetime) -> Iterator[tuple[str, Capability, dict[str, Any]]]:
    """Who may do what, where: name, capability, scope and end."""
    groups = {group.code: group for group in ServiceGroup.objects.all()}
    cypmhs = {"service_group": groups["cypmhs"]}
    for name in CYPMHS_SEARCHERS:
        yield name, Capability.AVAILABILITY_VIEW, cypmhs
    guest_until = now + timedelta(days=GUEST_DAYS)
    yield "guest", Capability.AVAILABILITY_VIEW, cypmhs | {"valid_until": guest_until}
    for group in groups.values():
        yield "national", Capability.AVAILABILITY_VIEW, {"service_group": group}
        if group.open_to_plans:
            yield "national", Capability.PLANS_VIEW, {"service_group": group}
    planned = Collaborative.objects.select_related("service_group").get(name=PLANNED)
    yield "planner", Capability.AVAILABILITY_VIEW, {"service_group": planned.service_group}
    yield "planner", Capability.PLANS_EDIT, {"collaborative": planned}
    example = Ward.objects.select_related("unit__organisation").get(
        unit__ods_code=EXAMPLE_UNIT, name=EXAMPLE_WARD
    )
    yield "ward", Capability.AVAILABILITY_EDIT, {"ward": example}
    provider = example.unit.organisation
    yield "provider.approver", Capability.APPROVE_STANDARD, {"organisation": provider}
    multi_level = Organisation.objects.get(units__ods_code=MULTI_LEVEL_SITE)
    yield "trust.approver", Capability.APPROVE_STANDARD, {"organisation": multi_level}
    for collaborative in Collaborative.objects.all():
        yield "commissioner", Capability.APPROVE_COMMISSIONER, {"collaborative": collaborative}
    for region in Region.objects.all():
        yield "region", Capability.APPROVE_REGIONAL, {"region": region}
    for name in ("helpdesk", "helpdesk.two"):
        yield name, Capability.ADMINISTER, {}
    sites = Unit.objects.filter(ods_code__in={ward.site for ward in WARDS})
    for organisation in Organisation.objects.filter(units__in=sites).distinct():
        yield STAFF.name, Capability.AVAILABILITY_EDIT, {"organisation": organisation}


def set_password(password: str) -> None:
    """Give everybody who can log in this password, for when the old one is lost."""
    emails = [person.email for person in PEOPLE]
    User.objects.filter(email__in=emails).update(
        password=make_password(password), password_changed_at=Now(), password_reminder=None
    )
