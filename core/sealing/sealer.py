"""The sealer: chains the events that wait, a batch in each transaction, one sealer at a time."""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from core.models import AuditSeal, UnsealedEvent
from core.sealing.chain import BEFORE_THE_FIRST, EVENT_COLUMNS, Link, digest_of, keys, micros
from core.sealing.head import append_head, current_head, last_head

logger = logging.getLogger(__name__)

# Any number that no other advisory lock of the product uses.
LOCK = 7_305_201
BATCH = 1000

WAITING = f"""
    SELECT {micros("u.inserted_at")}, u.inserted_at, {", ".join(EVENT_COLUMNS)}
      FROM core_unsealedevent u JOIN core_auditevent e ON e.id = u.event_id
     WHERE NOT EXISTS (SELECT FROM core_auditseal s WHERE s.event_id = u.event_id)
     ORDER BY u.event_id LIMIT %s
"""  # noqa: S608 - every part is written in our modules
NOW = f"SELECT now.at, {micros('now.at')} FROM (SELECT clock_timestamp() at) now"  # noqa: S608


def seal(*, within: timedelta | None = None) -> int:
    """Seal what waits, for at most so long; how many events were sealed.

    Another sealer at work does it instead. Then the head is kept outside the database.
    """
    until = time.monotonic() + within.total_seconds() if within else None
    total = 0
    while sealed := seal_batch():
        total += sealed
        if until and time.monotonic() > until:
            break
    keep_head_outside()
    return total


@transaction.atomic
def seal_batch() -> int:
    """Chain the next events in the order of their numbers; latecomers come after what is sealed."""
    if not is_the_only_sealer():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [BATCH])
        waiting = cursor.fetchall()
        cursor.execute(NOW)
        now, now_in_micros = cursor.fetchone()
    head = current_head()
    position = head.position if head else 0
    before = bytes.fromhex(head.mac) if head else BEFORE_THE_FIRST
    key_id, key = next(iter(keys().items()))
    seals = []
    for inserted_in_micros, inserted_at, *columns in waiting:
        position += 1
        link = Link(
            position=position,
            event_id=columns[0],
            inserted_at=inserted_in_micros,
            sealed_at=now_in_micros,
            digest=digest_of(tuple(columns)),
            key_id=key_id,
        )
        before = link.mac(key, before)
        seals.append(
            AuditSeal(
                position=position,
                event_id=link.event_id,
                inserted_at=inserted_at,
                sealed_at=now,
                digest=link.digest,
                key_id=key_id,
                mac=before,
            )
        )
    AuditSeal.objects.bulk_create(seals)
    UnsealedEvent.objects.filter(pk__in=[seal.event_id for seal in seals]).delete()
    return len(seals)


@transaction.atomic
def keep_head_outside() -> None:
    """Add the newest seal to the file and to the log, unless the file ends with it.

    A file that cannot be written is no reason not to seal: the log says so, and so does
    `manage.py verify_audit` until a later seal could write it.
    """
    if not is_the_only_sealer():
        return
    head, file = current_head(), settings.AUDIT_HEAD_FILE
    try:
        known = last_head(file)
        if head is None or known == head:
            return
        if known is None:
            logger.warning("%s holds no head at its end: it goes on with %s", file, head)
        elif known.position >= head.position:
            logger.critical(
                "The audit trail was cut: %s is known, the table ends at %s", known, head
            )
        append_head(file, head)
    except OSError as error:
        logger.error("The head of the audit trail could not be written to %s: %s", file, error)
    logger.info("Head of the audit trail: %s", head)


def is_the_only_sealer() -> bool:
    """Whether this transaction seals; the database holds others back until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
