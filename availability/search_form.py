"""The form of the search."""

from itertools import groupby
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from availability.queries import types_viewable_by
from availability.search import Criteria
from core.errors import DomainError
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, Question
from organisations.choices import Sex
from organisations.models import ServiceGroup, ServiceType
from organisations.postcodes import LONGEST_INPUT, Place, resolve

OLDEST = 120


class SearchForm(forms.Form):
    """What a person looks for; valid data are turned into `criteria`."""

    postcode = forms.CharField(
        label="Postcode",
        help_text="Nearest wards first",
        max_length=LONGEST_INPUT,
        widget=forms.TextInput(
            attrs={"autocomplete": "postal-code", "class": "nhsuk-input--width-10"}
        ),
        error_messages={
            "required": "Enter a postcode, like SL6 0PQ",
            "max_length": "Enter a full UK postcode, like SL6 0PQ",
        },
    )
    service_group = forms.ChoiceField(
        label="Service group",
        required=False,
        error_messages={"invalid_choice": "Choose a service group from the list"},
    )
    service_type = forms.ChoiceField(
        label="Service type",
        required=False,
        error_messages={"invalid_choice": "Choose a service type from the list"},
    )
    sex = forms.ChoiceField(
        label="Sex of the patient",
        required=False,
        choices=[("", "Any"), (Sex.FEMALE.value, "Female"), (Sex.MALE.value, "Male")],
        error_messages={"invalid_choice": "Choose any, female or male"},
    )
    age = forms.IntegerField(
        label="Age of the patient",
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-3"}),
    )
    full = forms.BooleanField(label="Include wards with no free bed", required=False)

    def __init__(self, data: QueryDict, *, user: Any, begins: bool = False) -> None:
        """`begins`: nothing is asked yet, so the one group of interest is (ERN-06)."""
        super().__init__(data)
        self.types = {found.code: found for found in types_viewable_by(user)}
        groups = [
            (group, list(types))
            for group, types in groupby(self.types.values(), key=lambda found: found.group)
        ]
        self.groups = {group.code: group for group, _ in groups}
        self.fields["service_group"].choices = [  # type: ignore[attr-defined]
            ("", "Any"),
            *((code, str(group)) for code, group in self.groups.items()),
        ]
        chosen = {
            one.group.code
            for one in self.types.values()
            if one.is_of_interest  # type: ignore[attr-defined]
        }
        if begins and len(chosen) == 1:
            data["service_group"] = chosen.pop()
        if len(groups) < 2:
            # Of one group there is nothing to choose.
            del self.fields["service_group"]
        self.fields["service_type"].choices = [  # type: ignore[attr-defined]
            ("", "Any"),
            *((group.name, [(t.code, t.name) for t in types]) for group, types in groups),
        ]
        age = self.fields["age"]
        message = f"Enter the age in years, from 0 to {OLDEST}"
        age.error_messages["invalid"] = message
        for validator in age.validators:
            validator.message = message  # type: ignore[attr-defined]
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.layout = Layout(
            "postcode",
            *(["service_group"] if "service_group" in self.fields else []),
            "service_type",
            "sex",
            Question("age", suffix="years"),
            "full",
            Button("Search"),
        )

    def clean_postcode(self) -> Place:
        try:
            return resolve(self.cleaned_data["postcode"], allow_outcode=True)
        except DomainError as error:
            raise ValidationError(str(error)) from error

    def clean_service_type(self) -> ServiceType | None:
        return self.types.get(self.cleaned_data["service_type"])

    def clean_service_group(self) -> ServiceGroup | None:
        return self.groups.get(self.cleaned_data["service_group"])

    def in_use(self) -> list[tuple[str, str]]:
        """The filters that the person chose, by name, each in words."""
        found = self.cleaned_data
        words = {
            "service_group": str(found.get("service_group") or ""),
            "service_type": str(found["service_type"] or ""),
            "sex": dict(Sex.choices).get(found["sex"], ""),
            "age": "" if found["age"] is None else f"Age {found['age']}",
            "full": "Include wards with no free bed" if found["full"] else "",
        }
        return [(name, label) for name, label in words.items() if label]

    @property
    def criteria(self) -> Criteria:
        """What to look for; only once the form is valid."""
        found = self.cleaned_data
        return Criteria(
            place=found["postcode"],
            service_group=found.get("service_group"),
            service_type=found["service_type"],
            sex=found["sex"],
            age=found["age"],
            include_full=found["full"],
        )
