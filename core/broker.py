"""Whether the broker answers; nothing but background work depends on it."""

from celery import current_app
from kombu.exceptions import OperationalError


def broker_answers() -> bool:
    """True if the broker accepts a connection within a second."""
    try:
        with current_app.connection_for_write(connect_timeout=1) as connection:
            connection.ensure_connection(max_retries=0, timeout=1)
    except (OperationalError, OSError):
        return False
    return True
