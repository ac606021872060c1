"""The directory: who provides what, where. Loaded from public data, kept by the helpdesk."""

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Upper

from organisations.choices import (
    ApprovalLevel,
    AsksAs,
    SecurityLevel,
    Sex,
    WardKind,
)
from organisations.closing import is_closed
from organisations.geography import position_on_sphere
from organisations.search_text import keep_search_text, pass_search_text_on


def refuse_if_closed(name: str, organisation_of: str) -> pgtrigger.Trigger:
    """A trigger: nothing new on a closed organisation (or one that closes in the same moment).

    `organisation_of` is SQL that gives the id of the new row's organisation.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("closed", "date")],
        func=f"""
            SELECT o.closed_on INTO closed FROM organisations_organisation o
             WHERE o.id = ({organisation_of}) FOR SHARE;
            IF closed <= CURRENT_DATE THEN
                RAISE EXCEPTION 'This organisation is closed'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - both are written in our models
    )


def indexes_of_names(prefix: str) -> list[models.Index]:
    """What serves a part of a name, a part of any name in search_text, and the order of lists."""
    return [
        GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name=f"{prefix}_name_part"),
        GinIndex(fields=["search_text"], name=f"{prefix}_search", opclasses=["gin_trgm_ops"]),
        models.Index(fields=["name", "id"], name=f"{prefix}_in_order"),
    ]


def index_of_postcodes(prefix: str) -> models.Index:
    """What serves a postcode, or its beginning."""
    name, operators = f"{prefix}_postcode_begins", ["varchar_pattern_ops"]
    return models.Index(fields=["postcode"], name=name, opclasses=operators)


class Region(models.Model):
    """One of the nine choices of CPMS-17 except National: seven regions and 'Outside England'."""

    code = models.CharField(max_length=20, unique=True, help_text="ODS code, e.g. Y56")
    name = models.CharField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(unique=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class ServiceGroup(models.Model):
    """A group of specialised services; says what people may ask for themselves."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(unique=True)
    open_to_registration = models.BooleanField(
        default=False, help_text="People may register themselves for its availability"
    )
    open_to_plans = models.BooleanField(default=False, help_text="Strategic plans are open")
    warn_after_hours = models.PositiveSmallIntegerField(default=12)
    stale_after_hours = models.PositiveSmallIntegerField(default=24)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(warn_after_hours__lt=F("stale_after_hours")),
                name="service_group_warns_before_stale",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceType(models.Model):
    """What a ward is for, inside a group."""

    group = models.ForeignKey(ServiceGroup, models.PROTECT, related_name="types")
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    mhsds_code = models.CharField(
        max_length=4, blank=True, help_text="MHSDS v6 admitted patient classification"
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["group__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["group", "name"], name="service_type_unique_name"),
            models.UniqueConstraint(fields=["group", "position"], name="service_type_position"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Says in a form what the constraints enforce, of which a form shows only a part."""
        others = ServiceType.objects.filter(group_id=self.group_id).exclude(pk=self.pk)
        if others.filter(name=self.name).exists():
            raise ValidationError({"name": "The group has a service type of this name."})
        if others.filter(position=self.position).exists():
            raise ValidationError({"position": "The group has a service type at this position."})


class OrganisationKind(models.Model):
    """What an organisation is; the helpdesk adds kinds as it needs them (CT-07)."""

    code = models.SlugField(primary_key=True, max_length=30)
    name = models.CharField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField()
    asks_as = models.CharField(
        max_length=10, choices=AsksAs, help_text="What its people answer in the access request"
    )

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


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


@pghistory.track()
class Collaborative(models.Model):
    """A provider collaborative: for one service group, a lead, members, a footprint, a region."""

    name = models.CharField(max_length=120, unique=True)
    brand = models.CharField(max_length=80, blank=True)
    service_group = models.ForeignKey(ServiceGroup, models.PROTECT, related_name="collaboratives")
    region = models.ForeignKey(Region, models.PROTECT, related_name="collaboratives")
    footprint = models.CharField(max_length=200, blank=True)
    lead = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="led_collaboratives"
    )
    members = models.ManyToManyField(
        Organisation,
        through="CollaborativeMember",
        related_name="collaboratives",
        help_text="The lead included",
    )
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CollaborativeMember(models.Model):
    collaborative = models.ForeignKey(Collaborative, models.CASCADE)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    source = models.CharField(
        max_length=200, blank=True, help_text="Where the membership is known from"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collaborative", "organisation"], name="collaborative_member_once"
            )
        ]
        triggers = [refuse_if_closed("member_on_closed_organisation", "NEW.organisation_id")]

    def __str__(self) -> str:
        return f"{self.organisation.name} in {self.collaborative.name}"

    def clean(self) -> None:
        if self._state.adding and self.organisation_id:
            refuse_new_in(self.organisation)


class PostcodeLocation(models.Model):
    """Where a sector ('SL6 0') or outcode ('SL6') lies, and a unit postcode ('SL6 0PQ') if loaded.

    Sectors and outcodes lie at the mean of their unit postcodes.
    """

    code = models.CharField(max_length=8, primary_key=True)
    latitude = models.FloatField(help_text="WGS84 degrees north")
    longitude = models.FloatField(help_text="WGS84 degrees east")
    country = models.CharField(max_length=30)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.code
