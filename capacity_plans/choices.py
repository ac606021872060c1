"""The words of plans: states of a version, kinds of changes."""

from django.db import models


class VersionStatus(models.TextChoices):
    """The life of a version; a scenario stands beside it until somebody makes it the draft."""

    SCENARIO = "scenario", "Scenario"
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waits for approval"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned"
    SUPERSEDED = "superseded", "Superseded"


# In these a version's rows may be changed; in all others the database refuses.
CHANGEABLE = (VersionStatus.SCENARIO, VersionStatus.DRAFT)
# Of these a plan has one at most, together.
OPEN = (VersionStatus.DRAFT, VersionStatus.SUBMITTED)


class ChangeKind(models.TextChoices):
    """What happens to a line on a day."""

    OPENING = "opening", "Opening"
    INCREASE = "increase", "Increase"
    DECREASE = "decrease", "Decrease"
    CLOSING = "closing", "Closing"
    TEMPORARY_OPENING = "temporary_opening", "Temporary opening"
    TEMPORARY_CLOSING = "temporary_closing", "Temporary closing"
    TRANSFER = "transfer", "Transfer to another line"


TEMPORARY = (ChangeKind.TEMPORARY_OPENING, ChangeKind.TEMPORARY_CLOSING)
# These take from the line; the others add to it.
TAKING = (
    ChangeKind.DECREASE,
    ChangeKind.CLOSING,
    ChangeKind.TEMPORARY_CLOSING,
    ChangeKind.TRANSFER,
)
