"""The places of the estate: what each person there has is about some of them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from availability.models import Bed
from availability.services import add_beds
from organisations.choices import ApprovalLevel, WardKind
from organisations.models import Feature, Organisation, Unit, Ward
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    OrganisationKindFactory,
    PostcodeLocationFactory,
    RegionFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    UnitFactory,
    WardFactory,
)
from tests.factories.sessions import plan, session_at, sessional_ward, week

YESTERDAY = timezone.localdate() - timedelta(days=1)


class Places:
    """Two providers, several units and wards; each ward's name says where it lies."""

    def __init__(self) -> None:
        self.region, self.other_region = (
            RegionFactory(),
            RegionFactory(code="Y56", name="London", position=3),
        )
        PostcodeLocationFactory()
        Feature.objects.create(code="en-suite", name="En-suite rooms", position=1)
        self.group = ServiceGroupFactory()
        self.secure = ServiceGroupFactory(
            code="adult_secure", name="Adult Secure", position=2, open_to_registration=False
        )
        eating = ServiceTypeFactory()
        medium = ServiceTypeFactory(
            code="medium-secure", name="Medium secure", group=self.secure, position=1
        )
        provider = OrganisationKindFactory(code="independent_provider")

        def organisation(code: str, name: str, **more: Any) -> Organisation:
            return OrganisationFactory(
                ods_code=code, ods_name=name.upper(), name=name, kind=provider, **more
            )

        def unit(code: str, name: str, of: Organisation, **more: Any) -> Unit:
            return UnitFactory(ods_code=code, ods_name=name, name=name, organisation=of, **more)

        self.own = organisation("NV2", "Our provider", region=self.region)
        self.outside = organisation("NV3", "Their provider", region=self.other_region)
        self.multi = organisation(
            "NV4", "Two levels", region=self.region, approval_level=ApprovalLevel.MULTI
        )
        self.other_multi = organisation(
            "NV5", "Two other levels", region=self.region, approval_level=ApprovalLevel.MULTI
        )
        gone = organisation("NV6", "Closed provider", region=self.region)
        self.providers = {
            "own": self.own,
            "outside": self.outside,
            "multi": self.multi,
            "other_multi": self.other_multi,
            "closed": gone,
        }
        self.unit = unit("NV201", "First house", self.own)
        other_unit = unit("NV202", "Second house", self.own)
        closed_unit = unit("NV203", "Closed house", self.own)
        gone_unit = unit("NV601", "House of a closed provider", gone)
        their_unit = unit("NV301", "Their house", self.outside, region=self.other_region)

        def ward(at: str, of: Unit, **more: Any) -> Ward:
            return WardFactory(unit=of, name=f"Ward-{at}-name", **{"service_type": eating, **more})

        self.wards = {
            "own": ward("own", self.unit),
            "same_unit": ward("same_unit", self.unit),
            "other_unit": ward("other_unit", other_unit),
            "outside": ward("outside", their_unit),
            "other_group": ward("other_group", other_unit, service_type=medium),
            "closed": ward("closed", self.unit),
            "closed_unit": ward("closed_unit", closed_unit),
            "closed_organisation": ward("closed_organisation", gone_unit),
        }
        self.beds = {}
        for at, of in self.wards.items():
            beds = add_beds(ward=of, number=2, by=None)
            self.beds[at] = beds[0]
        (self.beds["retired"],) = add_beds(ward=self.wards["own"], number=1, by=None)
        Bed.objects.filter(pk=self.beds["retired"].pk).update(retired_at=timezone.now())
        self.wards["sessional"] = ward(
            "sessional",
            self.unit,
            kind=WardKind.SESSIONAL,
            commissioned_beds=None,
            sessions_a_day=4,
        )
        self.sessional = {
            "sessional": self.wards["sessional"],
            "with_beds": self.wards["own"],
            "outside": sessional_ward(unit=their_unit, service_type=eating),
            "closed_organisation": sessional_ward(unit=gone_unit, service_type=eating),
        }
        tomorrow = timezone.localdate() + timedelta(days=1)
        for at, of in self.sessional.items():
            if at != "with_beds":
                plan(of, week((20, 4), days=[tomorrow.weekday()]))
        self.sessions = {
            at: session_at(of, 20) for at, of in self.sessional.items() if at != "with_beds"
        }
        # What the requests ask for
        self.asked = ward("asked for", their_unit)
        self.closing = [
            (Ward, self.wards["closed"].pk),
            (Unit, closed_unit.pk),
            (Organisation, gone.pk),
        ]
        self.gone_unit, self.closed_unit, self.gone = gone_unit, closed_unit, gone
        self.collaborative = CollaborativeFactory(
            name="Our collaborative", region=self.region, members=[self.own, self.multi]
        )
        self.other_collaborative = CollaborativeFactory(
            name="Sibling collaborative", region=self.region, members=[self.outside]
        )

    def levels(self) -> dict[str, str]:
        """As the directory names them."""
        return {
            "region": f"region-{self.region.pk}",
            "collaborative": f"collaborative-{self.collaborative.pk}",
            "provider": f"provider-{self.own.pk}",
            "unit": f"unit-{self.unit.pk}",
            **{
                at: f"ward-{self.wards[at].pk}"
                for at in ("own", "other_group", "sessional", "closed")
            },
            "closed_unit": f"unit-{self.closed_unit.pk}",
            "gone": f"provider-{self.gone.pk}",
            "malformed": "beds-everywhere",
            "missing": "ward-999999999",
            "huge": f"ward-{2**63 + 7}",
        }

    def close(self) -> None:
        """What has closed, once people hold something there."""
        for model, pk in self.closing:
            model._default_manager.filter(pk=pk).update(closed_on=YESTERDAY)
