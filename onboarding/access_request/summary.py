"""The summary of the access request, in the guide's parts and words (CPMS-25)."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from approvals.choices import OrganisationType
from approvals.coverage import Standing
from core.steps import Answers
from crispy_nhsuk.summary import SummaryRow
from onboarding.access_request.chosen import (
    Chosen,
    choosable_places,
    choosable_plans,
    chosen_of,
)
from onboarding.access_request.forms.approver import label_of, name_of, rights_to_ask_for
from onboarding.access_request.forms.availability import AvailabilityForm
from onboarding.access_request.forms.base import YES_OR_NO
from onboarding.access_request.forms.organisation import (
    NATIONAL,
    OrganisationForm,
    OtherBodyForm,
    OtherForm,
)
from organisations.models import Organisation, Region, ServiceGroup

SAID = dict(YES_OR_NO)


@dataclass(frozen=True)
class Part:
    title: str
    rows: list[SummaryRow]


def summary_of(answers: Answers, standing: Standing) -> list[Part]:
    """The parts for complete answers; those not asked for are left out."""
    parts = [Part("Organisation details and required access", details(answers))]
    if "availability" in answers:
        parts.append(Part("Bed / session availability", availability(answers, standing)))
    if "plans" in answers:
        parts.append(Part("Bed / capacity plans", plans(answers, standing)))
    if "reason" in answers:
        reason = row("Reason for request", answers["reason"]["reason"].splitlines(), "reason")
        parts.append(Part("Reason", [reason]))
    return parts


def details(answers: Answers) -> list[SummaryRow]:
    """Who asks, from where, and for which areas."""
    organisation, labels = answers["organisation"], OrganisationForm.base_fields
    rows = [
        row(
            labels["organisation_type"].label,
            [OrganisationType(organisation["organisation_type"]).label],
            "organisation",
        )
    ]
    if "provider" in answers:
        rows.append(row("Provider", [name_of_body(answers["provider"]["provider"])], "provider"))
    if "region" in answers:
        rows.append(row("Region", regions(answers["region"]["regions"]), "region"))
    if "other" in answers:
        label = OtherForm.base_fields["in_nhs"].label
        rows.append(row(label, [SAID[answers["other"]["in_nhs"]]], "other"))
    for step in ("nhs-body", "other-body"):
        if step in answers:
            rows.append(
                row("Organisation name", [name_of_body(answers[step]["organisation"])], step)
            )
    if other := answers.get("other-body"):
        fields = OtherBodyForm.base_fields
        rows += [
            row(
                fields["contact_address"].label, other["contact_address"].splitlines(), "other-body"
            ),
            row("Further contact information", [other["further_contact"]], "other-body"),
        ]
    rows += [
        row(labels[area].label, [SAID[organisation[area]]], "organisation")
        for area in ("availability", "plans")
    ]
    if "approver" in answers:
        rights = answers["approver"].get("rights", [])
        asked = [one for one in rights_to_ask_for(answers) if name_of(one) in rights]
        rows.append(row("Approver", [label_of(one) for one in asked], "approver"))
    return rows


def availability(answers: Answers, standing: Standing) -> list[SummaryRow]:
    labels, asked = AvailabilityForm.base_fields, answers["availability"]
    groups = ServiceGroup.objects.filter(pk__in=asked.get("service_groups", []))
    rows = []
    if groups:
        rows.append(
            row(labels["service_groups"].label, [str(group) for group in groups], "availability")
        )
    rows.append(row(labels["edit"].label, [SAID[asked["edit"]]], "availability"))
    places = answers.get("places", {})
    chosen = chosen_of(places.get("places", []), choosable_places(answers, standing))
    for kind in ("organisation", "unit", "ward"):
        if labels_of_kind := [one.label for one in chosen if one.scope_field == kind]:
            rows.append(row(f"{kind.capitalize()}s requested", labels_of_kind, "places"))
    if places.get("not_found"):
        rows.append(row("Not listed", [places["not_found"]], "places"))
    return rows


def plans(answers: Answers, standing: Standing) -> list[SummaryRow]:
    chosen: list[Chosen] = chosen_of(answers["plans"]["plans"], choosable_plans(answers, standing))
    return [row("Bed/capacity plans requested", [one.label for one in chosen], "plans")]


def name_of_body(named: Any) -> str:
    """The organisation of an answer: listed, or as it was typed."""
    if isinstance(named, dict):
        return f"{named['unlisted']} (not listed)"
    return Organisation.objects.get(pk=named).name


def regions(codes: list[str]) -> list[str]:
    if NATIONAL in codes:
        return ["National"]
    return [region.name for region in Region.objects.filter(code__in=codes)]


def row(label: Any, values: list[str], step: str) -> SummaryRow:
    """A row whose Change leads to the step and comes back to the summary."""
    url = reverse("onboarding:request_step", args=[step])
    return SummaryRow(str(label), values, f"{url}?change=1")
