"""How mails name what was asked for, after the registration guide (CPMS-29)."""

from accounts.choices import Capability
from approvals.models import Item

AREAS: dict[str, str] = {
    Capability.AVAILABILITY_VIEW: "Bed/Session Availability",
    Capability.AVAILABILITY_EDIT: "Bed/Session Availability",
    Capability.PLANS_VIEW: "Bed/Capacity Plans",
    Capability.PLANS_EDIT: "Bed/Capacity Plans",
    Capability.APPROVE_STANDARD: "Approver",
    Capability.APPROVE_COMMISSIONER: "Approver",
    Capability.APPROVE_REGIONAL: "Approver",
}


def access_of(item: Item) -> str:
    """E.g. 'Access Level: Availability viewer, Service group: CYPMHS (CAMHS)'."""
    level = f"Access Level: {item.get_capability_display()}"
    if item.scope is None:
        return level
    return f"{level}, {str(item.scope._meta.verbose_name).capitalize()}: {item.scope}"
