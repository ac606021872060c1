"""What waits long: deciders are reminded, then it goes one level up, and at last it ends (CT-12).

Run by the worker, by several at once if need be: what one of them has done, another leaves alone.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import Capability
from approvals.choices import ItemStatus, StageEnd
from approvals.kinds import relations_of_items
from approvals.models import Item, Stage
from approvals.moving import end_item, lock_item, move_item
from approvals.routing import Router
from approvals.telling import tell_deciders
from approvals.working_days import after_working_days
from core.errors import Conflict

A_DAY = timedelta(days=1)


def waiting() -> QuerySet[Stage]:
    """The stages where items wait, with what tells of them."""
    items = (f"item__{relation}" for relation in relations_of_items())
    stages = Stage.objects.filter(is_current=True).select_related("item__person", *items)
    return stages.select_related(*Stage.SCOPE_RELATIONS).order_by("item_id")


def to_remind_of() -> Q:
    """Of stages: those of a working day ago, once; of the helpdesk's, daily from then on."""
    days_left = settings.DECISION_WORKING_DAYS - 1
    a_working_day_ago = Q(due_at__lte=after_working_days(timezone.now(), days_left))
    never = Q(reminded_at__isnull=True)
    helpdesks = Q(capability=Capability.ADMINISTER, reminded_at__lte=timezone.now() - A_DAY)
    return a_working_day_ago & (never | helpdesks)


def remind_deciders() -> int:
    """Remind whoever decides, once after a working day; gives of how many items."""
    due = to_remind_of()
    together: dict[tuple[object, ...], list[Stage]] = {}
    for stage in waiting().filter(due):
        together.setdefault(tuple(stage.scope_columns.values()), []).append(stage)
    reminded = 0
    for same in together.values():
        with transaction.atomic():
            claimed = [stage for stage in same if claim_reminder(stage, due)]
            tell_deciders(claimed, kind="decision_reminder")
            reminded += len(claimed)
    return reminded


def claim_reminder(stage: Stage, due: Q) -> bool:
    """Whether it is this worker that reminds."""
    open_ones = Stage.objects.filter(due, pk=stage.pk, is_current=True)
    return open_ones.update(reminded_at=Now()) == 1


def move_overdue_up() -> int:
    """Move what was not decided in time one level up; gives how many items moved.

    The helpdesk is the last: what waits there stays.
    """
    late = waiting().filter(due_at__lte=Now()).exclude(capability=Capability.ADMINISTER)
    return sum(move_up(stage=stage) for stage in late)


@transaction.atomic
def move_up(*, stage: Stage) -> bool:
    """Move the item that waits at a stage one level up; whether it moved.

    Not if it was decided or moved meanwhile, or if nobody above could decide.
    """
    item = lock_item(stage.item)
    still_late = Stage.objects.filter(pk=stage.pk, is_current=True, due_at__lte=Now())
    above = Router().above(stage, item) if still_late.exists() else None
    return above is not None and move_item(item=item, way=[above], why=StageEnd.MOVED_UP, by=None)


def expire_old() -> int:
    """End what nobody has decided for as long as the setting says; gives how many items."""
    before = timezone.now() - timedelta(days=settings.REQUEST_EXPIRES_DAYS)
    old = Item.objects.filter(status=ItemStatus.SUBMITTED, submitted_at__lte=before)
    ended = 0
    for item in old.order_by("pk"):
        try:
            end_item(item=item, to=ItemStatus.EXPIRED, by=None)
        except Conflict:
            continue
        ended += 1
    return ended
