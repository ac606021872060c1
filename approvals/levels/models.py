"""When a provider was switched between single and multi level, and by whom."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from core.models import AppendOnlyModel
from organisations.choices import ApprovalLevel
from organisations.models import Organisation


class LevelChange(AppendOnlyModel):
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="level_changes")
    was = models.CharField(max_length=10, choices=ApprovalLevel)
    to = models.CharField(max_length=10, choices=ApprovalLevel)
    by = models.ForeignKey(User, models.PROTECT, db_index=False, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(was=F("to")), name="level_change_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_to_display()}"
