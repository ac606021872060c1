from datetime import datetime
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.choices import SCOPE_FIELDS, SCOPES, Capability, GrantOrigin
from accounts.models.people import User
from organisations.triggers import refuse_if_closed

# The organisation that a row with scope columns lies in, as SQL for the triggers below.
ORGANISATION_OF_SCOPE = """
    SELECT COALESCE(
        NEW.organisation_id,
        (SELECT u.organisation_id FROM organisations_unit u WHERE u.id = NEW.unit_id),
        (SELECT u.organisation_id FROM organisations_ward w
           JOIN organisations_unit u ON u.id = w.unit_id WHERE w.id = NEW.ward_id))
"""


def scope_fits_capability() -> Q:
    """The condition that the one scope column that is set is of a kind the capability can have."""
    fits = Q()
    for capability, kinds in SCOPES.items():
        for kind in kinds or (None,):
            columns = {f"{field}__isnull": field != kind for field in SCOPE_FIELDS}
            fits |= Q(capability=capability, **columns)
    return fits


class AccessScope(models.Model):
    """A capability over one scope: what a grant gives, an item asks for, a stage demands."""

    capability = models.CharField(max_length=30, choices=Capability)
    service_group = models.ForeignKey(
        "organisations.ServiceGroup", models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    ward = models.ForeignKey(
        "organisations.Ward", models.PROTECT, null=True, blank=True, related_name="+"
    )
    collaborative = models.ForeignKey(
        "organisations.Collaborative", models.PROTECT, null=True, blank=True, related_name="+"
    )
    region = models.ForeignKey(
        "organisations.Region", models.PROTECT, null=True, blank=True, related_name="+"
    )

    # What describing a scope needs, for select_related.
    SCOPE_RELATIONS: ClassVar[tuple[str, ...]] = (
        "service_group",
        "organisation",
        "unit__organisation",
        "ward__unit__organisation",
        "collaborative",
        "region",
    )

    class Meta:
        abstract = True

    @property
    def scope(self) -> models.Model | None:
        """The one thing that the capability reaches; None if it reaches everything."""
        return next((getattr(self, f) for f in SCOPE_FIELDS if getattr(self, f"{f}_id")), None)

    @property
    def scope_columns(self) -> dict[str, int | None]:
        """Capability and scope as keyword arguments for a row that says the same."""
        return {"capability": self.capability} | {
            f"{field}_id": getattr(self, f"{field}_id") for field in SCOPE_FIELDS
        }

    def describe(self) -> str:
        """E.g. 'Availability viewer: CYPMHS (CAMHS)'."""
        role = Capability(self.capability).label
        return f"{role}: {self.scope}" if self.scope else role


class Role(models.Model):
    """The sentence that tells people what a role is, where they ask for it (ERN-04)."""

    capability = models.CharField(max_length=30, choices=Capability, primary_key=True)
    explanation = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.get_capability_display()


# Nothing but search is given to a shared account (CT-05). The lock is the foreign key's own.
SEARCH_ALONE_IF_SHARED = pgtrigger.Trigger(
    name="grant_to_shared_account",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("person_id", "capability"),
    condition=~pgtrigger.Q(new__capability=Capability.AVAILABILITY_VIEW),
    declare=[("account_kind", "text")],
    func="""
        SELECT u.kind INTO account_kind FROM accounts_user u
         WHERE u.id = NEW.person_id FOR KEY SHARE;
        IF account_kind = 'generic' THEN
            RAISE EXCEPTION 'A shared account can only search'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_to_shared_account';
        END IF;
        RETURN NEW;
    """,
)


class GrantQuerySet(models.QuerySet["Grant"]):
    def live(self, at: datetime | None = None) -> "GrantQuerySet":
        """Grants in force now, or at a moment, of people whose account is not disabled."""
        moment = at or Now()
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=moment),
            valid_from__lte=moment,
            revoked_at__isnull=True,
            person__is_active=True,
        )


class Grant(AccessScope):
    """A person may do something in a scope, from a moment, because of something."""

    person = models.ForeignKey(User, models.PROTECT, related_name="grants")
    origin = models.CharField(max_length=20, choices=GrantOrigin)
    valid_from = models.DateTimeField(db_default=Now())
    valid_until = models.DateTimeField(null=True, blank=True)
    end_told_at = models.DateTimeField(
        null=True, editable=False, help_text="When the person was told that it ends soon (ERN-05)"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_because = models.CharField(max_length=250, blank=True, db_default="")
    continues = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
        help_text="The grant that goes on as this one since organisations merged",
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=scope_fits_capability(), name="grant_scope_fits_capability"
            ),
            models.UniqueConstraint(
                fields=["person", "capability", *SCOPE_FIELDS],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="grant_once_while_live",
            ),
            models.CheckConstraint(
                condition=Q(origin=GrantOrigin.MERGER, continues__isnull=False)
                | (~Q(origin=GrantOrigin.MERGER) & Q(continues__isnull=True)),
                name="grant_of_a_merger_continues_another",
            ),
        ]
        triggers = [
            refuse_if_closed("grant_on_closed_organisation", ORGANISATION_OF_SCOPE),
            SEARCH_ALONE_IF_SHARED,
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.describe()}"
