"""The way that an item went, stage by stage, and who may read it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.queries import may_administer
from approvals.kinds import state_of
from approvals.models import Decision, Item, Stage
from approvals.queries import item_detail, items_open_to


@dataclass(frozen=True)
class Step:
    """A stage where an item waited, or waits: for whom, why there, how long, how it left."""

    stage: Stage
    since: datetime
    until: datetime | None
    decision: Decision | None

    @property
    def outcome(self) -> str:
        return state_of(self.stage.item, self.decision.outcome) if self.decision else ""

    @property
    def outcome_and_by(self) -> str:
        """With the name of who decided, for approvers."""
        by = self.decision.by.get_full_name() if self.decision else ""
        return f"{self.outcome} by {by}"


def ways_open_to(user: User) -> QuerySet[Item]:
    """The items whose way the person may read: own ones, what they decide, for the helpdesk all.

    With all that describes them: 4 queries.
    """
    items = Item.objects.all()
    if not may_administer(user):
        items = items.filter(Q(person=user) | Q(pk__in=items_open_to(user).values("pk")))
    return item_detail(items)


def steps_of(item: Item) -> list[Step]:
    """Each stage where the item has been, in order; nothing is queried for items of the above."""
    decided = {decision.stage_id: decision for decision in item.decisions.all()}
    been = [
        stage
        for stage in item.stages.all()
        if stage.opened_at or stage.is_current or stage.pk in decided
    ]
    # Of stages of before their opening was kept: the way began when it was sent.
    since = [stage.opened_at or item.submitted_at for stage in been]
    left = [*since[1:], item.ended_at]
    return [
        Step(
            stage,
            since=opened,
            until=decided[stage.pk].at if stage.pk in decided else until,
            decision=decided.get(stage.pk),
        )
        for stage, opened, until in zip(been, since, left, strict=True)
    ]
