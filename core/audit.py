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
    """Append one event. `details` must be JSON: codes and ids rather than names."""
    AuditEvent.objects.create(
        event=event,
        actor_id=by.pk if by else None,
        subject_id=subject.pk if subject else None,
        target=f"{target._meta.label_lower}:{target.pk}",
        details=details,
        reference=current_reference(),
    )
