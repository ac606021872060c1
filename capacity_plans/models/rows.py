"""What a version consists of: lines with their dated changes, and assumptions of what is needed."""

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from capacity_plans.choices import CHANGEABLE, TEMPORARY, ChangeKind
from capacity_plans.figures import Segment
from capacity_plans.models.plans import Version
from organisations.choices import SecurityLevel, Sex
from organisations.models import ServiceType, Unit, Ward

MOST = 10_000


def stays_with(version_of: str, name: str, more: str = "") -> pgtrigger.Trigger:
    """A trigger: rows of a version that is neither draft nor scenario stay as they are.

    `version_of` is SQL that gives the version's id for the row R; the version is held, so that
    nobody submits it meanwhile.
    """
    new, old = (version_of.replace("R.", f"{row}.") for row in ("NEW", "OLD"))
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("state", "text")],
        func=f"""
            IF TG_OP <> 'INSERT' THEN
                SELECT v.status INTO state FROM capacity_plans_version v
                 WHERE v.id = ({old}) FOR SHARE;
                IF state NOT IN ('{CHANGEABLE[0]}', '{CHANGEABLE[1]}') THEN
                    RAISE EXCEPTION 'A version that was submitted stays as it is'
                        USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
                END IF;
                IF TG_OP = 'DELETE' THEN
                    RETURN OLD;
                END IF;
            END IF;
            SELECT v.status INTO state FROM capacity_plans_version v
             WHERE v.id = ({new}) FOR SHARE;
            IF state NOT IN ('{CHANGEABLE[0]}', '{CHANGEABLE[1]}') THEN
                RAISE EXCEPTION 'A version that was submitted stays as it is'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
            END IF;
            {more}
            RETURN NEW;
        """,  # noqa: S608 - written in our models
    )


class Row(models.Model):
    """What plans distinguish: type, sex, security. `revision` is what an editor has read."""

    service_type = models.ForeignKey(ServiceType, models.PROTECT, related_name="+")
    sex = models.CharField(max_length=10, choices=Sex)
    security_level = models.PositiveSmallIntegerField(
        choices=SecurityLevel, default=SecurityLevel.GENERAL
    )
    revision = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        abstract = True

    @property
    def segment(self) -> Segment:
        return Segment(self.service_type_id, self.sex, self.security_level)


class Line(Row):
    """A ward of the directory, or one that is planned, and what it starts with."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", help_text="If planned there"
    )
    planned_name = models.CharField(
        max_length=120, blank=True, db_default="", help_text="Of a ward that is planned"
    )
    directory_figure = models.PositiveSmallIntegerField(
        null=True, help_text="What the directory said when the line was last saved"
    )
    baseline = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(MOST)],
        help_text="Commissioned beds, or sessions a day, on the plan's first day",
    )
    difference = models.CharField(
        max_length=250, blank=True, db_default="", help_text="Why it is not the directory's figure"
    )
    notes = models.CharField(max_length=500, blank=True, db_default="")
    key = models.UUIDField(
        null=True, editable=False, help_text="Of the form that added it: sent twice, it adds one"
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ward__isnull=False, unit__isnull=True, planned_name="")
                & Q(directory_figure__isnull=False)
                | Q(ward__isnull=True, directory_figure__isnull=True) & ~Q(planned_name=""),
                name="line_of_a_ward_or_planned",
            ),
            models.CheckConstraint(
                condition=Q(ward__isnull=True)
                | Q(baseline=F("directory_figure"))
                | ~Q(difference=""),
                name="line_explains_its_difference",
            ),
            models.UniqueConstraint(fields=["version", "ward"], name="line_once_for_a_ward"),
            models.CheckConstraint(condition=Q(baseline__lte=MOST), name="line_baseline"),
        ]
        triggers = [stays_with("R.version_id", "line_stays")]

    def __str__(self) -> str:
        return str(self.ward) if self.ward else f"{self.planned_name} (planned)"


class Change(models.Model):
    """From a day on, a line has more or fewer; a transfer gives to another line of the version."""

    line = models.ForeignKey(Line, models.CASCADE, related_name="changes")
    on = models.DateField()
    kind = models.CharField(max_length=20, choices=ChangeKind)
    number = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST)]
    )
    until = models.DateField(null=True, blank=True, help_text="The last day of what is temporary")
    to_line = models.ForeignKey(
        Line, models.CASCADE, null=True, blank=True, related_name="arrivals"
    )
    reason = models.CharField(max_length=250)
    reference = models.CharField(
        max_length=80, blank=True, help_text="E.g. of a business case or a contract"
    )
    revision = models.PositiveIntegerField(default=0, db_default=0)
    key = models.UUIDField(
        null=True, editable=False, help_text="Of the form that added it: sent twice, it adds one"
    )

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(number__range=(1, MOST)), name="change_number"),
            models.CheckConstraint(
                condition=Q(kind__in=TEMPORARY, until__gte=F("on"))
                | ~Q(kind__in=TEMPORARY) & Q(until__isnull=True),
                name="change_temporary_ends",
            ),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.TRANSFER, to_line__isnull=False) & ~Q(to_line=F("line"))
                | ~Q(kind=ChangeKind.TRANSFER) & Q(to_line__isnull=True),
                name="change_transfer_goes_somewhere",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="change_has_a_reason"),
        ]
        triggers = [
            stays_with(
                "SELECT l.version_id FROM capacity_plans_line l WHERE l.id = R.line_id",
                "change_stays",
                more="""
                    IF NEW.to_line_id IS NOT NULL AND NOT EXISTS (
                        SELECT FROM capacity_plans_line a, capacity_plans_line b
                         WHERE a.id = NEW.line_id AND b.id = NEW.to_line_id
                           AND a.version_id = b.version_id
                    ) THEN
                        RAISE EXCEPTION 'Beds move inside one version'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'change_in_version';
                    END IF;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.number} on {self.on}"


class Assumption(Row):
    """What is expected of patients of one type, sex and security, in the plan's first year."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="assumptions")
    referrals = models.PositiveIntegerField(null=True, blank=True, help_text="A year")
    admissions = models.PositiveIntegerField(
        validators=[MaxValueValidator(100_000)], help_text="A year"
    )
    yearly_change = models.DecimalField(
        max_digits=4,
        decimal_places=1,
        default=0,
        db_default=0,
        help_text="By how many percent admissions grow from year to year; below 0: they fall",
    )
    length_of_stay = models.DecimalField(
        max_digits=6,
        decimal_places=1,
        help_text="Mean days; of sessions: how many each patient attends",
    )
    occupancy = models.PositiveSmallIntegerField(
        default=85, db_default=85, help_text="Percent that is planned for"
    )
    inside_flow = models.PositiveSmallIntegerField(
        default=100,
        db_default=100,
        help_text="Percent of the admissions that stay inside the natural clinical flow",
    )
    source = models.CharField(max_length=250, blank=True, help_text="Where the figures are from")

    class Meta:
        ordering = ["service_type__position", "sex", "security_level"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "service_type", "sex", "security_level"],
                name="assumption_once_for_each",
            ),
            models.CheckConstraint(
                condition=Q(
                    occupancy__range=(50, 100),
                    inside_flow__range=(0, 100),
                    length_of_stay__gt=0,
                    length_of_stay__lte=5000,
                    yearly_change__range=(-50, 50),
                    admissions__lte=100_000,
                ),
                name="assumption_in_range",
            ),
        ]
        triggers = [stays_with("R.version_id", "assumption_stays")]

    def __str__(self) -> str:
        return f"{self.service_type}, {self.get_sex_display()}: {self.admissions} a year"
