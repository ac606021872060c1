"""Who provides what, where."""

import pghistory
from django.contrib.postgres.indexes import GistIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Upper

from organisations.choices import ApprovalLevel, SecurityLevel, Sex, WardKind
from organisations.closing import is_closed
from organisations.geography import position_on_sphere
from organisations.indexes import index_of_postcodes, indexes_of_names
from organisations.models.lists import Feature, OrganisationKind, Region, ServiceType
from organisations.search_text import keep_search_text, pass_search_text_on
from organisations.triggers import refuse_if_closed


@pghistory.track(exclude=["search_text"])
class Organisation(models.Model):
    ods_code = models.CharField("ODS code", max_length=12, unique=True)
    ods_name = models.CharField("name in ODS", max_length=200)
    name = models.CharField(max_length=200, help_text="As people know it, and as screens show it")
    kind = models.ForeignKey(
        OrganisationKind, models.PROTECT, related_name="organisations", db_column="kind"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="organisations"
    )
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    approval_level = models.CharField(
        max_length=10, choices=ApprovalLevel, default=ApprovalLevel.SINGLE
    )
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    search_text = models.TextField(default="", editable=False)

    class Meta:
        ordering = ["name"]
        indexes = [
            *indexes_of_names("organisation"),
            models.Index(Upper("ods_code"), name="organisation_ods_code_upper"),
            index_of_postcodes("organisation"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(opened_on__isnull=True)
                | Q(closed_on__gte=F("opened_on")),
                name="organisation_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(closed_on__isnull=False),
                name="organisation_successor_only_when_closed",
            ),
            models.CheckConstraint(
                condition=~Q(successor=F("id")), name="organisation_is_not_its_own_successor"
            ),
        ]
        triggers = [
            keep_search_text("NEW.name", "nullif(upper(NEW.ods_name), upper(NEW.name))"),
            pass_search_text_on("organisations_unit", "organisation_id"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Says in a form what the constraint enforces, which needs the id that no form has."""
        if self.successor_id and self.successor_id == self.pk:
            raise ValidationError({"successor": "Choose another organisation than this one."})


def refuse_new_in(organisation: Organisation) -> None:
    """In a form's words what the triggers `refuse_if_closed` insist on."""
    if is_closed(organisation):
        raise ValidationError(f"{organisation.name} is closed: nothing new can be added to it.")


@pghistory.track(exclude=["search_text"])
class Unit(models.Model):
    """A site (hospital) of a provider."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="units")
    ods_code = models.CharField("ODS site code", max_length=12, unique=True)
    ods_name = models.CharField("name in ODS", max_length=200)
    name = models.CharField(max_length=200, help_text="As people know it, and as screens show it")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="units")
    address = models.CharField(max_length=300, blank=True)
    town = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=8)
    latitude = models.FloatField(help_text="WGS84 degrees north")
    longitude = models.FloatField(help_text="WGS84 degrees east")
    last_seen = models.CharField(
        max_length=7, blank=True, help_text="Month of the newest public source, e.g. 2018-02"
    )
    closed_on = models.DateField(null=True, blank=True)
    search_text = models.TextField(default="", editable=False)

    class Meta:
        ordering = ["name"]
        indexes = [
            *indexes_of_names("unit"),
            models.Index(Upper("ods_code"), name="unit_ods_code_upper"),
            index_of_postcodes("unit"),
            GistIndex(position_on_sphere(), name="unit_nearest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90)) & Q(longitude__range=(-180, 180)),
                name="unit_position_on_earth",
            ),
        ]
        triggers = [
            refuse_if_closed("unit_on_closed_organisation", "NEW.organisation_id"),
            keep_search_text(
                "NEW.name",
                "nullif(upper(NEW.ods_name), upper(NEW.name))",
                "NEW.town",
                parent="organisations_organisation",
                parent_id="organisation_id",
            ),
            pass_search_text_on("organisations_ward", "unit_id"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation.name}: {self.name}"

    def clean(self) -> None:
        if self._state.adding and self.organisation_id:
            refuse_new_in(self.organisation)


@pghistory.track(exclude=["search_text"])
class Ward(models.Model):
    """The place whose beds, or sessions a day, are recorded."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="wards")
    name = models.CharField(max_length=120)
    service_type = models.ForeignKey(ServiceType, models.PROTECT, related_name="wards")
    kind = models.CharField(max_length=10, choices=WardKind, default=WardKind.INPATIENT)
    sex = models.CharField(max_length=10, choices=Sex)
    minimum_age = models.PositiveSmallIntegerField(help_text="Years, inclusive")
    maximum_age = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Years, inclusive; empty for no upper limit"
    )
    security_level = models.PositiveSmallIntegerField(
        choices=SecurityLevel, default=SecurityLevel.GENERAL
    )
    commissioned_beds = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Inpatient wards"
    )
    sessions_a_day = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Sessional wards"
    )
    telephone = models.CharField(max_length=20, help_text="For referrals")
    email = models.EmailField(blank=True, help_text="For referrals")
    referral_hours = models.CharField(max_length=100, blank=True)
    referral_instructions = models.TextField(max_length=1000, blank=True, db_default="")
    features = models.ManyToManyField(Feature, blank=True, related_name="wards")
    closed_on = models.DateField(null=True, blank=True)
    search_text = models.TextField(default="", editable=False)

    class Meta:
        ordering = ["name"]
        indexes = indexes_of_names("ward")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                condition=Q(closed_on__isnull=True),
                name="ward_unique_open_name",
            ),
            models.CheckConstraint(
                condition=Q(minimum_age__lte=Coalesce(F("maximum_age"), F("minimum_age"))),
                name="ward_ages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=WardKind.INPATIENT,
                    commissioned_beds__isnull=False,
                    sessions_a_day__isnull=True,
                )
                | Q(
                    kind=WardKind.SESSIONAL,
                    commissioned_beds__isnull=True,
                    sessions_a_day__isnull=False,
                ),
                name="ward_has_beds_or_sessions",
            ),
        ]
        triggers = [
            refuse_if_closed(
                "ward_on_closed_organisation",
                "SELECT organisation_id FROM organisations_unit WHERE id = NEW.unit_id",
            ),
            keep_search_text("NEW.name", parent="organisations_unit", parent_id="unit_id"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.name}"

    def clean(self) -> None:
        if self._state.adding and self.unit_id:
            refuse_new_in(self.unit.organisation)
