"""The summary of the access request, in the guide's parts and words (CPMS-25)."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from approvals.choices import OrganisationType
from crispy_nhsuk.summary import SummaryRow
from onboarding.access_request.forms import YES_OR_NO, AvailabilityForm, OrganisationForm
from onboarding.access_request.places import chosen_places
from onboarding.steps import Answers
from organisations.models import Organisation, ServiceGroup


@dataclass(frozen=True)
class Part:
    title: str
    rows: list[SummaryRow]


def summary_of(answers: Answers) -> list[Part]:
    """The parts for complete answers."""
    provider = Organisation.objects.get(pk=answers["organisation"]["provider"])
    groups = ServiceGroup.objects.filter(pk__in=answers["availability"]["service_groups"])
    yes_or_no = dict(YES_OR_NO)
    organisation, availability = OrganisationForm.base_fields, AvailabilityForm.base_fields
    details = [
        row("Your Organisation", [OrganisationType.PROVIDER.label], "organisation"),
        row("Provider", [provider.name], "organisation"),
        row(
            organisation["availability"].label,
            [yes_or_no[answers["organisation"]["availability"]]],
            "organisation",
        ),
    ]
    beds = [
        row(availability["service_groups"].label, [group.name for group in groups], "availability"),
        row(
            availability["edit"].label,
            [yes_or_no[answers["availability"]["edit"]]],
            "availability",
        ),
    ]
    places = chosen_places(answers.get("places", {}).get("places", []))
    for kind, label in (
        ("organisation", "Organisations Requested"),
        ("unit", "Units Requested"),
        ("ward", "Wards Requested"),
    ):
        labels = [place.label for place in places if place.kind == kind]
        if labels:
            beds.append(row(label, labels, "places"))
    return [
        Part("Organisation Details and Required Access", details),
        Part("Bed / Session Availability", beds),
    ]


def row(label: Any, values: list[str], step: str) -> SummaryRow:
    """A row whose Change leads to the step and comes back to the summary."""
    url = reverse("onboarding:request_step", args=[step])
    return SummaryRow(str(label), values, f"{url}?change=1")
