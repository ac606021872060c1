"""Reads of requests to hold a bed."""

from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.choices import Capability
from accounts.models import Grant, User
from accounts.queries import wards_editable_by
from availability.choices import BedState
from availability.follow_up.choices import HoldStatus
from availability.models import Bed, BedEntry, HoldRequest
from availability.queries import ONE, entries_now
from core.statements import Objects
from organisations.models import Ward

SHOWN_WITH = ("ward__unit__organisation", "ward__service_type__group", "by", "answered_by", "bed")


def own_holds(user: Any) -> QuerySet[HoldRequest]:
    """What the person has asked for, the newest first."""
    return HoldRequest.objects.filter(by=user).select_related(*SHOWN_WITH).order_by("-pk")


def holds_answerable_by(user: Any) -> QuerySet[HoldRequest]:
    """What wards were asked for whose beds the person may change, also what has ended."""
    wards = wards_editable_by(user)
    return HoldRequest.objects.filter(ward__in=wards).select_related(*SHOWN_WITH)


def waiting_at(ward: Ward) -> list[HoldRequest]:
    """The requests that wait for the ward's answer, the oldest first; one query."""
    return waiting_at_one().found({"one": ward.pk})


@cache
def waiting_at_one() -> Objects[HoldRequest]:
    """The same, written once: each board asks it."""
    waiting = HoldRequest.objects.filter(
        ward=ONE, status=HoldStatus.ASKED, answer_by__gt=Now()
    ).order_by("pk")
    return Objects.of(waiting.select_related("by"))


def overdue() -> QuerySet[HoldRequest]:
    """Those that nobody has answered in time, and of which that is not written yet."""
    return HoldRequest.objects.filter(status=HoldStatus.ASKED, answer_by__lte=Now()).order_by("pk")


def free_beds(ward_id: int) -> list[BedEntry]:
    """The beds of a ward that can be held now; one query."""
    entries = entries_now(Bed.objects.filter(ward=ward_id))
    return [
        entry for entry in entries if entry.state == BedState.AVAILABLE and entry.due_at is None
    ]


def editors_of(ward: Ward) -> QuerySet[User]:
    """Who may change the ward's beds now, and log in; the ward with its unit."""
    grants = Grant.objects.live().filter(
        Q(ward=ward) | Q(unit=ward.unit_id) | Q(organisation=ward.unit.organisation_id),
        capability=Capability.AVAILABILITY_EDIT,
    )
    return User.objects.filter(pk__in=grants.values("person"), is_active=True)
