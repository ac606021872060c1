"""The directory: who provides what, where. Loaded from public data, kept by the helpdesk."""

from organisations.models.collaboratives import (
    Collaborative,
    CollaborativeDistrict,
    CollaborativeMember,
)
from organisations.models.lists import (
    Feature,
    OrganisationKind,
    Region,
    ServiceGroup,
    ServiceType,
)
from organisations.models.places import Organisation, Unit, Ward
from organisations.models.postcodes import District, PostcodeLocation

__all__ = [
    "Collaborative",
    "CollaborativeDistrict",
    "CollaborativeMember",
    "District",
    "Feature",
    "Organisation",
    "OrganisationKind",
    "PostcodeLocation",
    "Region",
    "ServiceGroup",
    "ServiceType",
    "Unit",
    "Ward",
]
