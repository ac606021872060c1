"""The one way to write the audit trail; call it inside the transaction that does the thing."""

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
    if getattr(by, "is_shared", False):
        details["person"] = "unknown"
    AuditEvent.objects.create(
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
