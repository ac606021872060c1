"""Drafts: what people have typed so far, kept in the database so that nothing is lost."""

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.models import Registration, User


class Draft(models.Model):
    """Answers by step: {step: {field: value}}, as validated; never a plain password."""

    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class RegistrationDraft(Draft):
    """Registration part 1, before there is an account; bound to the browser by a signed cookie."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    password_hash = models.CharField(max_length=128, blank=True)
    registered_as = models.EmailField(
        blank=True, help_text="The address that was registered; the answers are then gone"
    )

    registration = models.ForeignKey(
        Registration, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    mailed_at = models.DateTimeField(
        null=True, blank=True, help_text="When this browser last asked for the email"
    )

    def __str__(self) -> str:
        return f"Registration begun {self.started_at:%d %b %Y %H:%M}"


class AccessRequestDraft(Draft):
    """Registration part 2: the access request that a person is writing; one at a time."""

    person = models.OneToOneField(User, models.CASCADE, related_name="access_request_draft")

    def __str__(self) -> str:
        return f"Access request of {self.person}"
