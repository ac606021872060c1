from django.db import models
from django.db.models.functions import Now

from accounts.choices import ConsentKind
from accounts.models.people import User
from core.models import AppendOnlyModel


class Consent(AppendOnlyModel):
    """What a person was asked to agree to, and the answer; the latest also stands on the person."""

    person = models.ForeignKey(User, models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=20, choices=ConsentKind)
    version = models.CharField(max_length=10, help_text="Of the terms in force at that moment")
    agreed = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["person", "kind", "-at"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}, {self.version}"
