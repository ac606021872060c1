"""Who may open and send what: the specification that the matrix holds every address to.

A line for each name of an address. Whoever is not named is refused: nobody is led to the login, a
person gets a 403, and an object out of reach is a 404 like any other. A way of sending that is not
named is a 405 for who may open the page, and a refusal for everybody else.
"""

from collections.abc import Iterator
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

SWITCH = "switch"
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

PAGES = [
    # Texts, and whether the service works
    Page("landing", EVERYBODY),
    Page("accessibility_statement", EVERYBODY),
    Page("contact_us", EVERYBODY),
    Page("cookies", EVERYBODY),
    Page("privacy_policy", EVERYBODY),
    Page("terms_and_conditions", EVERYBODY),
    Page("supported_browsers", EVERYBODY),
    Page("help", EVERYBODY),
    Page("help_rights", EVERYBODY),
    Page("help_topic", EVERYBODY, of="guide"),
    Page("healthz", EVERYBODY),
    Page("readyz", EVERYBODY),
    # In the demonstration alone, whose people are invented
    Page("demo_inbox", EVERYBODY, query="to=sam.searcher@trust.example"),
    # Creating an account: bound to the browser by a cookie
    Page("onboarding:register", EVERYBODY),
    Page("onboarding:register_step", EVERYBODY, EVERYBODY, of="first question", writes=DRAFT),
    Page("onboarding:register_summary", EVERYBODY, EVERYBODY, writes=REGISTERED),
    Page("onboarding:register_check_email", EVERYBODY),
    Page("onboarding:register_send_again", "", EVERYBODY, writes=REGISTERED),
    Page("onboarding:register_change_address", EVERYBODY, EVERYBODY, writes=REGISTERED),
    # Proving an address: by what only the mail holds
    Page("verify", EVERYBODY, EVERYBODY),
    Page("verify_link", EVERYBODY, of="token", records=(SESSION,)),
    Page("new_link", EVERYBODY, EVERYBODY, writes=("accounts_link", MAIL, LIMITS)),
    Page("new_link_sent", EVERYBODY),
    # Accepting an invitation: by what only the mail holds
    Page("onboarding:invitation", EVERYBODY, EVERYBODY),
    Page("onboarding:invitation_link", EVERYBODY, of="token", records=(SESSION,)),
    Page("onboarding:invitation_accepted", EVERYBODY),
    # Signing in
    Page("account_signup", EVERYBODY, EVERYBODY),
    Page(
        "account_login",
        EVERYBODY,
        EVERYBODY,
        writes=(*SIGN_IN, "accounts_user"),
        records=(LIMITS,),
    ),
    Page("account_logout", EVERYBODY, EVERYBODY, writes=SIGN_IN),
    Page("account_inactive", EVERYBODY),
    Page("account_email_verification_sent", EVERYBODY),
    Page(
        "account_reset_password",
        EVERYBODY,
        EVERYBODY,
        writes=("accounts_link", MAIL, LIMITS, AUDIT),
    ),
    Page("account_reset_password_done", EVERYBODY),
    Page("reset_link", EVERYBODY, of="token", records=(SESSION,)),
    Page("choose_password", EVERYBODY, EVERYBODY, writes=("accounts_user", "accounts_link", AUDIT)),
    Page("password_chosen", EVERYBODY),
    # Between the password and being signed in; anybody else is led to the login
    Page("second_factor_code", EVERYBODY, EVERYBODY, writes=(*DEVICES, *SIGN_IN)),
    Page("second_factor_email_code", EVERYBODY, EVERYBODY, writes=(*DEVICES, *SIGN_IN, MAIL)),
    Page("second_factor_recovery_code", EVERYBODY, EVERYBODY, writes=(*DEVICES, *SIGN_IN)),
    Page("second_factor_no_device", EVERYBODY, EVERYBODY),
    # Signing in through another service
    Page("outside_login", EVERYBODY, EVERYBODY, of="issuer", writes=(SESSION, LIMITS)),
    Page("outside_callback", EVERYBODY, of="issuer", records=(SESSION,)),
    Page("outside_outcome", EVERYBODY, of="issuer"),
    Page("outside_not_now", "", EVERYBODY, of="issuer", writes=(SESSION,)),
    Page("outside_identities", SIGNED_IN),
    Page("outside_connect", "", SIGNED_IN, of="issuer", writes=(SESSION, LIMITS), proof=True),
    Page(
        "outside_disconnect",
        "",
        SIGNED_IN,
        of="identity",
        writes=("socialaccount_socialaccount", "socialaccount_socialtoken", AUDIT, MAIL),
        proof=True,
    ),
    # One's own account
    Page("home", SIGNED_IN),
    Page("your_account", SIGNED_IN),
    Page("your_details", SIGNED_IN, SIGNED_IN, writes=("accounts_user", AUDIT)),
    Page(
        "preferences",
        SIGNED_IN,
        SIGNED_IN,
        writes=("accounts_user", "accounts_user_groups_of_interest", AUDIT),
    ),
    Page(
        "change_address",
        SIGNED_IN,
        SIGNED_IN,
        writes=("accounts_link", MAIL, LIMITS, AUDIT),
        proof=True,
    ),
    Page("confirm_address", SIGNED_IN, SIGNED_IN),
    Page("address_link", SIGNED_IN, of="token", records=(SESSION,)),
    Page("role_in_use", SIGNED_IN, SIGNED_IN, writes=(SESSION,)),
    Page(
        "disable_account",
        SIGNED_IN,
        SIGNED_IN,
        writes=(
            "accounts_user",
            "accounts_disabling",
            "approvals_item",
            "approvals_stage",
            NOTIFICATION,
            MAIL,
            *SIGN_IN,
            "usersessions_usersession",
        ),
        proof=True,
    ),
    # Of shared accounts alone, of which there is none among the people here
    Page("shared_account", NO_ONE, NO_ONE),
    Page("access:yours", SIGNED_IN, shows=("held",)),
    Page(
        "access:withdraw",
        SIGNED_IN,
        SIGNED_IN,
        of="own item",
        writes=("approvals_item", "approvals_stage", AUDIT),
    ),
    Page("account_reauthenticate", SIGNED_IN, SIGNED_IN, writes=(AUDIT, LIMITS, SESSION)),
    Page(
        "change_password",
        SIGNED_IN,
        SIGNED_IN,
        writes=("accounts_user", "accounts_passwordhistory", *SIGN_IN, MAIL),
    ),
    Page("who_looked", SIGNED_IN),
    Page("notifications", SIGNED_IN),
    Page("notification", SIGNED_IN, of="notification", records=(NOTIFICATION,)),
    Page("notifications_read", "", SIGNED_IN, writes=(NOTIFICATION,)),
    Page(
        "notification_settings",
        SIGNED_IN,
        SIGNED_IN,
        writes=("notifications_preference", AUDIT),
    ),
    Page("sessions", SIGNED_IN),
    Page("end_session", "", SIGNED_IN, of="session", writes=(SESSION, AUDIT)),
    Page("end_other_sessions", "", SIGNED_IN, writes=(SESSION, AUDIT)),
    Page("session_status", EVERYBODY),
    Page("session_extend", "", EVERYBODY),
    Page("continue", SIGNED_IN, SIGNED_IN),
    Page("second_factor", SIGNED_IN),
    Page("second_factor_set_up", SIGNED_IN, SIGNED_IN, writes=(*DEVICES, MAIL), proof=True),
    Page("second_factor_authenticator", SIGNED_IN, SIGNED_IN, writes=DEVICES, proof=True),
    Page("second_factor_email", SIGNED_IN, SIGNED_IN, writes=(*DEVICES, MAIL), proof=True),
    Page(
        "second_factor_recovery_codes",
        SIGNED_IN,
        SIGNED_IN,
        writes=(*DEVICES, AUDIT, MAIL, "usersessions_usersession"),
        proof=True,
    ),
    Page("second_factor_codes_saved", SIGNED_IN, SIGNED_IN),
    Page(
        "second_factor_remove",
        SIGNED_IN,
        SIGNED_IN,
        of="device",
        writes=(*DEVICES, AUDIT, MAIL),
        proof=True,
    ),
    Page("terms_of_use", SIGNED_IN, SIGNED_IN, writes=("accounts_user", "accounts_consent", AUDIT)),
    # Asking for access: one's own draft and requests, and the directory, which is public
    Page("onboarding:request_access", SIGNED_IN),
    Page("onboarding:request_step", SIGNED_IN, SIGNED_IN, of="question", writes=REQUEST),
    Page("onboarding:request_summary", SIGNED_IN, SIGNED_IN, writes=REQUEST),
    Page("onboarding:request_sent", SIGNED_IN),
    Page(
        "onboarding:request_find",
        SIGNED_IN,
        of="what to find",
        shows=("to be asked for",),
        query="q=ward",
    ),
    Page("onboarding:your_requests", SIGNED_IN, shows=("held",)),
    # Deciding
    Page("approvals:queue", DECIDE, shows=("item",)),
    Page("approvals:decided", DECIDE, shows=("item",)),
    Page(
        "approvals:together",
        DECIDE,
        DECIDE,
        query="every item",
        shows=("item",),
        records=(AUDIT,),
        writes=DECISION,
        proof=True,
    ),
    Page(
        "approvals:item",
        DECIDE,
        DECIDE,
        of="item",
        shows=("item",),
        records=(AUDIT,),
        writes=DECISION,
        proof=True,
    ),
    Page("approvals:providers", SWITCH),
    Page(
        "approvals:provider",
        SWITCH,
        SWITCH,
        of="provider",
        writes=(
            "approvals_levelchange",
            "approvals_item",
            "approvals_stage",
            "organisations_organisation",
            "organisations_organisationevent",
            "pghistory_context",
            NOTIFICATION,
            MAIL,
            AUDIT,
        ),
        proof=True,
    ),
    Page("approvals:why", SIGNED_IN, of="way", shows=("way",), records=(AUDIT,)),
    # Inviting
    Page("approvals:invitations", INVITE),
    Page("approvals:invitation_step", INVITE, INVITE, of="first step", writes=(*INVITING, LIMITS)),
    Page("approvals:invitation_review", INVITE, INVITE),
    Page("approvals:invitations_pending", INVITE, shows=("invitation",)),
    Page(
        "approvals:invitation_resend",
        "",
        INVITE,
        of="invitation",
        writes=INVITATION,
        proof=True,
    ),
    Page(
        "approvals:invitation_withdraw",
        INVITE,
        INVITE,
        of="invitation",
        shows=("invitation",),
        records=(AUDIT,),
        writes=INVITATION,
        proof=True,
    ),
    Page("approvals:invitations_upload", INVITE, INVITE, writes=INVITING),
    Page("approvals:invitations_check", INVITE, INVITE),
    Page("approvals:invitations_template", INVITE),
    Page("approvals:registration_link", REGISTER, REGISTER),
    # Other people's accounts
    Page("approvals:users", DECIDE, shows=("colleague",)),
    Page("approvals:export_users", "", DECIDE, shows=("colleague",), writes=(AUDIT,)),
    Page("approvals:person", DECIDE, of="colleague", shows=("colleague",), records=(AUDIT,)),
    *(
        Page(
            f"approvals:{name}",
            DECIDE,
            DECIDE,
            of="colleague",
            shows=("colleague",),
            writes=(
                "accounts_user",
                "accounts_disabling",
                "accounts_grant",
                "approvals_item",
                "approvals_stage",
                LIMITS,
                NOTIFICATION,
                MAIL,
                AUDIT,
            ),
            proof=True,
        )
        for name in ("disable_person", "enable_person", "revoke_access", "unlock_person")
    ),
    Page("approvals:review", DECIDE),
    Page(
        "approvals:review_confirm",
        "",
        DECIDE,
        of="colleague",
        writes=("approvals_reviewanswer", AUDIT),
    ),
    Page(
        "approvals:review_left",
        DECIDE,
        DECIDE,
        of="colleague",
        shows=("colleague",),
        writes=(
            "approvals_reviewanswer",
            "accounts_user",
            "accounts_disabling",
            "approvals_item",
            "approvals_stage",
            NOTIFICATION,
            MAIL,
            AUDIT,
        ),
        proof=True,
    ),
    # Beds
    Page("availability:search", SEARCH, shows=("findable",), query="postcode=SL6+0PQ&full=on"),
    Page("availability:wards", UPDATE, shows=("ward",)),
    Page("availability:board", UPDATE, of="ward", shows=("ward",)),
    Page(
        "availability:confirm",
        UPDATE,
        UPDATE,
        of="ward",
        shows=("ward",),
        writes=("availability_wardconfirmation", "availability_wardtotals", AUDIT),
    ),
    Page("availability:change", UPDATE, UPDATE, of="bed", shows=("ward",), writes=BEDS),
    Page("availability:close", UPDATE, UPDATE, of="bed", shows=("ward",), writes=BEDS),
    # The helpdesk's admin
    Page("admin:index", HELPDESK, HELPDESK),
    Page("admin:login", HELPDESK, HELPDESK),
    Page("admin:logout", "", HELPDESK, writes=SIGN_IN),
    Page(
        "admin:autocomplete",
        HELPDESK,
        query="app_label=organisations&model_name=ward&field_name=unit&term=a",
    ),
    Page("admin:jsi18n", HELPDESK),
    Page("admin:approvals_route_gaps", HELPDESK),
    Page("admin:core_auditevent_export", "", HELPDESK, writes=(AUDIT,)),
    Page(
        "admin:accounts_secondfactorreset_ask",
        HELPDESK,
        HELPDESK,
        of="person",
        writes=("accounts_secondfactorreset", AUDIT, MAIL),
        proof=True,
    ),
    Page(
        "admin:accounts_secondfactorreset_confirm",
        HELPDESK,
        HELPDESK,
        of="reset",
        writes=("accounts_secondfactorreset", *DEVICES, AUDIT, MAIL),
        proof=True,
    ),
    Page(
        "admin:accounts_user_verify",
        HELPDESK,
        HELPDESK,
        of="record",
        writes=("accounts_link", MAIL, AUDIT),
    ),
    Page(
        "admin:accounts_user_kind",
        HELPDESK,
        HELPDESK,
        of="record",
        writes=("accounts_user", AUDIT),
        proof=True,
    ),
    Page(
        "admin:accounts_registration_resend",
        HELPDESK,
        HELPDESK,
        of="record",
        writes=("accounts_link", MAIL, AUDIT),
    ),
    Page(
        "admin:approvals_item_reroute",
        HELPDESK,
        HELPDESK,
        of="record",
        writes=("approvals_stage", NOTIFICATION, MAIL, AUDIT),
        proof=True,
    ),
    Page(
        "admin:notifications_outgoingmail_resend",
        HELPDESK,
        HELPDESK,
        of="record",
        writes=(MAIL, AUDIT),
    ),
    *(
        Page(
            f"admin:organisations_organisation_{name}",
            get,
            HELPDESK,
            of="record",
            writes=FOLLOWS,
            proof=True,
        )
        for name, get in (("close", HELPDESK), ("merge", HELPDESK), ("keep_open", ""))
    ),
    Page("admin:view_on_site", HELPDESK, HELPDESK, of="content type"),
    Page("admin:app_list", HELPDESK, HELPDESK, of="app"),
    Page("/admin/sample", HELPDESK, HELPDESK, of="path"),
]


