"""Requests, made by the service that people use."""

from accounts.choices import Capability
from approvals.choices import OrganisationType
from approvals.diligence import Answers
from approvals.models import Item
from approvals.services import Applicant, Ask, submit_request
from tests.factories.accounts import UserFactory
from tests.factories.organisations import WardFactory

# What an approver answers of whom they know, and the same on the page.
YES = Answers(is_member=True, address_fits=True, level_fits=True)
YES_ON_PAGE = {"is_member": "yes", "address_fits": "yes", "level_fits": "yes"}


def asks_to_edit(ward) -> list[Ask]:
    group = ward.service_type.group
    return [
        Ask(Capability.AVAILABILITY_VIEW, group, group),
        Ask(Capability.AVAILABILITY_EDIT, ward, group),
    ]


def submitted_items(person=None, ward=None) -> list[Item]:
    """Richard's request: search in CYPMHS, and edit access to CAMHS-Kennet-ED."""
    ward = ward or WardFactory()
    request = submit_request(
        by=person or UserFactory(),
        applicant=Applicant(OrganisationType.PROVIDER, ward.unit.organisation),
        asks=asks_to_edit(ward),
    )
    return list(request.items.order_by("pk"))
