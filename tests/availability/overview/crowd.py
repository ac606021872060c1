"""Many wards, to see that the number of queries does not grow."""

from availability.models import WardTotals
from organisations.models import Organisation, Unit, Ward
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationKindFactory,
    RegionFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    WardFactory,
)


def many(number):
    """So many wards, each in a unit and provider of its own, without going through the services."""
    group, region = ServiceGroupFactory(), RegionFactory()
    eating, kind = ServiceTypeFactory(group=group), OrganisationKindFactory()
    providers = Organisation.objects.bulk_create(
        Organisation(ods_code=f"M{number}{at}", ods_name="M", name=f"M {at}", kind=kind)
        for at in range(number)
    )
    units = Unit.objects.bulk_create(
        Unit(
            organisation=one,
            ods_code=f"{one.ods_code}U",
            ods_name="U",
            name=f"Unit {one.name}",
            region=region,
            postcode="SL6 0PQ",
            latitude=51.5,
            longitude=-0.6,
        )
        for one in providers
    )
    wards = Ward.objects.bulk_create(
        WardFactory.build(unit=one, name=f"Ward {one.name}", service_type=eating) for one in units
    )
    WardTotals.objects.bulk_create(WardTotals(ward=one, occupied=3) for one in wards)
    network = CollaborativeFactory(service_group=group, region=region)
    network.members.add(*providers)
    return wards[0], network
