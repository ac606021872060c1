"""The summary of the access request, in the guide's parts and words (CPMS-25)."""

from dataclasses import dataclass

from approvals.choices import OrganisationType
from onboarding.access_request.forms import YES_OR_NO, AvailabilityForm, OrganisationForm
from onboarding.access_request.places import chosen_places
from onboarding.steps import Answers
from organisations.models import Organisation, ServiceGroup


@dataclass(frozen=True)
class Row:
    """One row: `step` is where its Change leads, `change` what is changed there."""

    label: str
    values: list[str]
    step: str
    change: str


@dataclass(frozen=True)
class Part:
    title: str
    rows: list[Row]


def summary_of(answers: Answers) -> list[Part]:
    """The parts for complete answers."""
    provider = Organisation.objects.get(pk=answers["organisation"]["provider"])
    groups = ServiceGroup.objects.filter(pk__in=answers["availability"]["service_groups"])
    yes_or_no = dict(YES_OR_NO)
    organisation, availability = OrganisationForm.base_fields, AvailabilityForm.base_fields
    details = [
        Row("Your Organisation", [OrganisationType.PROVIDER.label], "organisation", "organisation"),
        Row("Provider", [provider.name], "organisation", "provider"),
        Row(
            str(organisation["availability"].label),
            [yes_or_no[answers["organisation"]["availability"]]],
            "organisation",
            "whether you require availability access",
        ),
    ]
    edit = answers["availability"]["edit"]
    beds = [
        Row(
            str(availability["service_groups"].label),
            [group.name for group in groups],
            "availability",
            "service groups",
        ),
        Row(str(availability["edit"].label), [yes_or_no[edit]], "availability", "edit access"),
    ]
    places = chosen_places(answers.get("places", {}).get("places", []))
    for kind, label in (
        ("organisation", "Organisations Requested"),
        ("unit", "Units Requested"),
        ("ward", "Wards Requested"),
    ):
        labels = [place.label for place in places if place.kind == kind]
        if labels:
            beds.append(Row(label, labels, "places", label.lower()))
    return [
        Part("Organisation Details and Required Access", details),
        Part("Bed / Session Availability", beds),
    ]
