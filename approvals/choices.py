from django.db import models


class ItemStatus(models.TextChoices):
    SUBMITTED = "submitted", "Pending"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Declined"


# Tag colours of the NHS design system; the words always show.
STATUS_COLOURS: dict[str, str] = {
    ItemStatus.SUBMITTED: "yellow",
    ItemStatus.APPROVED: "green",
    ItemStatus.REJECTED: "orange",
}


class Outcome(models.TextChoices):
    APPROVED = "approved", "Approve"
    REJECTED = "rejected", "Reject"


class OrganisationType(models.TextChoices):
    """Who asks: 'Your organisation' of the access request (CPMS-15)."""

    PROVIDER = "provider", "Provider / provider collaborative"
    NHS_ENGLAND = "nhs_england", "NHS England"
    OTHER = "other", "Other"
