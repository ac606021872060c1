"""What is recorded of readers of the history: that they took it out of the service."""

from django.db import transaction

from accounts.models import User
from availability.history.lines import Asked
from core.audit import record


@transaction.atomic
def begin_export(*, asked: Asked, by: User) -> None:
    """Record that somebody takes a ward's history, with its people's names, as a file."""
    record(
        "ward.history_exported",
        by=by,
        target=asked.ward,
        bed=asked.bed.pk if asked.bed else None,
        day=asked.day.isoformat() if asked.day else None,
    )
