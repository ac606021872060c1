"""The steps of the access request; a further branch is a further step."""

from accounts.models import User
from approvals.choices import OrganisationType
from approvals.coverage import Standing
from core.steps import Answers, Step, Wizard
from onboarding.access_request.answers import is_from, wants, wants_to_approve, wants_to_edit
from onboarding.access_request.forms.approver import ApproverForm
from onboarding.access_request.forms.availability import AvailabilityForm, PlacesForm
from onboarding.access_request.forms.organisation import (
    NHSBodyForm,
    OrganisationForm,
    OtherBodyForm,
    OtherForm,
    ProviderForm,
    RegionForm,
)
from onboarding.access_request.forms.plans import PlansForm
from onboarding.access_request.forms.reason import ReasonForm


def from_provider(answers: Answers) -> bool:
    return is_from(answers, OrganisationType.PROVIDER)


def from_nhs_england(answers: Answers) -> bool:
    return is_from(answers, OrganisationType.NHS_ENGLAND)


def from_other(answers: Answers) -> bool:
    return is_from(answers, OrganisationType.OTHER)


def from_nhs_body(answers: Answers) -> bool:
    return from_other(answers) and answers.get("other", {}).get("in_nhs") == "yes"


def from_other_body(answers: Answers) -> bool:
    return from_other(answers) and answers.get("other", {}).get("in_nhs") == "no"


def wants_availability(answers: Answers) -> bool:
    return wants(answers, "availability")


def wants_plans(answers: Answers) -> bool:
    return wants(answers, "plans")


STEPS = (
    Step("organisation", "Organisation details", OrganisationForm),
    Step("provider", "Your provider", ProviderForm, from_provider),
    Step("region", "Your region", RegionForm, from_nhs_england),
    Step("other", "Your organisation", OtherForm, from_other),
    Step("nhs-body", "Your organisation", NHSBodyForm, from_nhs_body),
    Step("other-body", "Your organisation", OtherBodyForm, from_other_body),
    Step(
        "approver",
        "Approver rights",
        ApproverForm,
        wants_to_approve,
        hangs_on=("provider", "region"),
    ),
    Step("availability", "Bed/session availability", AvailabilityForm, wants_availability),
    Step("places", "Edit access", PlacesForm, wants_to_edit),
    Step("plans", "Bed/capacity plans", PlansForm, wants_plans),
)


REASON = Step("reason", "Reason", ReasonForm)


def wizard_of(person: User) -> Wizard:
    """The questions, asked of somebody who may hold or await a part of it already.

    The reason is asked of who has had an answer before (CQRS-14).
    """
    standing = Standing(person)
    steps = (*STEPS, REASON) if standing.is_known else STEPS
    return Wizard(*steps, standing=standing)
