"""The life of a request to hold a bed, as a table."""

from availability.follow_up.choices import HoldStatus
from core.lifecycle import Lifecycle, Step

HOLD = Lifecycle(
    name="hold request",
    states=HoldStatus,
    start=HoldStatus.ASKED,
    steps={
        (HoldStatus.ASKED, HoldStatus.ACCEPTED): Step(
            "an editor of the ward, who chooses the bed", "hold.accepted", "hold_answered"
        ),
        (HoldStatus.ASKED, HoldStatus.DECLINED): Step(
            "an editor of the ward, with a reason", "hold.declined", "hold_answered"
        ),
        (HoldStatus.ASKED, HoldStatus.WITHDRAWN): Step(
            "who asked, or who ends their access", "hold.withdrawn"
        ),
        (HoldStatus.ASKED, HoldStatus.EXPIRED): Step(
            "the service, when nobody answers in time", "hold.expired", "hold_expired"
        ),
    },
)
