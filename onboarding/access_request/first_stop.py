from django.urls import reverse

from accounts.models import User
from accounts.rules import own_account


def first_stop(user: User) -> str | None:
    """Who has never had anything, and asked for nothing, goes on to the request (CPMS-14)."""
    if own_account(user) or user.all_capabilities:
        return None
    if user.access_requests.exists() or user.grants.exists():
        return None
    return reverse("onboarding:request_access")
