"""An estate of people whom approvers of several levels look after."""

from dataclasses import dataclass

from accounts.choices import Capability
from accounts.models import User
from organisations.models import Collaborative, Organisation, Ward
from tests.factories.accounts import commissioner, grant, helpdesk, person, ward_editor
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    RegionFactory,
    UnitFactory,
    WardFactory,
)


@dataclass
class Staff:
    """Wendy updates a ward of our provider, which Pat approves for; Carol's collaborative has it.

    Rhona approves for the region. Otto works for another provider, in another region.
    """

    ward: Ward
    provider: Organisation
    collaborative: Collaborative
    wendy: User
    pat: User
    carol: User
    rhona: User
    helen: User
    otto: User


def staff() -> Staff:
    region = RegionFactory()
    ward = WardFactory()
    provider = ward.unit.organisation
    collaborative = CollaborativeFactory(members=[provider], region=region)
    north = RegionFactory(code="Y63", name="North East And Yorkshire", position=5)
    far = OrganisationFactory(ods_code="FAR", name="Far away", ods_name="FAR AWAY", region=north)
    far_unit = UnitFactory(organisation=far, ods_code="FAR01", name="Far house", region=north)
    pat, rhona = person("pat.provider"), person("rhona.region")
    grant(pat, Capability.APPROVE_STANDARD, organisation=provider)
    grant(rhona, Capability.APPROVE_REGIONAL, region=region)
    return Staff(
        ward=ward,
        provider=provider,
        collaborative=collaborative,
        wendy=ward_editor(ward),
        pat=pat,
        carol=commissioner(collaborative),
        rhona=rhona,
        helen=helpdesk(),
        otto=ward_editor(WardFactory(unit=far_unit, name="Far ward"), "otto.outside"),
    )
