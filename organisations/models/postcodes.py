"""Where postcodes lie."""

from django.db import models

from organisations.models.lists import Region


class District(models.Model):
    """A local authority district; footprints of collaboratives are made of them."""

    code = models.CharField(max_length=9, primary_key=True, help_text="ONS code, e.g. E07000012")
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PostcodeLocation(models.Model):
    """Where a sector ('SL6 0') or outcode ('SL6') lies, and a unit postcode ('SL6 0PQ') if loaded.

    Sectors and outcodes lie at the mean of their unit postcodes.
    """

    code = models.CharField(max_length=8, primary_key=True)
    latitude = models.FloatField(help_text="WGS84 degrees north")
    longitude = models.FloatField(help_text="WGS84 degrees east")
    country = models.CharField(max_length=30)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        return self.code
