"""What each page is called that shows a person's details, and what it is opened for."""

HELPDESK = "Helpdesk"
TO_HELP = "To help you, or to check an account"

# The code that is recorded: what was opened, why.
PAGES: dict[str, tuple[str, str]] = {
    "request": ("A request of yours, with your contact details", "To decide on your request"),
    "invitation": ("Your invitation", "To withdraw it, or to see what became of it"),
    "users": ("Your account, in the users list", "To look after the accounts of an organisation"),
    "accounts.user": ("Your account", TO_HELP),
    "accounts.registration": ("A registration", TO_HELP),
    "accounts.secondfactorreset": ("A reset of your two-step login", TO_HELP),
    "accounts.grant": ("Access that you have or had", TO_HELP),
    "approvals.accessrequest": ("A request of yours, with your contact details", TO_HELP),
    "approvals.item": ("A part of a request of yours", TO_HELP),
    "approvals.decision": ("A decision on a request of yours", TO_HELP),
    "notifications.outgoingmail": ("An email to you, without its text", TO_HELP),
}
