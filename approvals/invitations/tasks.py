from celery import shared_task

from approvals.invitations import services


@shared_task
def mail_invitations() -> None:
    """Mail invitations that were made as a list."""
    services.mail_due_invitations()


@shared_task
def expire_invitations() -> None:
    """End invitations whose time is over, and delete those that ended long ago unaccepted."""
    services.expire_invitations()
    services.forget_invitations()
