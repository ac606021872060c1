"""A small directory."""

import csv

import factory
from factory.django import DjangoModelFactory

from organisations.choices import Sex
from organisations.loading.directory import SHIPPED
from organisations.models import (
    Collaborative,
    Organisation,
    OrganisationKind,
    PostcodeLocation,
    Region,
    ServiceGroup,
    ServiceType,
    Unit,
    Ward,
)


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "Y59"
    name = "South East"
    position = 8


class ServiceGroupFactory(DjangoModelFactory):
    class Meta:
        model = ServiceGroup
        django_get_or_create = ("code",)

    code = "cypmhs"
    name = "CYPMHS (CAMHS)"
    position = 1
    open_to_registration = True
    open_to_plans = True


class ServiceTypeFactory(DjangoModelFactory):
    class Meta:
        model = ServiceType
        django_get_or_create = ("code",)

    group = factory.SubFactory(ServiceGroupFactory)
    code = "cyp-eating-disorders"
    name = "Eating disorders"
    mhsds_code = "302"
    position = 3


with (SHIPPED / "organisation_kinds.csv").open(encoding="utf-8") as file:
    SHIPPED_KINDS = {row["code"]: row for row in csv.DictReader(file)}


class OrganisationKindFactory(DjangoModelFactory):
    """One of the shipped kinds, e.g. OrganisationKindFactory(code="icb"), or a new one."""

    class Meta:
        model = OrganisationKind
        django_get_or_create = ("code",)

    code = "independent_provider"
    name = factory.LazyAttribute(lambda kind: SHIPPED_KINDS[kind.code]["name"])
    position = factory.LazyAttribute(lambda kind: SHIPPED_KINDS[kind.code]["position"])
    asks_as = factory.LazyAttribute(lambda kind: SHIPPED_KINDS[kind.code]["asks_as"])


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation
        django_get_or_create = ("ods_code",)

    ods_code = "NV2"
    ods_name = "THE HUNTERCOMBE GROUP"
    name = "The Huntercombe Group"
    kind = factory.SubFactory(OrganisationKindFactory)


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit
        django_get_or_create = ("ods_code",)

    organisation = factory.SubFactory(OrganisationFactory)
    ods_code = "NV201"
    ods_name = "The Huntercombe Hospital Maidenhead"
    name = "Huntercombe Hospital - Maidenhead"
    region = factory.SubFactory(RegionFactory)
    town = "Maidenhead"
    postcode = "SL6 0PQ"
    latitude = 51.518794
    longitude = -0.65911


class WardFactory(DjangoModelFactory):
    class Meta:
        model = Ward
        django_get_or_create = ("unit", "name")

    unit = factory.SubFactory(UnitFactory)
    name = "CAMHS-Kennet-ED"
    service_type = factory.SubFactory(ServiceTypeFactory)
    sex = Sex.MIXED
    minimum_age = 12
    maximum_age = 18
    commissioned_beds = 12
    telephone = "01632 960101"


class CollaborativeFactory(DjangoModelFactory):
    class Meta:
        model = Collaborative
        django_get_or_create = ("name",)
        skip_postgeneration_save = True

    name = "Thames Valley CYPMHS"
    service_group = factory.SubFactory(ServiceGroupFactory)
    region = factory.SubFactory(RegionFactory)

    @factory.post_generation
    def members(self, create, extracted, **kwargs):
        if extracted:
            self.members.add(*extracted)


class PostcodeLocationFactory(DjangoModelFactory):
    class Meta:
        model = PostcodeLocation
        django_get_or_create = ("code",)

    code = "SL6 0"
    latitude = 51.5224
    longitude = -0.6836
    country = "England"
    region = factory.SubFactory(RegionFactory)
