"""Provider collaboratives: who is in them, and for which districts."""

import pghistory
from django.db import models

from organisations.models.lists import Region, ServiceGroup
from organisations.models.places import Organisation, refuse_new_in
from organisations.models.postcodes import District
from organisations.triggers import refuse_if_closed


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
    districts = models.ManyToManyField(
        District,
        through="CollaborativeDistrict",
        related_name="collaboratives",
        help_text="Whose patients are in its natural clinical flow",
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


class CollaborativeDistrict(models.Model):
    """A district of a collaborative's footprint: its patients would normally stay within it."""

    collaborative = models.ForeignKey(Collaborative, models.CASCADE)
    district = models.ForeignKey(District, models.PROTECT)
    source = models.CharField(
        max_length=200, blank=True, help_text="Where this is known from, or that it is invented"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collaborative", "district"], name="collaborative_district_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.district.name} in {self.collaborative.name}"
