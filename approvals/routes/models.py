"""The routing table, as the helpdesk reads and edits it."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accounts.choices import Capability
from approvals.choices import ApplicantKind, ApproverKind
from approvals.routes.rules import refusal_of


class Route(models.Model):
    """A cell of the table: what is asked × who asks → who decides (CPMS-27).

    The first of the approvers with somebody there who is not the applicant decides, and the
    helpdesk if there is none. A migration makes every cell, and none is ever added or deleted.
    """

    capability = models.CharField("what is asked for", max_length=30, choices=Capability)
    asker = models.CharField("who asks", max_length=20, choices=ApplicantKind)
    approvers = ArrayField(
        models.CharField(max_length=20, choices=ApproverKind),
        blank=True,
        default=list,
        help_text="In order; the helpdesk comes after them",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["capability", "asker"], name="route_once"),
            models.CheckConstraint(
                condition=Q(approvers__contained_by=ApproverKind.values),
                name="route_of_known_approvers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_capability_display()}, asked by: {self.get_asker_display()}"

    def clean(self) -> None:
        if refusal := refusal_of(self.capability, self.asker, self.approvers):
            raise ValidationError(refusal)

    @property
    def in_words(self) -> str:
        """E.g. 'Provider's approver, then Regional approver, then the helpdesk'."""
        labels = [ApproverKind(kind).label for kind in self.approvers]
        return ", then ".join([*labels, "the helpdesk"] if labels else ["The helpdesk"])
