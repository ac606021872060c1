"""Pages of plans at a nation's size, through the production server.

python -m cpms.local.testing -- python -m bench.plans

fills the empty database that it is given with COLLABORATIVES approved plans, one of them and a
draft of LINES lines and 36 months, prints a table of times, as multiples of the floor
(bench/floor.py), and a line of JSON; fails if a target is missed. Each request to the service
stands beside one to the floor, so that both meet the same machine.
"""

import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability, GrantOrigin
from accounts.models import AuthenticatorDevice, Grant, User
from approvals.choices import ItemStatus
from approvals.models import Item
from availability.models import WardTotals
from bench.serving import FLOOR, medians_of, queries_of, serving
from capacity_plans.choices import VersionStatus
from capacity_plans.figures import financial_year
from capacity_plans.life.deciding import PLAN_VERSION
from capacity_plans.models import Assumption, Change, Line, Plan, Version
from organisations.models import Collaborative, Region, ServiceGroup, ServiceType, Unit, Ward

COLLABORATIVES = int(os.environ.get("COLLABORATIVES", "60"))
LINES, LINES_OF_OTHERS, SEGMENTS = 60, 20, 8
DRAFT, KEPT = "plan page, 60 lines, 36 months", "the same, approved and kept"
OVERVIEW = "overview, 60 collaboratives"
# Multiples of the floor (design: performance), and the queries that each asks
TARGETS = {DRAFT: (60, 11), KEPT: (15, 8), OVERVIEW: (40, 8)}


