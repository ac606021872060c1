from celery import shared_task

from availability import days, news
from availability.bulk.services import sweep_uploads
from availability.follow_up.calls import services as calls
from availability.follow_up.holds import services as holds
from availability.queries import wards_where_time_passed
from availability.reminders import services as reminders
from availability.saved_searches import services as saved_searches
from availability.services import write_what_time_did
from availability.sessions.patterns import make_what_comes
from availability.sessions.queries import wards_with_days_to_make


@shared_task
def tell_of_wards() -> None:
    """Tell people which wards of their service groups have opened or closed."""
    news.tell_of_wards()


@shared_task
def tell_of_openings() -> None:
    """Tell people of the wards that their saved searches newly find: each search by itself."""
    saved_searches.tell_of_openings()


@shared_task
def write_what_time_did_everywhere() -> None:
    """Record the beds that have become available by themselves: each ward by itself."""
    for ward_id in wards_where_time_passed():
        write_what_time_did(ward_id=ward_id)


@shared_task
def expire_holds() -> None:
    """End the requests to hold a bed that nobody has answered: each by itself."""
    holds.expire_holds()


@shared_task
def sweep_follow_up() -> None:
    """Delete what searchers noted and asked long ago."""
    holds.sweep_holds()
    calls.sweep_calls()


@shared_task
def count_days() -> None:
    """Count each ward as the days that are over left it."""
    days.count_days()


@shared_task
def make_sessions_that_come() -> None:
    """Make the sessions of the days that have come into reach: each ward by itself."""
    for ward_id in wards_with_days_to_make():
        make_what_comes(ward_id=ward_id)


@shared_task
def remind_of_freshness() -> None:
    """Remind people of wards that nobody has confirmed for too long."""
    reminders.remind_of_freshness()


@shared_task
def sweep_bed_uploads() -> None:
    """Forget the files of beds that were uploaded and not saved."""
    sweep_uploads()
