"""What is sent to each page: such that whoever may send it changes something by it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core import signing
from django.utils.timezone import localdate

from accounts.models import Grant
from availability.models import Bed, BedEntry, SessionEntry, SessionPattern
from availability.queries import current_entries
from availability.upkeep.details import details_of
from availability.upkeep.ward_forms import SALT
from organisations.models import Organisation, ServiceType, Ward
from tests.factories.accounts import PASSWORD
from tests.factories.approvals import YES_ON_PAGE
from tests.sweeps.authorization.addresses import address_of
from tests.sweeps.authorization.asker import Asker
from tests.sweeps.authorization.estate import Estate
from tests.sweeps.authorization.lines import Page
from tests.sweeps.authorization.plans_payloads import EDITING
from tests.sweeps.forms import read

Payload = dict[str, Any]


def seen_of(beds: Any) -> int:
    return max((entry.pk for entry in current_entries(beds)), default=0)


def bed_seen(estate: Estate, place: str) -> int:
    newest = BedEntry.objects.filter(bed=estate.objects["bed"][place]) if place != "huge" else None
    return newest.latest("starts_at").pk if newest else 0


def seen_in(estate: Estate, place: str) -> list[int]:
    if place == "huge":
        return []
    beds = Bed.objects.filter(ward=estate.objects["ward"][place])
    return [entry.pk for entry in current_entries(beds)]


def details_sent(estate: Estate, **changes: Any) -> Payload:
    """The details of a ward as its form sends them."""
    return {
        "service_type": ServiceType.objects.get(code="cyp-eating-disorders").pk,
        "sex": "mixed",
        "minimum_age": "12",
        "maximum_age": "18",
        "security_level": "0",
        "commissioned_beds": "12",
        "telephone": "01632 960101",
        "step": "save",
        **changes,
    }


def details_shown(estate: Estate, place: str) -> Payload:
    ward = Ward.objects.filter(pk=min(estate.objects["ward"][place], 2**62)).first()
    if ward is None:
        return details_sent(estate, name="Nowhere")
    more = {"sessions_a_day": "4"} if ward.kind == "sessional" else {}
    shown = signing.dumps(details_of(ward), salt=SALT)
    return details_sent(estate, name="Ward-new-name", shown_then=shown, **more)


def session_seen(estate: Estate, place: str) -> int:
    return newest_of(session=estate.objects["session of a ward"][place]) if place != "huge" else 0


def sessions_seen(estate: Estate, place: str) -> int:
    ward = estate.objects["sessional ward"][place]
    return newest_of(session__ward=ward) if place != "huge" else 0


def newest_of(**of: int) -> int:
    newest = SessionEntry.objects.filter(**of).order_by("-pk").first()
    return newest.pk if newest else 0


def a_week(estate: Estate, place: str) -> Payload:
    starts, ward = localdate() + timedelta(days=30), estate.objects["sessional ward"][place]
    newest = SessionPattern.objects.filter(ward=ward).last() if place != "huge" else None
    parts = {f"starts_on_{part}": getattr(starts, part) for part in ("day", "month", "year")}
    return {"seen_pattern": newest.pk if newest else 0, "minutes": 60, "monday": "9:00", **parts}


PAYLOADS: dict[str, Callable[[Estate, str], Payload]] = {
    "onboarding:register_step": lambda estate, place: {
        "first_name": "Zoë",
        "surname": "New",
        "email": "zoe.new@trust.example",
    },
    "onboarding:register_summary": lambda estate, place: {"confirmed": "on"},
    "onboarding:register_change_address": lambda estate, place: {"address": "z@trust.example"},
    "new_link": lambda estate, place: {"address": "somebody.new@trust.example"},
    "account_login": lambda estate, place: {
        "login": estate.people["viewer"].email,
        "password": PASSWORD,
    },
    "account_reset_password": lambda estate, place: {"email": estate.people["viewer"].email},
    "change_password": lambda estate, place: {
        "current": PASSWORD,
        "password1": "Staple-Battery-8",
        "password2": "Staple-Battery-8",
    },
    "account_reauthenticate": lambda estate, place: {"proof": PASSWORD},
    "notifications_read": lambda estate, place: {"up_to": 2**62},
    "second_factor_set_up": lambda estate, place: {"method": "email"},
    "admin:accounts_secondfactorreset_ask": lambda estate, place: {"note": "Called back"},
    "admin:approvals_item_reroute": lambda estate, place: {"to": "administer-0", "reason": "Away"},
    "admin:organisations_organisation_close": lambda estate, place: {"on": str(localdate())},
    "admin:organisations_organisation_merge": lambda estate, place: {
        "successor": Organisation.objects.order_by("pk")[1].pk
    },
    "your_details": lambda estate, place: {
        "first_name": "Changed",
        "surname": "Name",
        "work_postcode": "SL6 0PQ",
    },
    "preferences": lambda estate, place: {"professional_role": "nurse"},
    "change_address": lambda estate, place: {"address": "somebody.new@trust.example"},
    "role_in_use": lambda estate, place: {"role": "all"},
    "disable_account": lambda estate, place: {"confirmed": "on"},
    "terms_of_use": lambda estate, place: {"communications": "agree", "accepted": "on"},
    "onboarding:request_step": lambda estate, place: {
        "organisation_type": "provider",
        "availability": "yes",
        "plans": "no",
    },
    "onboarding:request_summary": lambda estate, place: {},
    "approvals:invitation_step": lambda estate, place: {"address": "zoe.new@trust.example"},
    "approvals:together": lambda estate, place: {
        "item": list(estate.objects["item"].values()),
        "outcome": "approved",
        **YES_ON_PAGE,
    },
    "approvals:provider": lambda estate, place: {"to": "single" if "multi" in place else "multi"},
    "approvals:item": lambda estate, place: {"outcome": "approved", **YES_ON_PAGE},
    "approvals:disable_person": lambda estate, place: {"reason": "left"},
    "approvals:revoke_access": lambda estate, place: {
        "grants": list(
            Grant.objects.filter(person=estate.objects["colleague"]["multi"]).values_list(
                "pk", flat=True
            )
        ),
        "because": "Works elsewhere",
    },
    "availability:confirm": lambda estate, place: {
        "seen_entry": seen_of(Bed.objects.filter(ward=estate.objects["ward"][place]))
        if place != "huge"
        else 0
    },
    "availability:change": lambda estate, place: {
        "state": "available" if place != "own" else "occupied",
        "seen_entry": bed_seen(estate, place),
    },
    "availability:close": lambda estate, place: {
        "closed_reason": "staffing",
        "seen_entry": bed_seen(estate, place),
    },
    "availability:details": lambda estate, place: {
        "state": "isolated",
        "seen_entry": bed_seen(estate, place),
    },
    "availability:several": lambda estate, place: {
        "beds": "all",
        "state": "isolated",
        "seen_entries": ",".join(map(str, seen_in(estate, place))),
    },
    "availability:undo": lambda estate, place: {"entry": bed_seen(estate, place)},
    "availability:add_ward": lambda estate, place: details_sent(
        estate,
        unit=Ward.objects.get(pk=estate.objects["ward"]["own"]).unit_id,
        name="Ward-new-name",
        kind="inpatient",
    ),
    "availability:ward_details": details_shown,
    "availability:close_ward": lambda estate, place: {"anyway": "on"},
    "availability:add_beds": lambda estate, place: {"names": "Room 1-2", "state": "occupied"},
    "availability:ask_to_hold": lambda estate, place: {"held_for": "Day team", "hours": "4"},
    "availability:note_call": lambda estate, place: {"outcome": "no_bed", "text": "Full"},
    "availability:save_search": lambda estate, place: {"name": "Another search"},
    "availability:switch_search": lambda estate, place: {"tell": "no"},
    "availability:answer_hold": lambda estate, place: {"answer": "decline", "reason": "No staff"},
    "availability:rename_bed": lambda estate, place: {"was": "Bed 1", "name": "Room 1"},
    "availability:retire_bed": lambda estate, place: {
        "reason": "No longer there",
        "anyway": "on",
        "seen_entry": bed_seen(estate, place),
    },
    "availability:bring_back_bed": lambda estate, place: {"name": "Room 9", "state": "occupied"},
    "availability:move_bed": lambda estate, place: {"to": "down", "seen": "0"},
    "plans:new_calendar": lambda estate, place: {"plans": "all"},
    "availability:new_token": lambda estate, place: {"name": "Trust data warehouse", "days": "30"},
    "availability:confirm_sessions": lambda estate, place: {
        "seen_entry": sessions_seen(estate, place)
    },
    "availability:sessions_day": lambda estate, place: {
        "what": "extra",
        "begins": "10:00",
        "minutes": "60",
        "capacity": "1",
        "seen_entry": sessions_seen(estate, place),
    },
    "availability:sessions_pattern": a_week,
    "availability:session": lambda estate, place: {
        "takes_place": "yes",
        "capacity": "3",
        "seen_entry": session_seen(estate, place),
    },
    "availability:book_session": lambda estate, place: {"seen_entry": session_seen(estate, place)},
    "availability:release_session": lambda estate, place: {"booking": session_seen(estate, place)},
    "availability:undo_session": lambda estate, place: {"entry": session_seen(estate, place)},
    "plans:start": lambda estate, place: {
        "kind": "sessional",
        "first_year": localdate().year,
        "years": 3,
    },
    "plans:adjust": lambda estate, place: {"occupancy": "90", "revision": 0},
    "plans:submit": lambda estate, place: {"revision": 0},
    "plans:copy": lambda estate, place: {"status": "scenario", "name": "More staff"},
    "availability:limit": lambda estate, place: {"can_take": "1", "seen_entry": "0"},
}


PAYLOADS |= EDITING


def payload_of(page: Page, estate: Estate, asker: Asker, place: str) -> Payload:
    if page.name.startswith("admin:") and page.name.endswith(("_change", "_add")):
        return of_admin(page, estate, asker)
    make = PAYLOADS.get(page.name)
    return make(estate, place) if make else {}


def of_admin(page: Page, estate: Estate, asker: Asker) -> Payload:
    """The form of the admin as the helpdesk sees it, with another name; read once an estate."""
    if page.name in estate.forms:
        return estate.forms[page.name]
    address = address_of(page, estate, "helpdesk", "existing" if page.of else "")
    response = asker.ask("GET", address, session=estate.cookies["", "helpdesk"])
    forms = [form for form in read(response.content.decode()).forms if form.method == "post"]
    form = next((form for form in forms if form.names and "_save" in dict(form.buttons)), None)
    if form is None:
        return estate.forms.setdefault(page.name, {})
    values: Payload = {}
    for name, value in form.values:
        values.setdefault(name, []).append(value)
    for name in ("name", "explanation"):
        if name in values:
            values[name] = ["Changed by the helpdesk"]
    return estate.forms.setdefault(page.name, {**values, "_save": "Save"})
