from celery import shared_task

from availability import news


@shared_task
def tell_of_wards() -> None:
    """Tell people which wards of their service groups have opened or closed."""
    news.tell_of_wards()
