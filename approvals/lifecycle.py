"""The life of an item that awaits a decision, as a table."""

from approvals.choices import ItemStatus
from core.lifecycle import Lifecycle, Step

ITEM = Lifecycle(
    name="request",
    states=ItemStatus,
    start=ItemStatus.SUBMITTED,
    steps={
        (ItemStatus.SUBMITTED, ItemStatus.APPROVED): Step(
            "the last stage's approver", "item.approved", "access_approved"
        ),
        (ItemStatus.SUBMITTED, ItemStatus.REJECTED): Step(
            "any stage's approver, with a reason", "item.rejected", "access_declined"
        ),
        (ItemStatus.SUBMITTED, ItemStatus.WITHDRAWN): Step(
            "who asked, or who disables their account", "item.withdrawn"
        ),
        (ItemStatus.SUBMITTED, ItemStatus.EXPIRED): Step(
            "the service: nobody decided for long, or the place closed",
            "item.expired",
            "access_expired",
        ),
    },
)
