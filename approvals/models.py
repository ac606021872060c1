"""What awaits a decision: requests, their items, each item's route, and the decisions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import SCOPE_FIELDS
from accounts.models import AccessScope, Grant, User
from accounts.models.access import ORGANISATION_OF_SCOPE, scope_fits_capability
from approvals import diligence
from approvals.choices import (
    STATUS_COLOURS,
    ItemStatus,
    OrganisationType,
    Outcome,
    StageEnd,
)
from approvals.invitations.models import (  # noqa: F401 - Django looks for models here
    Invitation,
    InvitationDraft,
    OfferedAccess,
)
from approvals.levels.models import LevelChange  # noqa: F401 - Django looks for models here
from approvals.people.review.models import ReviewAnswer  # noqa: F401 - the same
from approvals.routes.models import Route  # noqa: F401 - Django looks for models here
from core.models import AppendOnlyModel
from organisations.models import Organisation, Region
from organisations.triggers import refuse_if_closed

# The kind of item that asks for a grant; other apps register theirs (approvals.kinds).
ACCESS = "access"


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
    reason = models.CharField(
        max_length=250, blank=True, db_default="", help_text="Why it is asked for (CQRS-14)"
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
    """One thing that awaits a decision, and what became of it.

    Its kind (approvals.kinds) says what it is: a grant that a request asks for, or what another
    app lets approvers decide. The scope is that of what is asked for.
    """

    kind = models.CharField(max_length=20, default=ACCESS, db_default=ACCESS)
    request = models.ForeignKey(
        AccessRequest, models.PROTECT, null=True, related_name="items", help_text="Of access alone"
    )
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
    ended_at = models.DateTimeField(
        null=True, editable=False, help_text="If it ended without a decision"
    )
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=scope_fits_capability(), name="item_scope_fits_capability"
            ),
            models.CheckConstraint(
                condition=Q(kind=ACCESS, request__isnull=False)
                | (~Q(kind=ACCESS) & Q(request__isnull=True)),
                name="item_of_access_has_its_request",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[ItemStatus.WITHDRAWN, ItemStatus.EXPIRED], ended_at__isnull=False
                )
                | (
                    ~Q(status__in=[ItemStatus.WITHDRAWN, ItemStatus.EXPIRED])
                    & Q(ended_at__isnull=True, ended_by__isnull=True)
                ),
                name="item_ended_without_decision",
            ),
            models.UniqueConstraint(
                fields=["person", "capability", *SCOPE_FIELDS],
                # Of what other kinds ask for, e.g. of plans, a person may await several.
                condition=Q(kind=ACCESS, status=ItemStatus.SUBMITTED),
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

    def describe(self) -> str:
        """E.g. 'Availability viewer: CYPMHS (CAMHS)'; other kinds say more (approvals.kinds)."""
        if self.kind == ACCESS:
            return super().describe()
        return f"{self.kind.replace('_', ' ').capitalize()}: {self.scope}"

    def __str__(self) -> str:
        return f"{self.person}: {self.describe()}"


class Stage(AccessScope):
    """A step of an item's route: the right that whoever decides must hold."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="stages")
    position = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(help_text="The item waits here")
    because = models.CharField(
        max_length=300, blank=True, db_default="", help_text="Why the way leads here, in words"
    )
    opened_at = models.DateTimeField(null=True, help_text="Since when it waits here")
    due_at = models.DateTimeField(null=True, help_text="By when to decide, once it waits here")
    reminded_at = models.DateTimeField(null=True, help_text="When who decides was reminded")
    ended = models.CharField(
        max_length=10, choices=StageEnd, blank=True, db_default="", help_text="Why no more"
    )

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
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(ended=""), name="stage_current_has_not_ended"
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
    kind = models.CharField(
        max_length=20, default=ACCESS, db_default=ACCESS, help_text="The same as the item's"
    )
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
    asked = models.BooleanField(
        default=True, db_default=False, help_text="Made since the questions below are asked (CT-03)"
    )
    is_member = models.BooleanField(null=True, help_text=diligence.IS_MEMBER.words)
    address_fits = models.BooleanField(null=True, help_text=diligence.ADDRESS_FITS.words)
    level_fits = models.BooleanField(null=True, help_text=diligence.LEVEL_FITS.words)
    note = models.CharField(
        max_length=500, blank=True, db_default="", help_text="Why a No is acceptable"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asked=False)
                | ~Q(kind=ACCESS)
                | Q(outcome=Outcome.REJECTED)
                | (
                    # What is unknown would pass.
                    Q(is_member__isnull=False, address_fits__isnull=False, level_fits__isnull=False)
                    & (Q(is_member=True, address_fits=True, level_fits=True) | ~Q(note=""))
                ),
                name="decision_approval_has_answers",
            ),
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
                condition=Q(
                    outcome=Outcome.APPROVED, terminal=True, kind=ACCESS, grant__isnull=False
                )
                | (~Q(kind=ACCESS) & Q(outcome=Outcome.APPROVED, terminal=True, grant__isnull=True))
                | Q(outcome=Outcome.APPROVED, terminal=False, grant__isnull=True)
                | Q(outcome=Outcome.REJECTED, terminal=True, grant__isnull=True),
                name="decision_grants_when_approved",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="decision_of_the_items_kind",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.kind <> (SELECT i.kind FROM approvals_item i WHERE i.id = NEW.item_id)
                    THEN
                        RAISE EXCEPTION 'A decision is of the kind of its item'
                            USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'decision_of_the_items_kind';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    @property
    def answers(self) -> list[tuple[str, bool]]:
        """The questions that were answered, each with its answer."""
        given = [(one.short, getattr(self, one.field)) for one in diligence.ABOUT_A_PERSON]
        return [(question, answer) for question, answer in given if answer is not None]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.item}"
