"""Reads of the directory."""

from django.db.models import Q
from django.db.models.functions import Now, TruncDate


def still_open(*paths: str) -> Q:
    """The condition that what each path leads to ('' itself, 'unit__', ...) is not closed today."""
    condition = Q()
    for path in paths:
        condition &= Q(**{f"{path}closed_on__isnull": True}) | Q(
            **{f"{path}closed_on__gt": TruncDate(Now())}
        )
    return condition
