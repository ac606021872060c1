from django.db import models


class HoldStatus(models.TextChoices):
    """What becomes of a request to hold a bed."""

    ASKED = "asked", "Waiting for an answer"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Not answered in time"


class CallOutcome(models.TextChoices):
    """What a ward said on the telephone."""

    HAS_BED = "has_bed", "They have a bed"
    NO_BED = "no_bed", "No bed is free"
    NOT_SUITABLE = "not_suitable", "Not suitable, or taken"
    NO_ANSWER = "no_answer", "No answer"
    OTHER = "other", "Something else"


# What contradicts figures that say that a bed is free, as others read it
DOUBTS: dict[str, str] = {
    CallOutcome.NO_BED: "no bed was free",
    CallOutcome.NOT_SUITABLE: "no bed was suitable, or it was taken",
}

HOLD_COLOURS: dict[str, str] = {
    HoldStatus.ASKED: "yellow",
    HoldStatus.ACCEPTED: "green",
    HoldStatus.DECLINED: "orange",
    HoldStatus.WITHDRAWN: "grey",
    HoldStatus.EXPIRED: "grey",
}
