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
from accounts.models.links import hash_of
from accounts.outside_identity.issuers import Issuer
from accounts.reauthentication.proof import PROVEN_AT
from accounts.sessions.times import SEEN_AT
from approvals.choices import OrganisationType, Outcome
from approvals.coverage import Wanted
from approvals.invitations.services import Invited, send_invitation
from approvals.models import Item, Stage
from approvals.services import Applicant, Ask, decide, submit_request
from availability.choices import BedState
from availability.models import ExportToken, HoldRequest, SavedSearch
from notifications.models import Notification
from notifications.services import notify
from organisations.models import Ward
from tests.factories.accounts import PASSWORD, commissioner, grant, helpdesk, person, searcher
from tests.factories.availability import change
from tests.factories.sessions import booked
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
KEPT_WARDS = ("edited ward", "kept ward", "closed ward", "changed ward")


@dataclass
class Estate:
    """`people` by their name in the table; `objects` and the `names` they are shown by, by kind."""

    places: Places
    people: dict[str, User] = field(default_factory=dict)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    own_items: dict[str, Item] = field(default_factory=dict)
    identities: dict[str, int] = field(default_factory=dict)
    notifications: dict[str, int] = field(default_factory=dict)
    holds: dict[str, int] = field(default_factory=dict)
    searches: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    sessions: dict[tuple[str, str], int] = field(default_factory=dict)
    cookies: dict[tuple[str, str], str] = field(default_factory=dict)


def build() -> Estate:
    places = Places()
    estate = Estate(places)
    estate.objects["ward"] = {at: ward.pk for at, ward in places.wards.items()}
    estate.objects["bed"] = {at: bed.pk for at, bed in places.beds.items()}
    estate.objects["sessional ward"] = {at: one.pk for at, one in places.sessional.items()}
    estate.objects["session of a ward"] = {at: one.pk for at, one in places.sessions.items()}
    estate.names["sessional ward"] = {"sessional": places.sessional["sessional"].name}
    estate.objects["provider"] = {at: one.pk for at, one in places.providers.items()}
    for kind in KEPT_WARDS:
        estate.objects[kind] = dict(estate.objects["ward"])
    estate.objects["history"] = dict(estate.objects["ward"])
    estate.objects["retired bed"] = dict(estate.objects["bed"])
    estate.objects["kept bed"] = dict(estate.objects["bed"])
    estate.objects["bed history"] = dict(estate.objects["bed"])
    estate.names["ward"] = {at: ward.name for at, ward in places.wards.items()}
    levels = places.levels()
    estate.objects["level"] = levels
    estate.objects["level or nation"] = {**levels, "nation": "nation"}
    estate.objects["table"] = {**levels, "nation": "nation"}
    for kind in (
        "findable",
        "with beds",
        "to be asked for",
        "held",
        "had",
        "history",
        "overseen",
        *KEPT_WARDS,
    ):
        estate.names[kind] = estate.names["ward"]
    make_people(estate, places)
    make_requests(estate, places)
    invite(estate, places)
    notify_everybody(estate)
    make_tokens(estate)
    save_searches(estate)
    ask_for_beds(estate, places)
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
    estate.objects["export token"] = {"other_person": estate.tokens[DISABLED]}
    estate.names["export token"] = {
        "own": "A token of their own",
        "other_person": "Token of a disabled helpdesk",
    }
    # Stands in no list but that person's own.
    estate.names["notification"] = {"other_person": "Told to a disabled helpdesk"}
    for kind in (
        "ward",
        "bed",
        "sessional ward",
        "session of a ward",
        "history",
        "bed history",
        "kept bed",
        "retired bed",
        *KEPT_WARDS,
        "item",
        "colleague",
        "invitation",
        "identity",
        "person",
        "reset",
        "session",
        "notification",
        "export token",
        "own hold",
        "saved search",
        "asked of a ward",
        "found ward",
        "ward to telephone",
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
    booked(places.sessions["sessional"], by=people["unit editor"])
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


def make_tokens(estate: Estate) -> None:
    """A token for each person, though not everybody may use it."""
    for name, somebody in estate.people.items():
        called = "Token of a disabled helpdesk" if name == DISABLED else "A token of their own"
        token = ExportToken.objects.create(
            person=somebody,
            name=called,
            token_hash=hash_of(name),
            expires_at=timezone.now() + timedelta(days=30),
        )
        estate.tokens[name] = token.pk


def save_searches(estate: Estate) -> None:
    """A search of each person, though not everybody may search."""
    for name, somebody in estate.people.items():
        called = "Search of a disabled helpdesk" if name == DISABLED else "A search of their own"
        search = SavedSearch.objects.create(person=somebody, name=called, asked="postcode=SL6")
        estate.searches[name] = search.pk
    estate.objects["saved search"] = {"other_person": estate.searches[DISABLED]}
    estate.names["saved search"] = {
        "own": "A search of their own",
        "other_person": "Search of a disabled helpdesk",
    }


def ask_for_beds(estate: Estate, places: Places) -> None:
    """A request to hold a bed for each person, and one for each ward of somebody else."""

    def hold(by: User, ward: Ward, held_for: str) -> int:
        soon = timezone.now() + timedelta(hours=2)
        asked = {"held_for": held_for, "answer_by": soon, "until": soon}
        return HoldRequest.objects.create(by=by, ward=ward, **asked).pk

    for name, somebody in estate.people.items():
        called = "Team of a disabled helpdesk" if name == DISABLED else "A team of their own"
        estate.holds[name] = hold(somebody, places.asked, called)
    asker = person("ada.asker")
    estate.objects["asked of a ward"] = {
        at: hold(asker, places.wards[at], "Night team")
        for at in ("own", "same_unit", "other_unit", "outside", "other_group", "closed")
    }
    estate.objects["own hold"] = {"other_person": estate.holds[DISABLED]}
    for kind in ("found ward", "ward to telephone"):
        estate.objects[kind] = dict(estate.objects["ward"])
    estate.names["own hold"] = {
        "own": "A team of their own",
        "other_person": "Team of a disabled helpdesk",
    }


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
