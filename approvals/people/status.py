"""How an account stands, in one word or a few: one definition for lists, pages, files, filters."""

from django.db import models
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from accounts.lockout import people_locked_out
from accounts.models import Grant, User
from approvals.choices import ItemStatus
from approvals.models import ACCESS, Item


class Status(models.TextChoices):
    """In the order in which one hides the next (CQRS-10)."""

    DISABLED = "disabled", "Disabled"
    LOCKED = "locked", "Locked"
    ACTIVE = "active", "Active"
    PENDING = "pending", "Pending Access Request"
    NO_ACCESS = "no_access", "No access"


# Tag colours of the NHS design system; the words always show.
COLOURS: dict[str, str] = {
    Status.DISABLED: "grey",
    Status.LOCKED: "orange",
    Status.ACTIVE: "green",
    Status.PENDING: "yellow",
    Status.NO_ACCESS: "white",
}


def with_status(people: QuerySet[User]) -> QuerySet[User]:
    """The people with `status`, a value of Status. 1 query, at once, for who is locked out."""
    live = Grant.objects.live().filter(person=OuterRef("pk"))
    waiting = Item.objects.filter(person=OuterRef("pk"), kind=ACCESS, status=ItemStatus.SUBMITTED)
    return people.annotate(
        status=Case(
            When(is_active=False, then=Value(Status.DISABLED)),
            When(pk__in=people_locked_out(), then=Value(Status.LOCKED)),
            When(Exists(live), then=Value(Status.ACTIVE)),
            When(Exists(waiting), then=Value(Status.PENDING)),
            default=Value(Status.NO_ACCESS),
            output_field=models.CharField(),
        )
    )
