"""Approver rights (CT-17)."""

from collections.abc import Iterator
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from accounts.choices import Capability
from accounts.queries import role_explanations
from approvals.choices import OrganisationType
from approvals.coverage import Wanted
from approvals.routing import OUTSIDE_ENGLAND
from core.steps import Answers
from crispy_nhsuk.layout import Question
from onboarding.access_request.answers import is_from, provider_id
from onboarding.access_request.forms.base import AccessForm, already, next_and_previous
from onboarding.access_request.forms.organisation import NATIONAL
from organisations.models import Collaborative, Organisation, Region


def rights_to_ask_for(answers: Answers) -> Iterator[Wanted]:
    """Of a provider's staff: for the provider and its collaboratives; of NHS England: regions."""
    if is_from(answers, OrganisationType.NHS_ENGLAND):
        regions = Region.objects.exclude(code=OUTSIDE_ENGLAND)
        if NATIONAL not in answers["region"]["regions"]:
            regions = regions.filter(code__in=answers["region"]["regions"])
        for region in regions:
            yield Wanted(Capability.APPROVE_REGIONAL, region)
        return
    for provider in Organisation.objects.filter(pk__in=filter(None, [provider_id(answers)])):
        yield Wanted(Capability.APPROVE_STANDARD, provider)
        collaboratives = Collaborative.objects.filter(members=provider)
        for one in collaboratives.select_related("service_group", "region"):
            yield Wanted(Capability.APPROVE_COMMISSIONER, one)


def name_of(right: Wanted) -> str:
    """E.g. 'organisation:5'."""
    return f"{right.scope_field}:{right.scope.pk}"


def label_of(right: Wanted) -> str:
    """E.g. 'Provider approver: Elysium Healthcare'."""
    return f"{Capability(right.capability).label}: {right.scope}"


class ApproverForm(AccessForm):
    """The rights to approve, each explained (ERN-04)."""

    rights = forms.MultipleChoiceField(
        label="Whom do you need to approve?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one, or go back and untick “Approver”"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = role_explanations()
        offered = {name_of(right): right for right in rights_to_ask_for(self.answers)}
        said = {name: self.standing.says_of(right) for name, right in offered.items()}
        left = [name for name, words in said.items() if not words]
        self.fields["rights"].choices = [  # type: ignore[attr-defined]
            (name, label_of(offered[name])) for name in left
        ]
        if not left:
            del self.fields["rights"]
        hints = {name: roles[offered[name].capability] for name in left}
        held = [f"{words}: {label_of(offered[name])}" for name, words in said.items() if words]
        self.helper.layout = Layout(
            already(held),
            *([Question("rights", size="m", hints=hints)] if left else []),
            next_and_previous(),
        )
