"""Mail about a person's two-step login, so that nobody changes it unnoticed."""

from django.urls import reverse

from accounts.models import User
from notifications.services import queue_mail, site_url


def tell(person: User, *, headline: str, text: str) -> None:
    """Mail the person, in the caller's transaction, what has happened to their two-step login."""
    queue_mail(
        kind="second_factor_news",
        address=person.email,
        person=person,
        context={
            "headline": headline,
            "news": text,
            "reset_url": site_url(reverse("account_reset_password")),
        },
    )
