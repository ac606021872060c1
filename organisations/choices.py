"""Code lists of the directory; numbers in comments are the NHS Data Dictionary's codes."""

from django.db import models


class AsksAs(models.TextChoices):
    """Which answer of the access request the people of a kind of organisation give (CPMS-15, -18).

    NHS England is none of them: its people name a region instead.
    """

    PROVIDER = "provider", "Provider / Provider Collaborative"
    NHS_BODY = "nhs_body", "Other: an NHS organisation or CSU"
    OTHER_BODY = "other_body", "Other: outside the NHS"


class ApprovalLevel(models.TextChoices):
    """Who decides about a provider's staff first (CQRS-01)."""

    SINGLE = "single", "Single level: the commissioner approves"
    MULTI = "multi", "Multi level: the provider's own approver decides first"


class Sex(models.TextChoices):
    """Whom a ward admits (intended sex of patients: 1 male, 2 female, 8 not specified)."""

    MALE = "male", "Male"
    FEMALE = "female", "Female"
    MIXED = "mixed", "Mixed"


class SecurityLevel(models.IntegerChoices):
    """Ward security level, with the NHS Data Dictionary's codes."""

    GENERAL = 0, "General (non-secure)"
    LOW = 1, "Low secure"
    MEDIUM = 2, "Medium secure"
    HIGH = 3, "High secure"


class WardKind(models.TextChoices):
    INPATIENT = "inpatient", "Inpatient (beds)"
    SESSIONAL = "sessional", "Sessional (sessions a day)"
