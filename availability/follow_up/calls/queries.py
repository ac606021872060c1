"""Reads of calls."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from approvals.people.reach import works_at
from availability.follow_up.calls.services import KEPT_FOR
from availability.models import Call
from organisations.models import Ward

SHOWN = 20


def calls_to(ward: Ward, user: Any) -> QuerySet[Call]:
    """What people of the person's organisation noted of a ward, the newest first; one query."""
    theirs = User.objects.filter(pk=user.pk).annotate(works_at=works_at()).values("works_at")
    calls = Call.objects.filter(ward=ward, at__gt=timezone.now() - KEPT_FOR)
    return calls.filter(Q(by=user) | Q(organisation__in=theirs)).order_by("-at", "-pk")[:SHOWN]