@dataclass(frozen=True)
class Admin:
    """What the helpdesk may do with a model: look in any case, and nobody else anything.

    `recorded`: that somebody looked is kept.
    """

    model: str
    add: bool = False
    change: bool = False
    recorded: bool = False

    def pages(self) -> Iterator[Page]:
        name, table = f"admin:{self.model.replace('.', '_')}", self.model.replace(".", "_")
        seen = (AUDIT,) if self.recorded else ()
        written = (table, AUDIT, *KEPT.get(self.model, ()))
        add = HELPDESK if self.add else NO_ONE
        change = HELPDESK if self.change else NO_ONE
        first = self.model.replace(".", "/")
        yield Page(f"{name}_changelist", HELPDESK, HELPDESK, query="q=a", records=seen)
        yield Page(f"{name}_add", add, add, writes=written)
        yield Page(f"{name}_history", HELPDESK, HELPDESK, of="row", records=seen)
        yield Page(f"{name}_delete", NO_ONE, NO_ONE, of="row")
        yield Page(f"{name}_change", HELPDESK, change, of="row", records=seen, writes=written)
        # Leads to the page for changing
        yield Page(f"/admin/{first}/sample/", HELPDESK, HELPDESK, of="row")


# What else is written with a row: the admin's own log, the history that triggers keep, the names
# by which what lies in a place is found.
LOG, CONTEXT = "django_admin_log", "pghistory_context"
PLACES_IN = ("organisations_unit", "organisations_ward")
KEPT = {
    "accounts.role": (LOG,),
    "approvals.route": (LOG,),
    "organisations.servicegroup": (LOG, CONTEXT, "organisations_servicegroupevent"),
    "organisations.servicetype": (LOG, CONTEXT, "organisations_servicetypeevent"),
    "organisations.organisationkind": (LOG, CONTEXT, "organisations_organisationkindevent"),
    "organisations.organisation": (LOG, CONTEXT, "organisations_organisationevent", *PLACES_IN),
    "organisations.unit": (LOG, CONTEXT, "organisations_unitevent", *PLACES_IN),
    "organisations.ward": (LOG, CONTEXT, "organisations_wardevent"),
    "organisations.collaborative": (
        LOG,
        CONTEXT,
        "organisations_collaborativeevent",
        "organisations_collaborativemember",
    ),
}

