"""Access that ends by itself (ERN-05): the person is told a week before, and when it has ended."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant
from accounts.models.access import GrantQuerySet
from core import audit
from notifications.services import notify

WARNING = timedelta(days=7)
# A task ends after this many; the next run goes on.
BATCH = 500


def tell_of_ends() -> None:
    """Tell once who holds something that ends within a week, and who held what has ended."""
    now = timezone.now()
    soon = Grant.objects.live(now).filter(valid_until__lte=now + WARNING, end_told_at__isnull=True)
    for grant in with_words(soon):
        warn(grant)
    over = Grant.objects.filter(valid_until__lte=now, revoked_at__isnull=True)
    for grant in with_words(over):
        close(grant)


def with_words(grants: GrantQuerySet) -> GrantQuerySet:
    related = grants.select_related("person", *Grant.SCOPE_RELATIONS)
    return related.order_by("valid_until", "pk")[:BATCH]


@transaction.atomic
def warn(grant: Grant) -> None:
    """Tell the person when it ends, unless another worker does."""
    told = Grant.objects.filter(pk=grant.pk, end_told_at__isnull=True, revoked_at__isnull=True)
    if told.update(end_told_at=timezone.now()):
        tell(grant, kind="access_ends_soon")


@transaction.atomic
def close(grant: Grant) -> None:
    """Close what has run out, which it has worked no more since, and tell the person."""
    ran_out = Grant.objects.filter(pk=grant.pk, revoked_at__isnull=True)
    if ran_out.update(revoked_at=F("valid_until")):
        audit.record("grant.ran_out", by=None, target=grant, subject=grant.person)
        tell(grant, kind="access_ended")


def tell(grant: Grant, *, kind: str) -> None:
    until = timezone.localtime(grant.valid_until)
    notify(
        person=grant.person,
        kind=kind,
        address=reverse("access:yours"),
        context={"access": grant.describe(), "until": until},
    )
