"""The versions that a person may see: the door that every page of plans starts from."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.queries import planners_editable_by, planners_readable_by
from capacity_plans.choices import CHANGEABLE
from capacity_plans.models import Version


def versions_readable_by(user: Any) -> QuerySet[Version]:
    """All versions of plans that the person may change; of others, what was once submitted."""
    return Version.objects.filter(
        Q(plan__collaborative__in=planners_editable_by(user))
        | Q(plan__collaborative__in=planners_readable_by(user)) & ~Q(status__in=CHANGEABLE)
    )


def versions_planned_by(user: Any) -> QuerySet[Version]:
    """All versions of the plans that the person may change, in whatever state."""
    return Version.objects.filter(plan__collaborative__in=planners_editable_by(user))
