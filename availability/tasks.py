from celery import shared_task

from availability import news
from availability.queries import wards_where_time_passed
from availability.services import write_what_time_did


@shared_task
def tell_of_wards() -> None:
    """Tell people which wards of their service groups have opened or closed."""
    news.tell_of_wards()


@shared_task
def write_what_time_did_everywhere() -> None:
    """Record the beds that have become available by themselves: each ward by itself."""
    for ward_id in wards_where_time_passed():
        write_what_time_did(ward_id=ward_id)
