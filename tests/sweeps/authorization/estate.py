"""The people and places that the table speaks of, made once for all cells."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import Grant, Registration, SecondFactorReset, User
from accounts.outside_identity.issuers import Issuer
from accounts.reauthentication.proof import PROVEN_AT
from accounts.sessions.times import SEEN_AT
from approvals.choices import OrganisationType, Outcome
from approvals.coverage import Wanted
from approvals.invitations.services import Invited, send_invitation
from approvals.models import Item, Stage
from approvals.services import Applicant, Ask, decide, submit_request
from availability.choices import BedState
from notifications.models import Notification
from notifications.services import notify
from tests.factories.accounts import PASSWORD, commissioner, grant, helpdesk, person, searcher
from tests.factories.availability import change
from tests.sweeps.authorization.places import Places
from tests.sweeps.authorization.reach import DISABLED

PASSWORD_ONLY, PROOF_TOO_OLD, TIMED_OUT = "password only", "proof too old", "timed out"
ELSEWHERE = "in another browser"
# Nothing answers there.
ISSUER = Issuer(
    id="elsewhere",
    name="Elsewhere",
    server_url="http://127.0.0.1:9",
    client_id="cpms",
    client_secret="not needed",
)
HUGE = 2**63 + 7


@dataclass
class Estate:
    """`people` by their name in the table; `objects` and the `names` they are shown by, by kind."""

    people: dict[str, User] = field(default_factory=dict)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    own_items: dict[str, Item] = field(default_factory=dict)
    identities: dict[str, int] = field(default_factory=dict)
    notifications: dict[str, int] = field(default_factory=dict)
    sessions: dict[tuple[str, str], int] = field(default_factory=dict)
    cookies: dict[tuple[str, str], str] = field(default_factory=dict)


def build() -> Estate:
    estate = Estate()
    places = Places()
    estate.objects["ward"] = {at: ward.pk for at, ward in places.wards.items()}
    estate.objects["bed"] = {at: bed.pk for at, bed in places.beds.items()}
    estate.objects["provider"] = {at: one.pk for at, one in places.providers.items()}
    estate.names["ward"] = {at: ward.name for at, ward in places.wards.items()}
    for kind in ("findable", "to be asked for", "held", "had"):
        estate.names[kind] = estate.names["ward"]
    make_people(estate, places)
    make_requests(estate, places)
    invite(estate, places)
    notify_everybody(estate)
    for name, somebody in estate.people.items():
        sign_in(estate, name, somebody)
    for name, somebody in estate.people.items():
        identity = SocialAccount.objects.create(user=somebody, provider=ISSUER.id, uid=name)
        estate.identities[name] = identity.pk
    estate.objects["identity"] = {"other_person": estate.identities[DISABLED]}
    estate.objects["person"] = {"existing": estate.people["commissioner"].pk}
    reset = SecondFactorReset.objects.create(
        person=estate.people["plan editor"],
        asked_by=helpdesk("hugo.helpdesk"),
        note="Called back on a number that we knew",
        expires_at=timezone.now() + timedelta(days=1),
    )
    Registration.objects.create(
        address="rita.registered@trust.example",
        first_name="Rita",
        surname="Registered",
        work_postcode="SL6 0PQ",
        terms_version="1",
        communications=False,
    )
    estate.objects["session"] = {"other_person": estate.sessions["", DISABLED]}
    estate.objects["reset"] = {"existing": reset.pk}
    estate.objects["notification"] = {"other_person": estate.notifications[DISABLED]}
    # Stands in no list but that person's own.
    estate.names["notification"] = {"other_person": "Told to a disabled helpdesk"}
    for kind in (
        "ward",
        "bed",
        "item",
        "colleague",
        "invitation",
        "identity",
        "person",
        "reset",
        "session",
        "notification",
        "own item",
        "provider",
    ):
        estate.objects[kind] |= {"missing": 999_999_999, "huge": HUGE}
    User.objects.filter(pk=estate.people[DISABLED].pk).update(is_active=False)
    return estate


def sign_in(estate: Estate, name: str, somebody: User) -> None:
    """A session of each kind: signed in, signed in long ago, and only the password given."""
    for kind, changes in (
        ("", {}),
        (PROOF_TOO_OLD, {PROVEN_AT: 0}),
        (TIMED_OUT, {SEEN_AT: 0}),
        (ELSEWHERE, {}),
    ):
        client = Client()
        client.force_login(somebody)
        session = client.session
        session.update(changes)
        session.save()
        estate.cookies[kind, name] = key = session.session_key
        estate.sessions[kind, name] = UserSession.objects.get(session_key=key).pk
    client = Client()
    client.post("/login/", {"login": somebody.email, "password": PASSWORD})
    estate.cookies[PASSWORD_ONLY, name] = client.cookies["sessionid"].value


def make_people(estate: Estate, places: Places) -> None:
    wards, soon = places.wards, timezone.now() + timedelta(days=1)
    people = estate.people

    def editor(name: str, *scopes: Any) -> User:
        user = searcher(places.group, name)
        for scope in scopes:
            grant(user, Capability.AVAILABILITY_EDIT, **{scope._meta.model_name: scope})
        return user

    people["person without access"] = person("nora.nothing")
    people["viewer"] = searcher(places.group, "sam.searcher")
    people["viewer of another group"] = searcher(places.secure, "sid.secure")
    people["ward editor"] = editor(
        "wendy.ward", wards["own"], wards["closed"], wards["closed_organisation"]
    )
    people["unit editor"] = editor("una.unit", places.unit, places.closed_unit, places.gone_unit)
    people["organisation editor"] = editor("oscar.organisation", places.own, places.gone)
    for name, capability, scope in (
        ("plan viewer", Capability.PLANS_VIEW, {"service_group": places.group}),
        (
            "plan viewer of a collaborative",
            Capability.PLANS_VIEW,
            {"collaborative": places.collaborative},
        ),
        ("plan editor", Capability.PLANS_EDIT, {"collaborative": places.collaborative}),
        ("provider approver", Capability.APPROVE_STANDARD, {"organisation": places.multi}),
        ("regional approver", Capability.APPROVE_REGIONAL, {"region": places.region}),
    ):
        people[name] = person(f"{name.replace(' ', '')}.person")
        grant(people[name], capability, **scope)
    people["commissioner"] = commissioner(places.collaborative)
    people["helpdesk"] = helpdesk()
    people[DISABLED] = helpdesk("dan.disabled")
    for name, when in (
        ("guest whose time is over", {"valid_until": timezone.now() - timedelta(minutes=1)}),
        ("guest whose time has not come", {"valid_from": soon, "valid_until": None}),
        ("person whose access was revoked", {"revoked_at": timezone.now()}),
    ):
        people[name] = somebody = editor(f"{name.replace(' ', '')}.person", wards["own"])
        grant(somebody, Capability.ADMINISTER)
        grant(somebody, Capability.APPROVE_COMMISSIONER, collaborative=places.collaborative)
        Grant.objects.filter(person=somebody).update(valid_from=timezone.now() - timedelta(days=9))
        Grant.objects.filter(person=somebody).update(**when)
    places.close()
    for at, bed in places.beds.items():
        if at == "own":
            change(bed, BedState.AVAILABLE, by=people["ward editor"])


def invite(estate: Estate, places: Places) -> None:
    """An invitation for each right that invites, each of somebody of a surname of their own."""
    other = person("otto.other")
    grant(other, Capability.APPROVE_STANDARD, organisation=places.other_multi)
    estate.objects["invitation"], estate.names["invitation"] = {}, {}
    for at, by, capability, where in (
        (
            "provider",
            estate.people["provider approver"],
            Capability.AVAILABILITY_EDIT,
            places.multi,
        ),
        ("other_provider", other, Capability.AVAILABILITY_EDIT, places.other_multi),
        (
            "collaborative",
            estate.people["commissioner"],
            Capability.APPROVE_STANDARD,
            places.multi,
        ),
    ):
        invited = Invited(
            address=f"invited.{at}@trust.example",
            first_name="Invited",
            surname=f"Invited_{at}",
            organisation=where,
            wanted=(Wanted(capability, where),),
        )
        invitation = send_invitation(invited=invited, by=by)
        estate.objects["invitation"][at] = invitation.pk
        estate.names["invitation"][at] = invited.surname


def make_requests(estate: Estate, places: Places) -> None:
    """A part for each who decides, each asked by somebody of a surname of their own."""
    deciders = {
        at: estate.people[who].grants.get().scope_columns
        for at, who in (
            ("provider", "provider approver"),
            ("collaborative", "commissioner"),
            ("region", "regional approver"),
            ("helpdesk", "helpdesk"),
            ("decided", "commissioner"),
        )
    }
    nothing = dict.fromkeys(deciders["helpdesk"])
    for at, capability, scope in (
        ("other_provider", Capability.APPROVE_STANDARD, {"organisation_id": places.other_multi.pk}),
        (
            "other_collaborative",
            Capability.APPROVE_COMMISSIONER,
            {"collaborative_id": places.other_collaborative.pk},
        ),
        ("other_region", Capability.APPROVE_REGIONAL, {"region_id": places.other_region.pk}),
    ):
        deciders[at] = {**nothing, "capability": capability, **scope}
    items, names = {}, {}
    for at, decider in deciders.items():
        applicant = person(f"applicant.asks_{at}")
        items[at] = ask(applicant, places, decider)
        names[at] = applicant.surname
    decide(
        item=items["decided"],
        outcome=Outcome.REJECTED,
        by=estate.people["commissioner"],
        reason="Not known here",
    )
    for who in ("provider approver", "commissioner", "regional approver", "helpdesk"):
        somebody = estate.people[who]
        estate.own_items[who] = ask(somebody, places, somebody.grants.get().scope_columns)
    estate.objects["item"] = {at: item.pk for at, item in items.items()}
    make_colleagues(estate, places, items)
    estate.objects["way"] = estate.objects["item"]
    estate.objects["own item"] = {"other_person": items["collaborative"].pk}
    estate.names["item"] = estate.names["way"] = names


def make_colleagues(estate: Estate, places: Places, items: dict[str, Item]) -> None:
    """Whom approvers look after: who asks above, and somebody of each provider, or of none."""
    found = {at: item.person for at, item in items.items()}
    for at, organisation in (
        ("multi", places.multi),
        ("sibling", places.outside),
        ("nowhere", None),
    ):
        found[at] = person(f"ann.aa{at}")
        if organisation:
            grant(found[at], Capability.AVAILABILITY_EDIT, organisation=organisation)
    estate.objects["colleague"] = {at: one.pk for at, one in found.items()}
    estate.names["colleague"] = {at: one.surname for at, one in found.items()}


def notify_everybody(estate: Estate) -> None:
    """One for each person. What the requests above made went to who decided before they moved."""
    Notification.objects.all().delete()
    for name, somebody in estate.people.items():
        told = notify(
            person=somebody, kind="access_approved", address="/home/", text=f"Told to a {name}"
        )
        estate.notifications[name] = told.pk


def ask(applicant: User, places: Places, decider: dict[str, Any]) -> Item:
    """A part of a request that waits for exactly that right."""
    request = submit_request(
        by=applicant,
        applicant=Applicant(OrganisationType.PROVIDER, places.own),
        asks=[Ask(Capability.AVAILABILITY_EDIT, places.asked, places.group)],
    )
    item = request.items.get()
    Stage.objects.filter(item=item).update(**decider)
    return item
