from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from core.sealing.sealer import seal

# Well under a task's time limit: the next minute goes on.
SEALING_TIME = timedelta(seconds=45)


@shared_task
def sweep_expired() -> None:
    """Delete what has expired: entries of the cache, where sign-in counts, and sessions.

    Django deletes neither by itself, unless the cache is full or the entry is asked for again.
    """
    table = sql.Identifier(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DELETE FROM {} WHERE expires < now()").format(table))
    call_command("clearsessions")


@shared_task
def seal_audit() -> None:
    """Seal the events of the audit trail that wait for it."""
    seal(within=SEALING_TIME)
