from django.urls import reverse

from accounts.models import User


def first_stop(user: User) -> str | None:
    """Who holds nothing and has asked for nothing continues with the access request (CPMS-14)."""
    if user.all_capabilities or user.access_requests.exists():
        return None
    return reverse("onboarding:request_access")
