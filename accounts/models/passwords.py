from django.db import models
from django.db.models.functions import Now

from accounts.models.people import User


class PasswordHistory(models.Model):
    """A password that a person had before, as a hash, so that it does not come back too soon."""

    person = models.ForeignKey(User, models.CASCADE, related_name="earlier_passwords")
    password_hash = models.CharField(max_length=128)
    replaced_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "password history"
        indexes = [
            models.Index(fields=["person", "-replaced_at"], name="password_history_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.person}, until {self.replaced_at:%Y-%m-%d}"


class BreachedPassword(models.Model):
    """A password that is known from a breach elsewhere: the first 64 bits of its SHA-1.

    Among a thousand million of them, one password in twenty thousand million is taken for another.
    """

    digest = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"{self.digest % 2**64:016x}"
