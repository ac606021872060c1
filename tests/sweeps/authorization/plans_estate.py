"""The plans of the estate: of the collaborative there, of its sibling, and of one elsewhere."""

from datetime import date
from typing import Any

from django.urls import reverse

from accounts.models.links import hash_of
from capacity_plans.models import CalendarAddress, Line, Version
from organisations.models import Ward
from tests.factories.organisations import CollaborativeFactory
from tests.factories.plans import assumption, change, decided, draft, line, plan
from tests.sweeps.authorization.estate import HUGE, Estate
from tests.sweeps.authorization.grid import columns_of
from tests.sweeps.authorization.plans_reach import DRAWN
from tests.sweeps.authorization.reach import DISABLED


def make_plans(estate: Estate) -> Estate:
    places, planner = estate.places, estate.people["plan editor"]
    elsewhere = CollaborativeFactory(
        name="Collaborative elsewhere", region=places.other_region, service_group=places.secure
    )
    ours, theirs = plan(places.collaborative), plan(places.other_collaborative)
    first = draft(ours)
    with_rows(first, places.asked)
    versions = {
        "approved": decided(first, by=planner),
        "draft": draft(ours),
        "scenario": draft(ours, number=None, name="Fewer referrals", status="scenario"),
        "sibling_approved": decided(draft(theirs), by=planner),
        "sibling_draft": draft(theirs),
        "elsewhere": decided(draft(plan(elsewhere)), by=planner),
    }
    keys = {at: version.pk for at, version in versions.items()}
    nowhere = {"missing": 999_999_999, "huge": HUGE}
    for kind in ("plan version", "own version", "own draft"):
        estate.objects[kind] = {**keys, **nowhere}
    make_rows(estate, versions)
    plans = {"own": ours, "sibling": theirs, "elsewhere": versions["elsewhere"].plan}
    estate.objects["plan"] = {at: one.pk for at, one in plans.items()} | nowhere
    estate.objects["own plan"] = estate.objects["plan"]
    estate.objects["collaborative to plan"] = {
        at: one.collaborative_id for at, one in plans.items()
    } | nowhere
    estate.objects["calendar of"] = {
        name: CalendarAddress.objects.create(
            person=somebody,
            token_hash=hash_of(name),
            collaborative=places.other_collaborative if name == DISABLED else places.collaborative,
        ).pk
        for name, somebody in estate.people.items()
    }
    their_address = {"other_person": estate.objects["calendar of"][DISABLED]}
    estate.objects["calendar address"] = their_address | nowhere
    estate.names["calendar address"] = {
        "own": "the address for Our collaborative",
        "other_person": "the address for Sibling collaborative",
    }
    # Lists name a version by its link.
    for kind in ("listed version", "version in force"):
        estate.names[kind] = {
            at: f'{reverse("plans:version", args=[key])}"'
            for at, key in keys.items()
            if at in columns_of(DRAWN[kind])
        }
    estate.objects["planning collaborative"] = estate.objects["collaborative to plan"]
    estate.names["ward of a plan"] = estate.names["ward"]
    return estate


def with_rows(version: Version, ward: Ward) -> Line:
    """A line with a change and an assumption."""
    made = line(version, ward, baseline=3, directory_figure=3, difference="Three are funded")
    change(made, date(2027, 5, 1))
    assumption(version, made)
    return made


def make_rows(estate: Estate, versions: dict[str, Version]) -> None:
    """A line of each version with a change and an assumption; the draft has a line more."""
    rows: dict[str, dict[str, Any]] = {"line": {}, "change": {}, "assumption": {}}
    for at in ("draft", "approved", "sibling_draft"):
        version = versions[at]
        first = version.lines.first() or with_rows(version, estate.places.asked)
        rows["line"][at] = (version.pk, first.pk)
        rows["change"][at] = (version.pk, first.changes.get().pk)
        rows["assumption"][at] = (version.pk, version.assumptions.get().pk)
    Line.objects.create(
        version=versions["draft"],
        position=2,
        planned_name="Next to it",
        service_type=estate.places.asked.service_type,
        sex="male",
        baseline=4,
    )
    draft_pk = versions["draft"].pk
    for kind, found in rows.items():
        found["elsewhere"] = (draft_pk, found["sibling_draft"][1])
        found |= {"missing": (draft_pk, 999_999_999), "huge": (draft_pk, HUGE)}
        estate.objects[f"{kind} to edit"] = found
    estate.names["ward to plan"] = {
        at: name
        for at, name in estate.names["ward"].items()
        if at in columns_of(DRAWN["ward to plan"])
    }
