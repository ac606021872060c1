"""A collaborative's plan, and its versions."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from approvals.models import Item
from capacity_plans.choices import CHANGEABLE, OPEN, VersionStatus
from capacity_plans.lifecycle import VERSION
from organisations.choices import WardKind
from organisations.models import Collaborative

# Where what is neither draft nor scenario may go, as SQL.
STEPS_ONCE_SUBMITTED = ", ".join(
    f"('{state}', '{to}')" for state, to in VERSION.steps if state not in CHANGEABLE
)


class Plan(models.Model):
    """What a collaborative plans: its beds, or the sessions a day of its sessional wards.

    The service group is the collaborative's.
    """

    collaborative = models.ForeignKey(Collaborative, models.PROTECT, related_name="plans")
    kind = models.CharField(max_length=10, choices=WardKind, default=WardKind.INPATIENT)

    class Meta:
        ordering = ["collaborative__name", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["collaborative", "kind"], name="plan_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="plan_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    RAISE EXCEPTION 'A plan stays as it is'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_stays';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.collaborative}"

    @property
    def name(self) -> str:
        """As the registration guide calls it (CPMS-03)."""
        return "Bed plan" if self.kind == WardKind.INPATIENT else "Capacity plan"

    @property
    def counts(self) -> str:
        """What its figures count."""
        return "beds" if self.kind == WardKind.INPATIENT else "sessions a day"


class Version(models.Model):
    """A plan for some financial years: a draft, what was decided on, or a scenario.

    One that was submitted once is what its approver sees: whoever changes it works on a copy, or
    takes it back first.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(null=True, help_text="Null: a scenario")
    name = models.CharField(max_length=80, blank=True, db_default="", help_text="Of a scenario")
    status = models.CharField(max_length=12, choices=VersionStatus, default=VersionStatus.DRAFT)
    first_year = models.PositiveSmallIntegerField(
        help_text="In whose April the plan begins, e.g. 2026 for 2026/27"
    )
    years = models.PositiveSmallIntegerField(default=3, help_text="Financial years, 1 to 5")
    population = models.PositiveIntegerField(
        null=True, blank=True, help_text="Whom the collaborative plans for, if it is known"
    )
    notes = models.TextField(max_length=2000, blank=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="copies")
    revision = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Counts every change of the version and its rows"
    )
    details_revision = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Counts every change of its years, population and notes"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    item = models.OneToOneField(
        Item,
        models.PROTECT,
        null=True,
        related_name="plan_version",
        help_text="What awaits, or got, the decision on it",
    )

    class Meta:
        ordering = ["-number", "name"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_number"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(status__in=OPEN), name="version_one_open"
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(status=VersionStatus.APPROVED),
                name="version_one_approved",
            ),
            models.UniqueConstraint(
                fields=["plan", "name"],
                condition=Q(status=VersionStatus.SCENARIO),
                name="version_scenario_name",
            ),
            models.CheckConstraint(
                condition=Q(status=VersionStatus.SCENARIO, number__isnull=True) & ~Q(name="")
                | ~Q(status=VersionStatus.SCENARIO) & Q(number__isnull=False, name=""),
                name="version_is_numbered_or_a_scenario",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CHANGEABLE) | Q(item__isnull=False),
                name="version_decided_by_its_item",
            ),
            models.CheckConstraint(
                condition=Q(years__range=(1, 5), first_year__range=(2000, 2100)),
                name="version_years",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="version_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__status__in=CHANGEABLE),
                func=f"""
                    IF TG_OP = 'DELETE' OR (
                        (NEW.plan_id, NEW.number, NEW.name, NEW.first_year, NEW.years,
                         NEW.population, NEW.notes, NEW.based_on_id, NEW.revision,
                         NEW.details_revision, NEW.created_at, NEW.created_by_id, NEW.item_id)
                        IS DISTINCT FROM
                        (OLD.plan_id, OLD.number, OLD.name, OLD.first_year, OLD.years,
                         OLD.population, OLD.notes, OLD.based_on_id, OLD.revision,
                         OLD.details_revision, OLD.created_at, OLD.created_by_id, OLD.item_id)
                    ) OR NEW.status <> OLD.status
                        AND (OLD.status, NEW.status) NOT IN ({STEPS_ONCE_SUBMITTED})
                    THEN
                        RAISE EXCEPTION 'A version that was submitted stays as it is'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_stays';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan}, {self.label}"

    @property
    def label(self) -> str:
        """E.g. 'version 3' or 'scenario Fewer referrals'."""
        return f"scenario {self.name}" if self.number is None else f"version {self.number}"

    @property
    def origin(self) -> str:
        """What it was made from, for whoever reads it: only editors read the names of scenarios."""
        if self.based_on is None:
            return ""
        return self.based_on.label if self.based_on.number else "a scenario"

    @property
    def is_changeable(self) -> bool:
        return self.status in CHANGEABLE

    @property
    def starts_on(self) -> date:
        return date(self.first_year, 4, 1)

    @property
    def ends_on(self) -> date:
        """The last day of its last financial year."""
        return date(self.first_year + self.years, 3, 31)

    @property
    def period(self) -> str:
        """E.g. '2026/27 to 2028/29'."""
        first, last = self.first_year, self.first_year + self.years - 1
        words = [f"{year}/{(year + 1) % 100:02}" for year in dict.fromkeys([first, last])]
        return " to ".join(words)
