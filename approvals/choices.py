from django.db import models

from organisations.choices import ApprovalLevel


class ItemStatus(models.TextChoices):
    SUBMITTED = "submitted", "Pending"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


# Tag colours of the NHS design system; the words always show.
STATUS_COLOURS: dict[str, str] = {
    ItemStatus.SUBMITTED: "yellow",
    ItemStatus.APPROVED: "green",
    ItemStatus.REJECTED: "orange",
    ItemStatus.WITHDRAWN: "grey",
    ItemStatus.EXPIRED: "grey",
}


class StageEnd(models.TextChoices):
    """Why an item waits at a stage no more."""

    DECIDED = "decided", "Decided"
    MOVED_UP = "moved_up", "Not decided in time"
    NOBODY = "nobody", "Nobody was left there to decide"
    REROUTED = "rerouted", "The way to the approver has changed"
    CLOSED = "closed", "The request ended without a decision"


class Outcome(models.TextChoices):
    APPROVED = "approved", "Approve"
    REJECTED = "rejected", "Reject"


class OrganisationType(models.TextChoices):
    """Who asks: 'Your organisation' of the access request (CPMS-15)."""

    PROVIDER = "provider", "Provider / provider collaborative"
    NHS_ENGLAND = "nhs_england", "NHS England"
    OTHER = "other", "Other"


class ApplicantKind(models.TextChoices):
    """Who asks, as far as it decides the way."""

    SINGLE_LEVEL = ApprovalLevel.SINGLE.value, "Staff of a single-level provider"
    MULTI_LEVEL = ApprovalLevel.MULTI.value, "Staff of a multi-level provider"
    NHS_ENGLAND = "nhs_england", "Staff of NHS England"
    OTHER = "other", "Other organisations, and providers that the directory does not list"


class ApproverKind(models.TextChoices):
    """Whom a route names; the helpdesk is no choice, since it is the last of every route."""

    PROVIDER = "provider", "Provider's approver"
    COLLABORATIVE = "collaborative", "Approver of the provider's collaborative"
    PLANS = "plans", "Approver of the collaborative whose plans they are"
    REGION = "region", "Regional approver"
