"""When the helpdesk may do what: each rule gives None, or the refusal in words."""

from allauth.account.models import EmailAddress

from accounts.models import User


def is_verified(person: User) -> bool:
    """Whether the person has proven the address of the account. One query."""
    return EmailAddress.objects.filter(user=person, email=person.email, verified=True).exists()


def may_resend_link(person: User) -> str | None:
    """Whether a link that verifies the address may be mailed."""
    if not person.is_active:
        return "The account is disabled."
    return "The address is verified already." if is_verified(person) else None
