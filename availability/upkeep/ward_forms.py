"""The form of a ward's details."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.fields import ContactNumberField, TextLine
from availability.fields import whole_number
from availability.searching.form import OLDEST
from availability.services import MOST_BEDS_AT_ONCE
from availability.upkeep.details import LABELS, Details, Names
from availability.upkeep.ward_services import is_or_are
from availability.words import plural
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Conditional, Fieldset, Link, Question
from crispy_nhsuk.text import Textarea
from organisations.choices import SecurityLevel, Sex, WardKind
from organisations.models import Unit, Ward

TOO_LONG = "Enter %(limit_value)d characters or fewer"
OUT_OF_DATE = "This page is out of date. Go back, check the details and save again"
SALT = "details of a ward, as they were shown"
MOST_SESSIONS = 200
PREVIEW, CHANGE, SAVE = "preview", "change", "save"


def longest(name: str) -> int | None:
    return Ward._meta.get_field(name).max_length  # type: ignore[union-attr]


def choice(label: str, choices: Sequence[tuple[Any, Any]], missing: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), missing),
    )


class WardForm(forms.Form):
    """The details of a ward; once valid, `details` has them.

    `units`: of a new ward, where it can be. `shown`: of another, its details as the page began with
    them; they are sent along, signed.
    """

    shown_then = forms.CharField(widget=forms.HiddenInput, required=False)
    unit = choice("Which unit is it in?", [], "Choose the unit")
    name = TextLine(
        label="Name of the ward",
        max_length=longest("name"),
        error_messages={"required": "Enter the name of the ward", "max_length": TOO_LONG},
    )
    service_type = choice("Service type", [], "Choose a service type")
    kind = choice("What does it record?", WardKind.choices, "Choose beds or sessions")
    commissioned_beds = whole_number("Commissioned beds", 0, MOST_BEDS_AT_ONCE, required=False)
    sessions_a_day = whole_number("Sessions a day", 0, MOST_SESSIONS, required=False)
    sex = choice("Sex of the patients", Sex.choices, "Choose whom the ward takes")
    minimum_age = whole_number("Youngest age", 0, OLDEST)
    maximum_age = whole_number(
        "Oldest age (optional)", 0, OLDEST, required=False, help_text="Empty: no upper limit"
    )
    security_level = choice("Security", SecurityLevel.choices, "Choose the level of security")
    telephone = ContactNumberField(label="Telephone for referrals")
    email = forms.EmailField(
        label="Email address for referrals (optional)",
        max_length=longest("email"),
        required=False,
        error_messages={
            "invalid": "Enter an email address in the correct format, like name@example.com",
            "max_length": TOO_LONG,
        },
    )
    referral_hours = TextLine(
        label="When can referrals be made? (optional)",
        help_text="For example, 24 hours, or Monday to Friday, 9am to 5pm",
        max_length=longest("referral_hours"),
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    referral_instructions = forms.CharField(
        label="How to refer (optional)",
        help_text="What a searcher needs to know before telephoning. Enter no patient data.",
        max_length=longest("referral_instructions"),
        required=False,
        widget=Textarea(attrs={"rows": 5}),
        validators=[refuse_nhs_numbers],
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        names: Names,
        back_url: str,
        units: Sequence[Unit] | None = None,
        ward: Ward | None = None,
        shown: Details | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.names, self.ward = names, ward
        self.units = {str(unit.pk): unit for unit in units or ()}
        if ward is None:
            del self.fields["shown_then"]
            choices = [("", "Choose"), *((key, str(unit)) for key, unit in self.units.items())]
            self.fields["unit"].choices = choices  # type: ignore[attr-defined]
            self.fields["kind"].widget = forms.RadioSelect(choices=WardKind.choices)
        else:
            del self.fields["unit"], self.fields["kind"]
            other = "sessions_a_day" if ward.kind == WardKind.INPATIENT else "commissioned_beds"
            del self.fields[other]
        if shown is not None:
            self.initial["shown_then"] = signing.dumps(shown, salt=SALT)
        self.fields["sex"].widget = forms.RadioSelect(choices=Sex.choices)
        self.fields["telephone"].error_messages["required"] = "Enter the telephone for referrals"
        types = sorted(names.types.values(), key=lambda one: (one.group.position, one.position))
        self.fields["service_type"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *(
                (group.name, [(str(one.pk), one.name) for one in found])
                for group, found in groupby(types, key=lambda one: one.group)
            ),
        ]
        self.feature_fields = self.add_features()
        self.helper = NHSFormHelper()
        self.helper.layout = self.layout(back_url)

    def add_features(self) -> dict[str, str]:
        """A list of features for all wards, and one for each group that has its own: their names,
        with the code of the group."""
        fields: dict[str, str] = {}
        features = sorted(
            self.names.features.values(),
            key=lambda one: (one.group.position if one.group else 0, one.position, one.name),
        )
        kept = self.initial.get("features", [])
        for group, rows in groupby(features, key=lambda one: one.group):
            found = list(rows)
            name = f"features_{group.code}" if group else "features"
            fields[name] = group.code if group else ""
            self.fields[name] = forms.MultipleChoiceField(
                label=f"Features of {group.name} wards" if group else "Features",
                choices=[(str(one.pk), one.name) for one in found],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={
                    "invalid_choice": "Choose features from the list",
                    "invalid_list": "Choose features from the list",
                },
            )
            self.initial[name] = [str(one.pk) for one in found if one.pk in kept]
        return fields

    def layout(self, back_url: str) -> Layout:
        is_new = self.ward is None
        by_kind = {
            WardKind.INPATIENT.value: ["commissioned_beds"],
            WardKind.SESSIONAL.value: ["sessions_a_day"],
        }
        of_kind = [name for name in ("commissioned_beds", "sessions_a_day") if name in self.fields]
        return Layout(
            *(["unit"] if is_new else ["shown_then"]),
            "name",
            "service_type",
            *([Conditional("kind", by_kind)] if is_new else of_kind),
            Question("sex", inline=True),
            Fieldset(
                "Ages",
                Question("minimum_age", suffix="years"),
                Question("maximum_age", suffix="years"),
            ),
            "security_level",
            *self.feature_fields,
            Fieldset(
                "Referrals",
                "telephone",
                "email",
                "referral_hours",
                Question("referral_instructions", counted=True),
            ),
            ButtonGroup(
                Button("See how searchers will see it", name="step", value=PREVIEW),
                Link("Cancel", back_url),
            ),
        )

    def clean_unit(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]

    def clean_service_type(self) -> int:
        return int(self.cleaned_data["service_type"])

    def clean_security_level(self) -> int:
        return int(self.cleaned_data["security_level"])

    def clean_telephone(self) -> str:
        found: str = self.cleaned_data["telephone"]
        if len(found) > (longest("telephone") or 0):
            raise ValidationError(f"Enter {longest('telephone')} characters or fewer")
        return found

    def clean_shown_then(self) -> Details:
        """Raises ValidationError for what we have not signed."""
        try:
            shown = dict(signing.loads(self.cleaned_data["shown_then"], salt=SALT))
        except (signing.BadSignature, TypeError, ValueError) as error:
            raise ValidationError(OUT_OF_DATE) from error
        if shown.keys() != LABELS.keys():
            raise ValidationError(OUT_OF_DATE)
        return shown

    def clean(self) -> None:
        cleaned = super().clean() or {}
        kind = self.ward.kind if self.ward else cleaned.get("kind")
        for name, of_kind in (
            ("commissioned_beds", WardKind.INPATIENT),
            ("sessions_a_day", WardKind.SESSIONAL),
        ):
            if kind != of_kind:
                self.errors.pop(name, None)
                cleaned[name] = None
            elif cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, "Enter a number")
        youngest, oldest = cleaned.get("minimum_age"), cleaned.get("maximum_age")
        if youngest is not None and oldest is not None and oldest < youngest:
            self.add_error("maximum_age", "The oldest age cannot be below the youngest")
        self.refuse_features_of_other_groups(cleaned)

    def refuse_features_of_other_groups(self, cleaned: dict[str, Any]) -> None:
        found = self.names.types.get(cleaned.get("service_type", 0))
        for name, group in self.feature_fields.items():
            if found and group and group != found.group.code and cleaned.get(name):
                self.add_error(
                    name,
                    f"A ward of {found.group.name} cannot have these. Untick them, or choose "
                    "another service type",
                )

    @property
    def details(self) -> Details:
        """What the services are given; only once the form is valid."""
        found = self.cleaned_data
        features = (int(key) for name in self.feature_fields for key in found[name])
        kept = ("unit", "shown_then", *self.feature_fields)
        return {
            "kind": self.ward.kind if self.ward else "",
            **{name: value for name, value in found.items() if name not in kept},
            "features": sorted(features),
        }


class CloseWardForm(forms.Form):
    """Retiring a ward; of one with patients, that this is meant."""

    def __init__(self, *args: Any, taken: int, back_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if taken:
            taken_words = f"{plural(taken, 'bed')} of this ward {is_or_are(taken)} taken"
            self.fields["anyway"] = forms.BooleanField(
                label="Retire the ward all the same",
                help_text=taken_words,
                error_messages={
                    "required": f"{taken_words}. Tick the box if it is to be retired all the same"
                },
            )
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            *self.fields, ButtonGroup(Button("Retire the ward"), Link("Cancel", back_url))
        )
