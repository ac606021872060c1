"""What awaits a decision: requests, their items, each item's route, and the decisions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import SCOPE_FIELDS
from accounts.models import AccessScope, Grant, User
from accounts.models.access import ORGANISATION_OF_SCOPE, scope_fits_capability
from approvals.choices import STATUS_COLOURS, ItemStatus, OrganisationType, Outcome
from core.models import AppendOnlyModel
from organisations.models import Organisation, Region, refuse_if_closed


class AccessRequest(models.Model):
    """What a person sent at once; each item in it goes its own way.

    Staff of a provider, or of another organisation, name it by the directory or, if it is not
    listed there, by what they typed; staff of NHS England are national or of regions.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="access_requests")
    organisation_type = models.CharField(max_length=20, choices=OrganisationType)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_column="provider_id",
    )
    organisation_name = models.CharField(
        max_length=200,
        blank=True,
        db_default="",
        help_text="As typed; only if the directory does not list it",
    )
    in_nhs = models.BooleanField(
        null=True, blank=True, help_text="Other organisations: an NHS organisation or CSU"
    )
    contact_address = models.CharField(max_length=500, blank=True, db_default="")
    further_contact = models.CharField(max_length=300, blank=True, db_default="")
    is_national = models.BooleanField(
        default=False, db_default=False, help_text="National staff of NHS England"
    )
    regions = models.ManyToManyField(Region, blank=True, related_name="+")
    not_found = models.CharField(
        max_length=500,
        blank=True,
        db_default="",
        help_text="Organisations, units and wards that the person did not find in the directory",
    )
    submitted_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    organisation_type=OrganisationType.NHS_ENGLAND,
                    organisation__isnull=True,
                    organisation_name="",
                )
                | (
                    ~Q(organisation_type=OrganisationType.NHS_ENGLAND)
                    & Q(is_national=False)
                    & (
                        Q(organisation__isnull=False, organisation_name="")
                        | (Q(organisation__isnull=True) & ~Q(organisation_name=""))
                    )
                ),
                name="request_names_its_organisation",
            ),
            models.CheckConstraint(
                condition=Q(organisation_type=OrganisationType.OTHER, in_nhs__isnull=False)
                | (~Q(organisation_type=OrganisationType.OTHER) & Q(in_nhs__isnull=True)),
                name="request_of_others_says_if_nhs",
            ),
        ]

    def __str__(self) -> str:
        return f"Request of {self.person}"

    def parts(self) -> list["Part"]:
        """The items that stand alike together, for a page; reads items, stages, decisions."""
        together: dict[Any, list[Item]] = {}
        for item in self.items.all():
            stage = next((one for one in item.stages.all() if one.is_current), None)
            decision = next((one for one in item.decisions.all() if one.terminal), None)
            where = decision.stage if decision else stage
            key = (
                item.status,
                where and where.decider,
                stage and timezone.localdate(stage.due_at),
                decision and timezone.localdate(decision.at),
                decision and decision.reason,
            )
            together.setdefault(key, []).append(item)
        return [Part(items, *key) for key, items in together.items()]

    @property
    def from_where(self) -> str:
        """E.g. 'Elysium Healthcare', 'NHS England: London', 'Foo Care (not in the directory)'."""
        if self.organisation_type == OrganisationType.NHS_ENGLAND:
            regions = [region.name for region in self.regions.all()]
            return f"NHS England: {'National' if self.is_national else ', '.join(regions)}"
        if self.organisation:
            return self.organisation.name
        return f"{self.organisation_name} (not in the directory)"


@dataclass(frozen=True)
class Part:
    """Items of a request that wait for the same decider, or were decided alike."""

    items: "list[Item]"
    status: str
    decider: str | None
    due_on: date | None
    decided_on: date | None
    reason: str | None


class Item(AccessScope):
    """One grant that is asked for, and what became of it."""

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="items")
    person = models.ForeignKey(User, models.PROTECT, related_name="items")
    routing_group = models.ForeignKey(
        "organisations.ServiceGroup",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The service group by which the item finds its approver",
    )
    status = models.CharField(max_length=20, choices=ItemStatus, default=ItemStatus.SUBMITTED)
    submitted_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=scope_fits_capability(), name="item_scope_fits_capability"
            ),
            models.UniqueConstraint(
                fields=["person", "capability", *SCOPE_FIELDS],
                condition=Q(status=ItemStatus.SUBMITTED),
                nulls_distinct=False,
                name="item_once_while_open",
            ),
            # For the foreign key of a decision on (item, person).
            models.UniqueConstraint(fields=["id", "person"], name="item_and_person"),
        ]
        triggers = [refuse_if_closed("item_on_closed_organisation", ORGANISATION_OF_SCOPE)]

    @property
    def status_colour(self) -> str:
        return STATUS_COLOURS[self.status]

    def __str__(self) -> str:
        return f"{self.person}: {self.describe()}"


class Stage(AccessScope):
    """A step of an item's route: the right that whoever decides must hold."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="stages")
    position = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(help_text="The item waits here")
    due_at = models.DateTimeField(null=True, help_text="By when to decide, once it waits here")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="stage_position"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(is_current=True), name="stage_one_current"
            ),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(due_at__isnull=False), name="stage_current_is_due"
            ),
            models.CheckConstraint(
                condition=scope_fits_capability(), name="stage_scope_fits_capability"
            ),
        ]

    @property
    def is_late(self) -> bool:
        return self.is_current and self.due_at is not None and self.due_at < timezone.now()

    @property
    def decider(self) -> str:
        """Role and organisation of who decides, never a name (CPMS-26)."""
        role = self.get_capability_display()
        return f"{role}, {self.scope}" if self.scope else role

    def __str__(self) -> str:
        return f"Stage {self.position} of item {self.item_id}: {self.describe()}"


class Decision(AppendOnlyModel):
    """What was decided at a stage, by whom. The database allows one that ends an item, ever."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="decisions")
    stage = models.OneToOneField(Stage, models.PROTECT)
    outcome = models.CharField(max_length=10, choices=Outcome)
    terminal = models.BooleanField(help_text="Ends the item")
    person = models.ForeignKey(
        User, models.PROTECT, related_name="+", help_text="Who asked; the same as the item's"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="decisions")
    authority = models.ForeignKey(
        Grant, models.PROTECT, related_name="+", help_text="The decider's right at that moment"
    )
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    grant = models.OneToOneField(Grant, models.PROTECT, null=True, related_name="decision")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(terminal=True), name="decision_ends_item_once"
            ),
            models.CheckConstraint(
                condition=~Q(by=F("person")), name="decision_not_on_own_request"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.APPROVED) | ~Q(reason=""),
                name="decision_rejection_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.APPROVED, terminal=True, grant__isnull=False)
                | Q(outcome=Outcome.APPROVED, terminal=False, grant__isnull=True)
                | Q(outcome=Outcome.REJECTED, terminal=True, grant__isnull=True),
                name="decision_grants_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.item}"
