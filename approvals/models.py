"""What awaits a decision: requests, their items, each item's route, and the decisions."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import SCOPE_FIELDS
from accounts.models import AccessScope, Grant, User
from accounts.models.access import ORGANISATION_OF_SCOPE, scope_fits_capability
from approvals.choices import STATUS_COLOURS, ItemStatus, OrganisationType, Outcome
from core.models import AppendOnlyModel
from organisations.models import Organisation, refuse_if_closed


class AccessRequest(models.Model):
    """What a person sent at once; each item in it goes its own way."""

    person = models.ForeignKey(User, models.PROTECT, related_name="access_requests")
    organisation_type = models.CharField(max_length=20, choices=OrganisationType)
    provider = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation_type=OrganisationType.PROVIDER, provider__isnull=False),
                name="request_names_its_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"Request of {self.person}"


class Item(AccessScope):
    """One grant that is asked for, and what became of it."""

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="items")
    person = models.ForeignKey(User, models.PROTECT, related_name="items")
    routing_group = models.ForeignKey(
        "organisations.ServiceGroup",
        models.PROTECT,
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
