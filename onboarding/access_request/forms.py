"""The questions of the access request (registration part 2)."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Details, Fieldset, Question, SecondaryButton
from onboarding.access_request.places import PlaceError, choosable, chosen_places
from onboarding.steps import StepForm
from organisations.models import Organisation, ServiceGroup

YES_OR_NO = (("yes", "Yes"), ("no", "No"))


class ProviderField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class OrganisationForm(StepForm):
    """Where the person works, and what they need (CPMS-15, -16, -19)."""

    provider = ProviderField(
        label="Your Provider",
        queryset=Organisation.objects.none(),
        empty_label="Please select an option",
        error_messages={
            "required": "Select your provider",
            "invalid_choice": "Select your provider from the list",
        },
    )
    availability = forms.ChoiceField(
        label="Do you require bed/session availability access?",
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Select Yes if you require availability access"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = choosable()["organisation"]  # type: ignore[attr-defined]
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Fieldset(
                "Your Organisation",
                Question("provider"),
                Details(
                    "I do not work for a provider",
                    "If you work for NHS England or another organisation, or if your provider is "
                    "not in the list, contact the helpdesk. They will set up your access.",
                ),
            ),
            Fieldset("Required Access", Question("availability", inline=True)),
            ButtonGroup(Button("Next")),
        )

    def clean_availability(self) -> str:
        answer = self.cleaned_data["availability"]
        if answer != "yes":
            raise ValidationError("Select Yes to go on: every request needs at least one access")
        return answer


class AvailabilityForm(StepForm):
    """Which service groups, and whether to update beds as well (CPMS-20, -21)."""

    service_groups = forms.ModelMultipleChoiceField(
        label="Access required for Service Groups",
        queryset=ServiceGroup.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        disabled=True,
    )
    edit = forms.ChoiceField(
        label="Do you require 'edit access', i.e. do you need to be able to update bed/session "
        "availability information?",
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Select Yes if you need to update availability"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = ServiceGroup.objects.filter(open_to_registration=True)
        self.open_groups = list(groups)
        field = self.fields["service_groups"]
        field.queryset = groups  # type: ignore[attr-defined]
        # Fixed: what is open to registration is asked for; the other groups' users are invited.
        self.initial["service_groups"] = self.open_groups
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            Question("service_groups"),
            Question("edit", inline=True),
            ButtonGroup(Button("Next"), SecondaryButton("Previous", name="previous")),
        )

    def clean(self) -> None:
        """Kept answers hold no more once other groups are open than those they were given for."""
        super().clean()
        kept = self.data.get("service_groups")
        if isinstance(kept, list) and set(kept) != {group.pk for group in self.open_groups}:
            self.add_error("edit", "Other service groups are open now. Check your answer")


class PlacesField(forms.Field):
    """A list of places, each as 'organisation:5', 'unit:7' or 'ward:12'.

    The page draws it: its input is the one in which places are looked for.
    """

    def clean(self, value: Any) -> list[str]:
        values = list(dict.fromkeys(value or []))
        if not values:
            raise ValidationError("Add at least one organisation, unit or ward")
        try:
            return [place.value for place in chosen_places(map(str, values))]
        except PlaceError as error:
            raise ValidationError(str(error)) from None


class PlacesForm(StepForm):
    """The organisations, units and wards that the person needs to update (CPMS-23)."""

    places = PlacesField(label="Where do you need to update availability?")


class ConfirmForm(forms.Form):
    """Sends the request from its summary."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            ButtonGroup(Button("Register"), SecondaryButton("Previous", name="previous"))
        )
