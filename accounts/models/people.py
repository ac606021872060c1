from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils.functional import cached_property

from accounts.choices import AccountKind, Capability


class UserManager(BaseUserManager["User"]):
    """Makes people with a normalised address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person; without a password nobody can sign in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person (or a shared, generic account). What they may do stands in their grants alone."""

    email = models.EmailField("email address", unique=True)
    first_name = models.CharField(max_length=80)
    surname = models.CharField(max_length=80)
    job_title = models.CharField(max_length=120, blank=True)
    work_postcode = models.CharField(
        max_length=8, help_text="Of the place of work; the default location of every search"
    )
    kind = models.CharField(max_length=10, choices=AccountKind, default=AccountKind.PERSONAL)
    is_active = models.BooleanField(default=True, help_text="False: the account is disabled")
    joined_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "surname", "work_postcode"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower(F("email"))), name="user_email_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_full_name()} ({self.email})"

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.surname}".strip()

    def get_short_name(self) -> str:
        return self.first_name

    @cached_property
    def capabilities(self) -> set[str]:
        """The capabilities of the grants in force, read once for each person loaded."""
        return set(self.grants.live().values_list("capability", flat=True))

    # Django's admin asks these; the helpdesk's grant is the one answer.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and Capability.ADMINISTER in self.capabilities

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm(app_label)
