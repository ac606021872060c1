"""What a person may be given, and how it is called on screens."""

from django.db import models


class AccountKind(models.TextChoices):
    PERSONAL = "personal", "Personal"
    GENERIC = "generic", "Generic (shared)"


class ProfessionalRole(models.TextChoices):
    """What a person works as (ERN-06)."""

    PSYCHIATRIST = "psychiatrist", "Psychiatrist or other doctor"
    NURSE = "nurse", "Nurse"
    PSYCHOLOGIST = "psychologist", "Psychologist or therapist"
    SOCIAL_WORKER = "social_worker", "Social worker"
    BED_MANAGER = "bed_manager", "Bed manager"
    CASE_MANAGER = "case_manager", "Case manager"
    COMMISSIONER = "commissioner", "Commissioner"
    MANAGER = "manager", "Service or ward manager"
    ADMINISTRATOR = "administrator", "Administrator"
    OTHER = "other", "Other"


class Capability(models.TextChoices):
    """What a grant lets its holder do; the label is the name of the role that people see."""

    AVAILABILITY_VIEW = "availability_view", "Availability viewer"
    AVAILABILITY_EDIT = "availability_edit", "Availability editor"
    PLANS_VIEW = "plans_view", "Plan viewer"
    PLANS_EDIT = "plans_edit", "Plan editor"
    APPROVE_STANDARD = "approve_standard", "Provider approver"
    APPROVE_COMMISSIONER = "approve_commissioner", "Commissioner approver"
    APPROVE_REGIONAL = "approve_regional", "Regional approver"
    ADMINISTER = "administer", "Helpdesk"


APPROVER_CAPABILITIES = (
    Capability.APPROVE_STANDARD,
    Capability.APPROVE_COMMISSIONER,
    Capability.APPROVE_REGIONAL,
    Capability.ADMINISTER,
)

# The kinds of scope that each capability can have (design: domain, Access). A capability without
# any reaches everything.
SCOPES: dict[str, tuple[str, ...]] = {
    Capability.AVAILABILITY_VIEW: ("service_group",),
    Capability.AVAILABILITY_EDIT: ("organisation", "unit", "ward"),
    Capability.PLANS_VIEW: ("service_group", "collaborative"),
    Capability.PLANS_EDIT: ("collaborative",),
    Capability.APPROVE_STANDARD: ("organisation",),
    Capability.APPROVE_COMMISSIONER: ("collaborative",),
    Capability.APPROVE_REGIONAL: ("region",),
    Capability.ADMINISTER: (),
}
SCOPE_FIELDS = ("service_group", "organisation", "unit", "ward", "collaborative", "region")


class GrantOrigin(models.TextChoices):
    """Where a grant came from."""

    DECISION = "decision", "An approver's decision"
    INVITATION = "invitation", "An invitation"
    BOOTSTRAP = "bootstrap", "Set up by the service"
    DIRECTORY = "directory", "Directory import"
    MERGER = "merger", "A merger of organisations"


class LeavingReason(models.TextChoices):
    """Why an account is disabled (CQRS-16)."""

    LEFT = "left", "Left organisation"
    MOVED = "moved", "Moved to another organisation"
    OTHER = "other", "Other"


class ConsentKind(models.TextChoices):
    TERMS = "terms", "Terms of use"
    COMMUNICATIONS = "communications", "News about the service"


class LinkPurpose(models.TextChoices):
    VERIFY_ADDRESS = "verify_address", "Verify an email address"
    RESET_PASSWORD = "reset_password", "Choose a new password"
    INVITATION = "invitation", "Accept an invitation"
    CHANGE_ADDRESS = "change_address", "Change an email address"


class LinkState(models.TextChoices):
    """What became of a link; the label is the heading for who follows it."""

    LIVE = "live", "This link can be used"
    USED = "used", "This link has been used already"
    SUPERSEDED = "superseded", "This link has been replaced"
    EXPIRED = "expired", "This link is too old to be used"
    UNKNOWN = "unknown", "This link does not work"
