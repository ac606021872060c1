"""What a line of the table says, and the words and tables that several lines share."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """An address. `get` and `post` name who may: EVERYBODY, SIGNED_IN, NO_ONE or one of RIGHTS.

    `of` is the kind of object that the address names. `shows` are the kinds of which the page
    names those in reach, and no other. `writes` are the only tables that sending may change, and
    `records` those that looking may. `query` is what the address is asked with. `proof`: only who
    has lately typed the password may send it.
    """

    name: str
    get: str
    post: str = ""
    of: str = ""
    shows: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    query: str = ""
    proof: bool = False


EVERYBODY, SIGNED_IN, NO_ONE = "everybody", "signed in", "no one"
SEARCH, UPDATE, DECIDE, HELPDESK = "search", "update", "decide", "administer"
INVITE, REGISTER = "invite", "register"

SWITCH, HISTORY = "switch", "history"
KEEP = "keep"
READ_PLANS, EDIT_PLANS = "read_plans", "edit_plans"
MAIL, AUDIT, SESSION = "notifications_outgoingmail", "core_auditevent", "django_session"
LIMITS, NOTIFICATION = "core_cache", "notifications_notification"
SIGN_IN = (SESSION, LIMITS, AUDIT)
DEVICES = (
    "accounts_authenticatordevice",
    "accounts_emaildevice",
    "accounts_recoverydevice",
    "accounts_recoverycode",
)
DRAFT = ("onboarding_registrationdraft",)
REGISTERED = (*DRAFT, "accounts_registration", "accounts_link", MAIL, AUDIT, SESSION, LIMITS)
BEDS = ("availability_bedentry", "availability_wardtotals", AUDIT)
UPKEEP = ("availability_bed", "availability_bedupkeep", *BEDS)
WARD = (
    "organisations_ward",
    "organisations_wardevent",
    "organisations_ward_features",
    "pghistory_context",
    "availability_wardtotals",
    AUDIT,
)
SESSIONS = (
    "availability_session",
    "availability_sessionentry",
    "availability_wardtotals",
    AUDIT,
)
SAVED = ("availability_savedsearch", AUDIT)
CALL = ("availability_call", "availability_wardtotals", AUDIT)
HOLD = ("availability_holdrequest", "availability_wardtotals", NOTIFICATION, MAIL, AUDIT)
DECISION = (
    "approvals_decision",
    "approvals_item",
    "approvals_stage",
    "accounts_grant",
    MAIL,
    NOTIFICATION,
    AUDIT,
)
REQUEST = ("onboarding_accessrequestdraft",)
# What follows when an organisation closes or becomes a part of another
FOLLOWS = (
    *(f"organisations_{place}" for place in ("organisation", "unit", "ward", "collaborative")),
    *(f"organisations_{place}event" for place in ("organisation", "unit", "ward", "collaborative")),
    *("pghistory_context", "organisations_collaborativemember", "accounts_grant", "accounts_link"),
    *("approvals_accessrequest", "approvals_item", "approvals_stage"),
    *("approvals_invitation", "approvals_offeredaccess", NOTIFICATION, MAIL, AUDIT),
)
INVITATION = ("approvals_invitation", "accounts_link", MAIL, AUDIT, LIMITS)
INVITING = ("approvals_invitationdraft",)
TOKEN = ("availability_exporttoken", AUDIT)
