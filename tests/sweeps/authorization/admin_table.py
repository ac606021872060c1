"""The part of the table that is about the helpdesk's admin."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.sweeps.authorization.lines import (
    AUDIT,
    DEVICES,
    FOLLOWS,
    HELPDESK,
    MAIL,
    NO_ONE,
    NOTIFICATION,
    SIGN_IN,
    Page,
)

ADMIN_PAGES = [
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
    "organisations.feature": (LOG, CONTEXT),
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
    Admin("availability.session"),
    Admin("availability.sessionentry"),
    Admin("availability.sessionpattern"),
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
    Admin("organisations.feature", add=True, change=True),
    Admin("organisations.organisation", add=True, change=True),
    Admin("organisations.unit", add=True, change=True),
    Admin("organisations.ward", add=True, change=True),
    Admin("organisations.collaborative", add=True, change=True),
]
