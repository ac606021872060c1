"""What people are told, and which mails go out whatever they chose: every mail stands here."""

# A notification of each kind is shown in the service and mailed, unless its reader has switched
# mails off (CQRS-19): notifications/<kind>.txt and mail/<kind>*. The words are the list's "Type".
NOTIFICATIONS: dict[str, str] = {
    "access_approved": "Request approved",
    "access_ended": "Access ended",
    "access_ends_soon": "Access ends soon",
    "access_declined": "Request declined",
    "access_expired": "Request ended undecided",
    "access_revoked": "Access revoked",
    "awaits_decision": "Request for access",
    "decision_reminder": "Reminder of a request",
    "hold_answered": "Answer about a bed",
    "hold_asked": "A bed is asked for",
    "hold_expired": "No answer about a bed",
    "invitation_accepted": "Invitation accepted",
    "level_switched": "Provider switched between levels",
    "moved_up": "Request moved up to you",
    "organisation_closed": "Organisation closed",
    "organisation_merged": "Organisations merged",
    "plan_approved": "Plan approved",
    "plan_awaits_decision": "Plan to be approved",
    "plan_expired": "Plan not decided in time",
    "plan_moved_up": "Plan moved up to you",
    "plan_reminder": "Reminder of a plan",
    "plan_returned": "Plan returned",
    "plan_taken_back": "Plan taken back",
    "review_due": "Quarterly review",
    "search_opened": "Found by a saved search",
    "unplanned_closure": "Beds closed without a plan",
    "ward_unconfirmed": "Ward to be confirmed",
    "wards_changed": "Wards opened or closed",
    "wards_out_of_date": "Figures out of date",
}

SECURITY = "It concerns who can log in to the account"
LINK = "Without its link nothing goes on"
HELPDESK = "The helpdesk has to act on it"
# These are mailed always, by `queue_mail`; why.
ALWAYS_MAILED: dict[str, str] = {
    "account_disabled": SECURITY,
    "account_enabled": SECURITY,
    "account_unlocked": SECURITY,
    "address_change_asked": SECURITY,
    "address_changed": SECURITY,
    "address_in_use": SECURITY,
    "already_registered": SECURITY,
    "change_address": LINK,
    "invitation": LINK,
    "invitation_known": "Who is invited hears of it, with an account or without one",
    "made_helpdesk": SECURITY,
    "not_listed": HELPDESK,
    "outside_identity_linked": SECURITY,
    "outside_identity_unlinked": SECURITY,
    "password_changed": SECURITY,
    "password_reminder": SECURITY,
    "password_reset": LINK,
    "registration_link": LINK,
    "reset_waits": HELPDESK,
    "second_factor_code": SECURITY,
    "second_factor_news": SECURITY,
    "unknown_account": SECURITY,
    "verify_address": LINK,
}


def in_words(kind: str) -> str:
    """What the helpdesk reads of a mail: e.g. 'Change address'."""
    return kind.replace("_", " ").capitalize()
