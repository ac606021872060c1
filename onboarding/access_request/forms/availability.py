"""Which service groups, and where to update beds (CPMS-20 to CPMS-23)."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from accounts.choices import Capability
from accounts.queries import role_explanations
from approvals.coverage import Wanted
from approvals.models import AccessRequest
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Question
from onboarding.access_request.chosen import NotChoosable, choosable_places, chosen_of
from onboarding.access_request.forms.base import (
    AccessForm,
    already,
    next_and_previous,
    yes_or_no,
)
from organisations.models import ServiceGroup
from organisations.queries import LONGEST_SEARCH


class AvailabilityForm(AccessForm):
    """Service groups, and whether to update beds as well.

    A single group that is left is ticked and fixed (CPMS-20); what is held or awaited is said.
    """

    service_groups = forms.ModelMultipleChoiceField(
        label="Access required for service groups",
        queryset=ServiceGroup.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one service group"},
    )
    edit = yes_or_no(
        "Do you require 'edit access', i.e. do you need to be able to update bed/session "
        "availability information?",
        "Select Yes if you need to update availability",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = role_explanations()
        said = {
            group: self.standing.says_of(Wanted(Capability.AVAILABILITY_VIEW, group))
            for group in ServiceGroup.objects.filter(open_to_registration=True)
        }
        left = [group for group, words in said.items() if not words]
        field = self.fields["service_groups"]
        field.help_text = roles[Capability.AVAILABILITY_VIEW]
        field.queryset = ServiceGroup.objects.filter(  # type: ignore[attr-defined]
            pk__in=[group.pk for group in left]
        )
        if len(left) == 1:
            field.disabled = True
            self.initial["service_groups"] = left
        if not left:
            del self.fields["service_groups"]
        self.helper.layout = Layout(
            already([f"{words}: search in {group}" for group, words in said.items() if words]),
            *(["service_groups"] if left else []),
            Question("edit", hints={"yes": roles[Capability.AVAILABILITY_EDIT]}),
            next_and_previous(),
        )


def note_of_what_is_missing() -> forms.CharField:
    """What the directory does not list (CT-18)."""
    return forms.CharField(
        label="What is missing? (optional)",
        help_text="Give its name, town and postcode. The helpdesk adds it and tells you.",
        max_length=AccessRequest._meta.get_field("not_found").max_length,
        required=False,
        validators=[refuse_nhs_numbers],
        error_messages={"max_length": "Use 500 characters or fewer"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PlacesForm(AccessForm):
    """The list of places, each as 'organisation:5', 'unit:7' or 'ward:12' (CPMS-23)."""

    places = forms.Field(required=False)
    not_found = note_of_what_is_missing()

    def clean_places(self) -> list[str]:
        values = self.data.get("places") or []
        try:
            places = choosable_places(self.answers, self.standing)
            return [place.value for place in chosen_of(map(str, values), places)]
        except NotChoosable as error:
            raise ValidationError(str(error)) from None

    def clean(self) -> None:
        super().clean()
        if not self.errors and not any(self.cleaned_data.values()):
            self.add_error("places", "Add at least one organisation, unit or ward")


class FindPlaceForm(forms.Form):
    """Finds one place to be added to the list; `chosen` is what an enhanced search field gives."""

    q = forms.CharField(
        label="Find an organisation, unit or ward",
        help_text="Enter a part of its name, its ODS code or a postcode",
        max_length=LONGEST_SEARCH,
        required=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "spellcheck": "false",
                "data-lookup-url": reverse_lazy("onboarding:request_find", args=["places"]),
                "data-lookup-target": "id_chosen",
                "data-lookup-button": "find",
                "data-lookup-button-text": "Add",
            }
        ),
    )
    chosen = forms.CharField(required=False, widget=forms.HiddenInput)
    not_found = note_of_what_is_missing()

    # Where the page shows the errors of the list.
    shows = {"places": "q", "not_found": "not_found"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("q", "chosen")