def member(name: str) -> User:
    first, _, last = name.partition(".")
    user = User.objects.create_user(
        f"{name}@trust.example",
        None,
        first_name=first.title(),
        surname=last.title(),
        work_postcode="SL6 0PQ",
        terms_version=settings.TERMS_VERSION,
        communications=False,
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def grant(user: User, capability: str, **scope: Any) -> None:
    Grant.objects.create(person=user, capability=capability, origin=GrantOrigin.BOOTSTRAP, **scope)


def planner_of(collaborative: Collaborative) -> User:
    """Somebody who edits its plans, with the authenticator app that this needs."""
    paula = member("paula.planner")
    grant(paula, Capability.PLANS_EDIT, collaborative=collaborative)
    AuthenticatorDevice.objects.create(
        user=paula,
        confirmed=True,
        name=AuthenticatorDevice.label,
        sealed_secret=AuthenticatorDevice.new_secret(),
    )
    return paula


def wards_of(number: int, count: int, units: Sequence[Unit], types: Sequence[Any]) -> list[Ward]:
    """So many wards of SEGMENTS different kinds, each with 12 beds, two of which are closed."""
    wards = Ward.objects.bulk_create(
        Ward(
            unit=units[(number * count + at) % len(units)],
            name=f"Ward {number}-{at}",
            service_type=types[at % SEGMENTS // 2 % len(types)],
            sex=("male", "female")[at % 2],
            minimum_age=12,
            maximum_age=18,
            commissioned_beds=12,
            telephone="01632 960000",
        )
        for at in range(count)
    )
    WardTotals.objects.bulk_create(WardTotals(ward=ward, occupied=10, closed=2) for ward in wards)
    return wards


def fill_version(version: Version, wards: Sequence[Ward]) -> None:
    """A line for each ward, each with two changes; an assumption for each kind."""
    lines = Line.objects.bulk_create(
        Line(
            version=version,
            position=at,
            ward=ward,
            service_type=ward.service_type,
            sex=ward.sex,
            security_level=ward.security_level,
            directory_figure=12,
            baseline=12,
        )
        for at, ward in enumerate(wards)
    )
    Change.objects.bulk_create(
        Change(
            line=line,
            on=date(version.first_year + year, 5 + at % 7, 1 + at % 28),
            kind=("decrease", "increase")[year],
            number=1 + at % 3,
            reason="Business case agreed",
        )
        for at, line in enumerate(lines)
        for year in (0, 1)
    )
    kinds = {line.segment: line for line in lines}
    Assumption.objects.bulk_create(
        Assumption(
            version=version,
            service_type=line.service_type,
            sex=line.sex,
            security_level=line.security_level,
            admissions=100,
            length_of_stay=Decimal("41.5"),
            yearly_change=Decimal("1.5"),
            inside_flow=80,
        )
        for line in kinds.values()
    )


def approve(version: Version, by: User) -> None:
    collaborative = version.plan.collaborative
    version.item = Item.objects.create(
        kind=PLAN_VERSION,
        person=by,
        capability=Capability.PLANS_EDIT,
        collaborative=collaborative,
        routing_group=collaborative.service_group,
        status=ItemStatus.APPROVED,
    )
    version.status = VersionStatus.SUBMITTED
    version.save()
    version.status = VersionStatus.APPROVED
    version.save()


def fill() -> tuple[User, User, Version, Version]:
    """Who reads everything, who edits one plan, its draft, and its approved version."""
    group = ServiceGroup.objects.get(code="cypmhs")
    ServiceGroup.objects.filter(pk=group.pk).update(open_to_plans=True)
    types = list(ServiceType.objects.filter(group=group))
    units = list(Unit.objects.filter(closed_on=None, organisation__closed_on=None)[:200])
    regions = list(Region.objects.all()[:9])
    nell = member("nell.nation")
    grant(nell, Capability.PLANS_VIEW, service_group=group)
    Collaborative.objects.all().delete()
    year = financial_year(timezone.localdate())
    for number in range(COLLABORATIVES):
        collaborative = Collaborative.objects.create(
            name=f"Collaborative {number}",
            service_group=group,
            region=regions[number % len(regions)],
        )
        plan = Plan.objects.create(collaborative=collaborative)
        wards = wards_of(number, LINES_OF_OTHERS if number else LINES, units, types)
        versions = [Version.objects.create(plan=plan, number=1, first_year=year)]
        fill_version(versions[0], wards)
        if number == 0:
            paula = planner_of(collaborative)
        approve(versions[0], paula)
        if number == 0:
            approved = versions[0]
            draft = Version.objects.create(plan=plan, number=2, first_year=year)
            fill_version(draft, wards)
    return nell, paula, draft, approved


def measure() -> dict[str, dict[str, Any]]:
    nell, paula, draft, approved = fill()
    cases = {
        DRAFT: (paula, reverse("plans:version", args=[draft.pk]) + "?year=all"),
        KEPT: (nell, reverse("plans:version", args=[approved.pk]) + "?year=all"),
        "the same, one year": (nell, reverse("plans:version", args=[approved.pk])),
        OVERVIEW: (nell, reverse("plans:overview")),
        "to compare: a page with nothing": (nell, reverse("notifications")),
        "list of plans": (nell, reverse("plans:plans")),
        "against what is open": (
            nell,
            reverse("plans:live", args=[approved.plan.collaborative_id]),
        ),
    }
    results: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        floor = stack.enter_context(serving(*FLOOR))
        service = stack.enter_context(serving("cpms.wsgi"))
        for name, (who, path) in cases.items():
            client = Client(HTTP_HOST="127.0.0.1")
            client.force_login(who)
            cookie = f"sessionid={client.cookies['sessionid'].value}"
            ms, least = medians_of(service, floor, path, cookie)
            results[name] = {
                "ms": round(ms, 1),
                "floor_ms": round(least, 2),
                "floor": round(ms / least, 1),
                "queries": queries_of(client, path, big=(), rows=0)[0],
                "kib": round(len(client.get(path).content) / 1024),
            }
    return results


def missed(results: dict[str, dict[str, Any]]) -> list[str]:
    """Targets that were not reached, in words."""
    found = []
    for name, (floor, queries) in TARGETS.items():
        one = results[name]
        if one["floor"] > floor:
            found.append(f"{name}: {one['floor']} × floor, not {floor}")
        if one["queries"] > queries:
            found.append(f"{name}: {one['queries']} queries, not {queries}")
    return found


def main() -> int:
    logging.disable()
    call_command("migrate", verbosity=0)
    call_command("load_directory", stdout=StringIO())
    results = measure()
    print(f"{'':34}{'ms':>9}{'× floor':>9}{'queries':>9}{'KiB':>7}")
    for name, one in results.items():
        print(f"{name:34}{one['ms']:9}{one['floor']:9}{one['queries']:9}{one['kib']:7}")
    print(json.dumps(results))
    problems = missed(results)
    print("\n".join(problems) or "Every target is reached.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
