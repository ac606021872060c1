"""Writes of the quarterly review, and who is told that it is due."""

from datetime import datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import leaving
from accounts.choices import APPROVER_CAPABILITIES, LeavingReason
from accounts.models import Grant, User
from approvals.people import services
from approvals.people.review import queries
from approvals.people.review.models import ReviewAnswer
from approvals.people.review.quarters import Quarter, this_quarter
from approvals.rights import Act
from core import audit
from core.errors import Conflict
from notifications.models import Notification
from notifications.services import notify

KIND = "review_due"


@transaction.atomic
def confirm(*, person: User, by: User) -> ReviewAnswer:
    """Somebody still works there. Conflict if that was answered already in this quarter."""
    return answer(person=person, by=by, works_here=True)


@transaction.atomic
def has_left(*, person: User, by: User) -> ReviewAnswer:
    """Somebody has left: their account is disabled. Conflict if that was answered already."""
    said = answer(person=person, by=by, works_here=False)
    services.disable(person=person, by=by, reason=LeavingReason.LEFT)
    return said


def answer(*, person: User, by: User, works_here: bool) -> ReviewAnswer:
    quarter = this_quarter()
    services.lock_and_check(Act.REVIEW, by, person)
    before = ReviewAnswer.objects.filter(person=person, quarter=quarter.start)
    if said := before.select_related("by").first():
        moment = leaving.by_whom_and_when(said.by, said.at)
        word = "confirmed" if said.works_here else "said to have left,"
        raise Conflict(f"{person.get_full_name()} was {word} {moment}.")
    organisation, collaborative = queries.place_of(person)
    said = ReviewAnswer.objects.create(
        person=person,
        quarter=quarter.start,
        organisation=organisation,
        collaborative=collaborative,
        works_here=works_here,
        by=by,
    )
    event = "review.confirmed" if works_here else "review.left"
    audit.record(event, by=by, target=said, subject=person)
    return said


def tell_of_review() -> int:
    """Tell approvers that the review is due, remind them, and tell the next level; how many.

    Each is told once in each of these times, however often this runs.
    """
    quarter, today = this_quarter(), timezone.localdate()
    if today < quarter.reminder:
        since, words = quarter.start, ""
    elif today < quarter.due:
        since, words = quarter.reminder, "reminder"
    else:
        since, words = quarter.due, "overdue"
    begun = timezone.make_aware(datetime.combine(since, time()))
    told = Notification.objects.filter(kind=KIND, created_at__gte=begun).values("person")
    approvers = Grant.objects.live().filter(capability__in=APPROVER_CAPABILITIES)
    people = User.objects.filter(pk__in=approvers.values("person")).exclude(pk__in=told)
    return sum(tell(person, quarter, words) for person in people.order_by("pk"))


@transaction.atomic
def tell(person: User, quarter: Quarter, words: str) -> bool:
    """Tell one approver, if there is anybody to confirm."""
    left = queries.number_to_confirm(person, quarter)
    below = queries.from_below(person, quarter).count() if words == "overdue" else 0
    if not left + below:
        return False
    notify(
        person=person,
        kind=KIND,
        address=reverse("approvals:review"),
        context={
            "quarter": quarter,
            "number": left,
            "from_below": below,
            "words": words,
        },
    )
    return True
