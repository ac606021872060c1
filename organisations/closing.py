"""What is closed: from its closing day on."""

from datetime import date
from typing import Protocol

from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils import timezone


class Closing(Protocol):
    closed_on: date | None


def is_closed(thing: Closing) -> bool:
    """Whether an organisation, unit or ward itself is closed today."""
    return thing.closed_on is not None and thing.closed_on <= timezone.localdate()


def still_open(*paths: str) -> Q:
    """The condition that what each path leads to ('' itself, 'unit__', ...) is not closed today."""
    condition = Q()
    for path in paths:
        condition &= Q(**{f"{path}closed_on__isnull": True}) | Q(
            **{f"{path}closed_on__gt": TruncDate(Now())}
        )
    return condition
