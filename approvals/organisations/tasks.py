from celery import shared_task

from approvals.organisations import services


@shared_task
def close_due() -> None:
    """End what is left of organisations whose closing day has come."""
    services.close_due()
