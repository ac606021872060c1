"""Invitations, made by the services that people use."""

import re
from typing import Any

from accounts.choices import Capability
from accounts.models import Link, User
from approvals.coverage import Wanted
from approvals.invitations.models import Invitation
from approvals.invitations.services import Invited, send_invitation
from notifications.models import OutgoingMail
from organisations.choices import ApprovalLevel
from organisations.models import Organisation, Ward
from tests.factories.accounts import grant, person
from tests.factories.organisations import OrganisationFactory, WardFactory

PASSWORD = "Staple-Battery-8"
JESSICA = "jessica.finn@trust.example"
# What the invited person types.
DETAILS: dict[str, Any] = {
    "first_name": "Jessica",
    "surname": "Finn",
    "work_postcode": "SL6 0PQ",
}


def multi_level(ward: Ward | None = None) -> Organisation:
    """The Huntercombe Group with a ward, as a multi-level provider."""
    organisation = (ward or WardFactory()).unit.organisation
    organisation.approval_level = ApprovalLevel.MULTI
    organisation.save()
    return organisation


def provider_approver(organisation: Organisation, name: str = "amina.approver") -> User:
    user = person(name)
    grant(user, Capability.APPROVE_STANDARD, organisation=organisation)
    return user


def jessica(organisation: Organisation | None, *wanted: Wanted, **more: Any) -> Invited:
    """Jessica Finn, to be invited."""
    return Invited(
        **{"address": JESSICA, "first_name": "Jessica", "surname": "Finn", **more},
        organisation=organisation,
        wanted=wanted,
    )


def viewer(ward: Ward) -> Wanted:
    return Wanted(Capability.AVAILABILITY_VIEW, ward.service_type.group)


def editor(ward: Ward) -> Wanted:
    return Wanted(Capability.AVAILABILITY_EDIT, ward)


def invited_to_edit(by: User | None = None, **more: Any) -> Invitation:
    """Amina invites Jessica to search and to update CAMHS-Kennet-ED."""
    ward = WardFactory()
    organisation = OrganisationFactory()
    invited = jessica(organisation, viewer(ward), editor(ward), **more)
    return send_invitation(invited=invited, by=by or provider_approver(multi_level(ward)))


def mailed_token(address: str = JESSICA) -> str:
    """The token in the last mail to an address."""
    mail = OutgoingMail.objects.filter(kind="invitation", address=address).latest("pk")
    found = re.search(r"/invitation/([\w-]+)/", mail.text)
    assert found
    assert Link.objects.filter(address=address).exists()
    return found[1]
