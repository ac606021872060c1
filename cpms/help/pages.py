"""Which part of the help a page opens: the one place that says so."""

from django.urls import reverse

from cpms.help.texts import address_of

# The name of a page, or how the names of several begin (they end in *): a topic, and its section.
# A page whose help is the first page names INDEX.
INDEX = ""
TOPIC_OF: dict[str, str] = {
    # Everybody, before logging in
    "onboarding:register*": "create-an-account",
    "onboarding:register_check_email": "create-an-account#the-email-does-not-come",
    "onboarding:register_change_address": "create-an-account#the-email-does-not-come",
    "account_signup": "create-an-account",
    "account_email_verification_sent": "create-an-account#the-email-does-not-come",
    "verify*": "create-an-account#the-email-does-not-come",
    "new_link*": "create-an-account#the-email-does-not-come",
    "account_login": "log-in",
    "account_logout": "log-in#staying-logged-in",
    "account_inactive": "log-in#your-account-is-disabled",
    "account_reset_password*": "password#you-have-forgotten-it",
    "reset_link": "password#you-have-forgotten-it",
    "choose_password": "password#what-a-password-needs",
    "password_chosen": "log-in",
    "second_factor_*": "two-step-login#log-in-with-a-code",
    "second_factor_no_device": "two-step-login#you-cannot-use-your-device",
    "outside_*": "log-in#with-another-service",
    # One's own account
    "home": INDEX,
    "continue": "log-in#what-you-typed-is-not-lost",
    "account_reauthenticate": "log-in#confirm-that-it-is-you",
    "your_account": "your-account",
    "your_details": "your-account#your-details",
    "preferences": "your-account#your-details",
    "change_address": "your-account#your-details",
    "confirm_address": "your-account#your-details",
    "address_link": "your-account#your-details",
    "role_in_use": "your-account#if-you-have-several-roles",
    "shared_account": "your-account#guests-and-shared-accounts",
    "disable_account": "your-account#disable-your-account",
    "access:yours": "your-account#what-you-can-access",
    "access:withdraw": "ask-for-access#withdraw-what-you-asked-for",
    "change_password": "password#change-it",
    "who_looked": "your-account#who-has-looked-at-your-details",
    "sessions": "log-in#where-you-are-logged-in",
    "end_*": "log-in#where-you-are-logged-in",
    "second_factor": "two-step-login",
    "second_factor_set_up": "two-step-login#set-it-up",
    "second_factor_authenticator": "two-step-login#set-it-up",
    "second_factor_email": "two-step-login#set-it-up",
    "second_factor_recovery_codes": "two-step-login#recovery-codes",
    "second_factor_codes_saved": "two-step-login#recovery-codes",
    "second_factor_remove": "two-step-login#set-it-up",
    "terms_of_use": "your-account#terms-of-use-and-news",
    "notification*": "notifications",
    # Being invited
    "onboarding:invitation": "invitations#accept-it",
    "onboarding:invitation_*": "invitations",
    # Asking for access
    "onboarding:request_*": "ask-for-access",
    "onboarding:request_sent": "ask-for-access#what-happens-next",
    "onboarding:your_requests": "ask-for-access#what-happens-next",
    # Work
    "availability:search": "find-a-bed",
    "availability:wards": "update-beds",
    "availability:board": "update-beds",
    "availability:confirm": "update-beds#nothing-has-changed",
    "availability:change": "update-beds",
    "availability:close": "update-beds#close-a-bed",
    "availability:details": "update-beds#hold-a-bed-and-all-else-it-can-be",
    "availability:limit": "update-beds#too-few-staff-for-all-free-beds",
    "availability:undo": "update-beds#undo",
    "approvals:*": "approve-requests",
    "approvals:invitation*": "manage-people#invite-somebody",
    "approvals:users": "manage-people#find-somebody",
    "approvals:export_users": "manage-people#find-somebody",
    "approvals:person": "manage-people#find-somebody",
    "approvals:disable_person": "manage-people#disable-or-revoke",
    "approvals:enable_person": "manage-people#disable-or-revoke",
    "approvals:revoke_access": "manage-people#disable-or-revoke",
    "approvals:review*": "manage-people#review-each-quarter",
    "approvals:unlock_person": "manage-people#somebody-is-locked-out",
    "approvals:why": "approve-requests#you-cannot-decide",
    "approvals:provider*": "commissioner-approvers#single-level-and-multi-level-providers",
    "approvals:registration_link": "commissioner-approvers#approvers-of-providers",
    "admin:*": "helpdesk",
    # The help itself, and texts that need no guide
    "help*": INDEX,
    "landing": INDEX,
    "accessibility_statement": INDEX,
    "contact_us": INDEX,
    "cookies": INDEX,
    "privacy_policy": INDEX,
    "terms_and_conditions": INDEX,
    "supported_browsers": INDEX,
    "demo_inbox": INDEX,
}


def entry_of(page: str) -> str | None:
    """The entry for a page: its own name's, else that of the longest beginning."""
    if page in TOPIC_OF:
        return page
    beginnings = (key for key in TOPIC_OF if key.endswith("*") and page.startswith(key[:-1]))
    return max(beginnings, key=len, default=None)


def help_of(page: str) -> str:
    """The address of a page's own help; of the first page if it has none."""
    entry = entry_of(page)
    topic = TOPIC_OF[entry] if entry else INDEX
    return address_of(f"topic:{topic}") if topic else reverse("help")
