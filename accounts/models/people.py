from functools import cache
from typing import Any, ClassVar

import pgtrigger
from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Lower, Now, Upper
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.addresses import normalised
from accounts.choices import AccountKind, Capability, ProfessionalRole
from accounts.plain import Plain
from core.statements import Statement, later

PERSON = later("person", models.BigIntegerField)
# What stands for the names, and for the address, of who is not to be known any more (CQRS-23).
ANONYMOUS = ("Former", "user")
ANONYMOUS_HOST = "@anonymised.invalid"


class Details(models.Model):
    """What a person says about themselves."""

    first_name = models.CharField(max_length=80)
    surname = models.CharField(max_length=80)
    job_title = models.CharField(max_length=120, blank=True)
    contact_number = models.CharField(max_length=40, blank=True, db_default="")
    work_postcode = models.CharField(
        max_length=8, help_text="Of the place of work; the default location of every search"
    )

    class Meta:
        abstract = True

    DETAILS: ClassVar[tuple[str, ...]] = (
        "first_name",
        "surname",
        "job_title",
        "contact_number",
        "work_postcode",
    )

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.surname}".strip()


class UserManager(BaseUserManager["User"]):
    """Makes people with a normalised address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person; without a password nobody can sign in."""
        user = self.model(email=normalised(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalised(username or ""))


# Nothing but search belongs to a shared account (CT-05); see also the trigger of grants.
SHARED_ONLY_IF_IT_SEARCHES = pgtrigger.Trigger(
    name="shared_only_if_it_searches",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(new__kind=AccountKind.GENERIC)
    & ~pgtrigger.Q(old__kind=AccountKind.GENERIC),
    func="""
        IF EXISTS (SELECT 1 FROM accounts_grant g
                    WHERE g.person_id = NEW.id AND g.revoked_at IS NULL
                      AND g.capability <> 'availability_view') THEN
            RAISE EXCEPTION 'This account holds more than search'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'shared_only_if_it_searches';
        END IF;
        RETURN NEW;
    """,
)


class User(Details, AbstractBaseUser):
    """A person (or a shared, generic account). What they may do stands in their grants alone."""

    email = models.EmailField("email address", unique=True)
    kind = models.CharField(max_length=10, choices=AccountKind, default=AccountKind.PERSONAL)
    is_active = models.BooleanField(default=True, help_text="False: the account is disabled")
    terms_version = models.CharField(
        max_length=10,
        blank=True,
        db_default="",
        help_text="Of the terms of use that were last accepted",
    )
    communications = models.BooleanField(
        null=True, help_text="May be sent news about the service; unknown: not asked yet"
    )
    joined_at = models.DateTimeField(db_default=Now(), editable=False)
    password_changed_at = models.DateTimeField(db_default=Now(), editable=False)
    password_reminder = models.PositiveSmallIntegerField(
        null=True,
        editable=False,
        help_text="The days before its end that the last reminder was for; none has been sent yet",
    )
    password_by_mail = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Chosen through a mailed link, and nothing but the mailbox has proven them since",
    )

    professional_role = models.CharField(
        max_length=20, choices=ProfessionalRole, blank=True, db_default=""
    )
    other_role = models.CharField(
        max_length=120, blank=True, db_default="", help_text="In words, if it is none of the list"
    )
    groups_of_interest = models.ManyToManyField(
        "organisations.ServiceGroup",
        blank=True,
        related_name="+",
        help_text="Searched first, and what the person is told about (ERN-06)",
    )

    anonymised_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When everything personal was taken away; it is never enabled again (CQRS-23)",
    )

    # Of the login that asks, for as long as a request is answered (accounts.profile.this_login):
    # the role that was chosen to work in (CQRS-15), and whether who uses a shared account has read
    # what that means (CT-05).
    chosen_role = ""
    has_read_disclaimer = False

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
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True)
                | Q(
                    is_active=False,
                    first_name=ANONYMOUS[0],
                    surname=ANONYMOUS[1],
                    email__endswith=ANONYMOUS_HOST,
                    job_title="",
                    contact_number="",
                    work_postcode="",
                    other_role="",
                ),
                name="user_anonymised_for_good",
            ),
        ]
        indexes = [
            models.Index(fields=["surname", "first_name", "id"], name="user_in_order"),
            *(
                GinIndex(OpClass(Upper(field), name="gin_trgm_ops"), name=f"user_{field}_part")
                for field in ("first_name", "surname", "email")
            ),
            *(
                GinIndex(
                    OpClass(Upper(Plain(field)), name="gin_trgm_ops"), name=f"user_{field}_without"
                )
                for field in ("first_name", "surname")
            ),
        ]
        triggers = [SHARED_ONLY_IF_IT_SEARCHES]

    def __str__(self) -> str:
        return f"{self.get_full_name()} ({self.email})"

    def get_short_name(self) -> str:
        return self.first_name

    @cached_property
    def unread_notifications(self) -> int:
        """How many notifications wait to be read, counted once for each person loaded."""
        rows = unread_notifications().rows({"person": self.pk})
        return rows[0][0] if rows else 0

    def set_password(self, raw_password: str | None) -> None:
        """Another password, whose time begins now."""
        super().set_password(raw_password)
        self.password_changed_at, self.password_reminder = timezone.now(), None

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password; a hash of older parameters is made anew, not its time."""
        times = self.password_changed_at, self.password_reminder
        is_right = super().check_password(raw_password)
        self.password_changed_at, self.password_reminder = times
        return is_right

    @property
    def is_shared(self) -> bool:
        """Whether who uses the account is not known (CT-05)."""
        return self.kind == AccountKind.GENERIC

    @cached_property
    def all_capabilities(self) -> set[str]:
        """The capabilities of the grants in force, read once for each person loaded.

        For what must be as strict as all of them ask: how long a login lasts, the second factor.
        """
        return {capability for (capability,) in live_capabilities().rows({"person": self.pk})}

    @property
    def role_in_use(self) -> str:
        """The one capability that was chosen to work with; '' for all of them (CQRS-15)."""
        if self.chosen_role and self.chosen_role in self.all_capabilities:
            return self.chosen_role
        return ""

    @property
    def capabilities(self) -> set[str]:
        """What the person may do now: with the role in use, or with all of them."""
        role = self.role_in_use
        return {role} if role else self.all_capabilities

    # Django's admin asks these; the helpdesk's grant is the one answer.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and Capability.ADMINISTER in self.capabilities

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm(app_label)


# Each page asks these: they are written once.
@cache
def live_capabilities() -> Statement:
    """The capabilities of the grants in force of a `person`."""
    grants = apps.get_model("accounts.Grant").objects.live().filter(person=PERSON)
    return Statement.of(grants.values_list("capability"))


@cache
def unread_notifications() -> Statement:
    """How many notifications of a `person` wait to be read; no row for none."""
    waiting = apps.get_model("notifications.Notification").objects.filter(
        person=PERSON, read_at=None
    )
    counted = waiting.order_by().values("person").annotate(number=Count("pk"))
    return Statement.of(counted.values_list("number"))
