"""Reads of calendar addresses."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.models.links import hash_of
from capacity_plans.models import CalendarAddress

# What no program asks for any more does not stay open.
UNUSED_FOR = timedelta(days=365)


def live_addresses(person: User | None = None) -> QuerySet[CalendarAddress]:
    """Those that work, of a person if one is given, the newest first."""
    since = timezone.now() - UNUSED_FOR
    addresses = CalendarAddress.objects.filter(
        Q(last_used_at__gt=since) | Q(last_used_at=None, created_at__gt=since), revoked_at=None
    )
    if person:
        addresses = addresses.filter(person=person)
    return addresses.select_related("collaborative").order_by("-created_at", "-pk")


def address_with(text: str) -> CalendarAddress | None:
    """The address with that random text if it works, with its person. 1 query.

    It is found by the hash of 32 random bytes: how long that takes tells nothing about the text.
    """
    addresses = live_addresses().select_related("person")
    return addresses.filter(token_hash=hash_of(text), person__is_active=True).first()


def number_in_words(person: User) -> str:
    """How many addresses the person has, for their profile."""
    return f"{live_addresses(person).count() or 'None'} in use"
