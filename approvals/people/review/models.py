from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from core.models import AppendOnlyModel
from organisations.models import Collaborative, Organisation


class ReviewAnswer(AppendOnlyModel):
    """An approver said, for a quarter, whether somebody still works there; said once."""

    person = models.ForeignKey(User, models.PROTECT, related_name="review_answers")
    quarter = models.DateField(help_text="Its first day")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", help_text="Where they work"
    )
    collaborative = models.ForeignKey(
        Collaborative, models.PROTECT, null=True, related_name="+", help_text="Or for which"
    )
    works_here = models.BooleanField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "quarter"], name="review_once_a_quarter"),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | Q(collaborative__isnull=True),
                name="review_of_one_place",
            ),
            models.CheckConstraint(condition=~Q(by=F("person")), name="review_by_another"),
        ]

    def __str__(self) -> str:
        answer = "works there" if self.works_here else "left"
        return f"{self.person}, {self.quarter:%B %Y}: {answer}"
