"""The one way to write the audit trail; call it inside the transaction that does the thing."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from core.models import AuditEvent
from core.reference import current_reference


def record(
    event: str,
    *,
    by: models.Model | None,
    target: models.Model,
    subject: models.Model | None = None,
    **details: Any,
) -> None:
    """Append one event. `details` must be JSON: codes and ids rather than names.

    Of what a shared account does, each event says that the person is unknown (CT-05).
    """
    event_of(event, by=by, target=target, subject=subject, details=details).save(force_insert=True)


def record_each(
    event: str, *, by: models.Model | None, of: Iterable[tuple[models.Model, dict[str, Any]]]
) -> None:
    """Append an event for each (target, details) of something that is done to many: 1 query."""
    AuditEvent.objects.bulk_create(
        event_of(event, by=by, target=target, details=details) for target, details in of
    )


def event_of(
    event: str,
    *,
    by: models.Model | None,
    target: models.Model,
    subject: models.Model | None = None,
    details: dict[str, Any],
) -> AuditEvent:
    if getattr(by, "is_shared", False):
        details = details | {"person": "unknown"}
    return AuditEvent(
        event=event,
        actor_id=by.pk if by else None,
        subject_id=subject.pk if subject else None,
        target=name_of(target),
        details=details,
        reference=current_reference(),
    )


def name_of(target: models.Model) -> str:
    """How the trail names a row, e.g. 'availability.bed:17'."""
    return f"{target._meta.label_lower}:{target.pk}"
