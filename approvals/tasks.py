from celery import shared_task

# The worker finds the tasks of an app in this module alone.
from approvals.invitations.tasks import expire_invitations, mail_invitations  # noqa: F401
from approvals.moving import move_what_nobody_decides
from approvals.organisations.tasks import close_due  # noqa: F401
from approvals.overdue import expire_old, move_overdue_up, remind_deciders


@shared_task
def see_to_what_waits() -> None:
    """Remind, move up, and end what waits too long; move what nobody can decide any more."""
    expire_old()
    move_what_nobody_decides()
    move_overdue_up()
    remind_deciders()
