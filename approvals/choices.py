from django.db import models


class ItemStatus(models.TextChoices):
    SUBMITTED = "submitted", "Waiting for a decision"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Declined"


class Outcome(models.TextChoices):
    APPROVED = "approved", "Approve"
    REJECTED = "rejected", "Reject"


class OrganisationType(models.TextChoices):
    """Who asks: 'Your organisation' of the access request (CPMS-15)."""

    PROVIDER = "provider", "Provider / Provider Collaborative"