ADMIN = [
    # History, and what changes elsewhere: to be read
    Admin("core.auditevent", recorded=True),
    Admin("notifications.outgoingmail", recorded=True),
    Admin("accounts.user", recorded=True),
    Admin("accounts.registration", recorded=True),
    Admin("accounts.grant", recorded=True),
    Admin("accounts.secondfactorreset", recorded=True),
    Admin("approvals.item", recorded=True),
    Admin("approvals.accessrequest", recorded=True),
    Admin("approvals.decision", recorded=True),
    Admin("availability.bed"),
    Admin("availability.bedentry"),
    Admin("availability.wardconfirmation"),
    Admin("availability.wardtotals"),
    Admin("organisations.region"),
    Admin("organisations.postcodelocation"),
    # Nothing is deleted: what ends gets a closing day
    Admin("accounts.role", change=True),
    Admin("approvals.route", change=True),
    Admin("organisations.servicegroup", add=True, change=True),
    Admin("organisations.servicetype", add=True, change=True),
    Admin("organisations.organisationkind", add=True, change=True),
    Admin("organisations.organisation", add=True, change=True),
    Admin("organisations.unit", add=True, change=True),
    Admin("organisations.ward", add=True, change=True),
    Admin("organisations.collaborative", add=True, change=True),
]

TABLE = {page.name: page for page in [*PAGES, *(page for row in ADMIN for page in row.pages())]}
