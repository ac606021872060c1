from celery import shared_task

from accounts import services


@shared_task
def sweep_registrations() -> None:
    """Delete registrations whose address was not proven within a week, and old links."""
    services.sweep_registrations()
