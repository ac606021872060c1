"""What the directory's rows choose from: regions, service groups and types, kinds, features."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from organisations.choices import AsksAs


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


class Feature(models.Model):
    """What a ward offers or accepts beside its type, and people search for; the helpdesk adds some.

    One with a group is offered to the wards of that group alone.
    """

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=60, unique=True)
    group = models.ForeignKey(
        ServiceGroup, models.PROTECT, null=True, blank=True, related_name="features"
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
