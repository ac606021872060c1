from celery import shared_task

from approvals.people.review import services


@shared_task
def tell_of_review() -> None:
    """Tell approvers that the quarterly review is due, and the next level what was left over."""
    services.tell_of_review()
