"""Reads of calls."""

from typing import Any

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.functions import Cast, JSONObject, Now
from django.utils import timezone

from accounts.models import User
from approvals.people.reach import works_at
from availability.follow_up.calls.services import KEPT_FOR
from availability.models import Call
from organisations.models import Ward

SHOWN = 20


def calls_to(ward: Ward, user: Any) -> QuerySet[Call]:
    """What people of the person's organisation noted of a ward, the newest first; one query."""
    calls = Call.objects.filter(ward=ward, at__gt=timezone.now() - KEPT_FOR)
    return calls.filter(of_organisation_of(user.pk)).order_by("-at", "-pk")[:SHOWN]


def last_call(person: Any) -> Subquery:
    """Of a ward the first of `calls_to`, as text for `words.call_in_words`; null if there is none.

    `person` is an id, or the place of one.
    """
    calls = Call.objects.filter(
        of_organisation_of(person), ward=OuterRef("pk"), at__gt=Now() - KEPT_FOR
    )
    is_own = ExpressionWrapper(Q(by=person), BooleanField())
    said = JSONObject(at="at", outcome="outcome", text="text", is_own=is_own)
    newest = calls.order_by("-at", "-pk").values(said=Cast(said, TextField()))
    return Subquery(newest[:1])


def of_organisation_of(person: Any) -> Q:
    """The condition that the person noted a call, or somebody of the same organisation."""
    theirs = User.objects.filter(pk=person).annotate(works_at=works_at()).values("works_at")
    return Q(by=person) | Q(organisation=Subquery(theirs))
