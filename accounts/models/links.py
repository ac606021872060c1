import hashlib

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.choices import LinkPurpose
from accounts.models.people import User
from accounts.models.registrations import Registration


def hash_of(token: str) -> str:
    """What is kept of a token; it is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


class Link(models.Model):
    """A single-use link that was mailed: only the hash of its random token is kept."""

    purpose = models.CharField(max_length=20, choices=LinkPurpose)
    person = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="links")
    registration = models.ForeignKey(
        Registration,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="links",
        help_text="What becomes an account by it, until it did or was swept",
    )
    address = models.EmailField(help_text="Where it was sent; it proves this address alone")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "person"],
                condition=Q(used_at__isnull=True, superseded_at__isnull=True),
                name="link_one_live_per_purpose",
            ),
            models.UniqueConstraint(
                fields=["purpose", "address", "registration", "person"],
                condition=Q(used_at__isnull=True, superseded_at__isnull=True),
                nulls_distinct=False,
                name="link_one_live_for_each_who_asked",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(registration__isnull=True),
                name="link_of_person_or_registration",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(superseded_at__isnull=True),
                name="link_used_or_superseded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.address}"
