"""The steps of the access request; a further branch is a further step."""

from onboarding.access_request.forms import AvailabilityForm, OrganisationForm, PlacesForm
from onboarding.steps import Answers, Step, Wizard


def wants_availability(answers: Answers) -> bool:
    return answers.get("organisation", {}).get("availability") == "yes"


def wants_to_edit(answers: Answers) -> bool:
    return wants_availability(answers) and answers.get("availability", {}).get("edit") == "yes"


wizard = Wizard(
    Step("organisation", "Organisation Details", OrganisationForm),
    Step("availability", "Bed/Session Availability", AvailabilityForm, wants_availability),
    Step("places", "Edit access", PlacesForm, wants_to_edit),
)
