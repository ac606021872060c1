"""Who opened another person's details: the audit trail of reading."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models.functions import Now
from django.http import HttpRequest

from core import audit
from core.models import AuditEvent

# Reading the same page again within it is one look.
ONE_LOOK = timedelta(hours=1)


def note_look(
    request: HttpRequest,
    *,
    subject: models.Model | None,
    page: str,
    target: models.Model,
    role: Callable[[], str],
) -> None:
    """Record that who asks for the page sees the details of `subject`, once an hour at most.

    Call it from each view whose page shows another person's details, before it is shown. `page` is
    a code of accounts.looks.words; `role` says as what the viewer may see it, and is asked only
    when there is something to record. No subject: somebody who has no account yet.

    Raises PermissionDenied to browsers that load pages ahead: nobody has looked yet, and what is
    not recorded is not shown.
    """
    viewer = request.user
    if isinstance(viewer, AnonymousUser) or viewer == subject or request.method == "HEAD":
        return
    if any("prefetch" in request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose")):
        raise PermissionDenied("This page cannot be loaded ahead. Open it.")
    record_look(by=viewer, subject=subject, page=page, target=target, role=role)


def record_look(
    *,
    by: models.Model,
    subject: models.Model | None,
    page: str,
    target: models.Model,
    role: Callable[[], str],
) -> None:
    """Append one event, unless there is one of the last hour. One query if there is."""
    # With a subject the kind of page counts, and which of its pages does not.
    seen: dict[str, Any] = {"subject": subject} if subject else {"target": audit.name_of(target)}
    recent = AuditEvent.objects.filter(
        event="person.viewed", actor_id=by.pk, details__page=page, at__gt=Now() - ONE_LOOK, **seen
    )
    if recent.exists():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"look {by.pk} {page} {subject.pk if subject else seen['target']}"],
        )
        if not recent.exists():
            audit.record(
                "person.viewed", by=by, target=target, subject=subject, page=page, role=role()
            )
