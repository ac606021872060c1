"""What the forms of rows are made of: their fields, what the page had read, how they are drawn."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID, uuid4

from crispy_forms.layout import Layout
from django import forms

from capacity_plans.editing.services import Seen
from capacity_plans.models import Version
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.helper import NHSFormHelper
from organisations.choices import SecurityLevel, Sex
from organisations.models import ServiceType

OUT_OF_DATE = "This page is out of date. Check the row and save it again."
LARGEST_COUNT = 2**31 - 1
# The code of an error about what somebody cannot have typed yet, as a row saves by itself.
AWAITED = "awaited"


class RevisionField(forms.IntegerField):
    """What the page had read of a row."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST_COUNT, **kwargs)
        self.error_messages = dict.fromkeys(self.error_messages, OUT_OF_DATE)
        for validator in self.validators:
            validator.message = OUT_OF_DATE  # type: ignore[attr-defined]


class SeenForm(forms.Form):
    """Decides on a row as it was shown; `keep` puts that above a later revision."""

    revision = RevisionField()
    keep = RevisionField(required=False)

    @property
    def seen(self) -> Seen:
        """Only once the form is valid."""
        return Seen(self.cleaned_data["revision"], self.cleaned_data["keep"])

    @property
    def is_awaited(self) -> bool:
        """Whether nothing is wrong but what has not been typed yet."""
        errors = [one for found in self.errors.as_data().values() for one in found]
        return bool(errors) and all(one.code == AWAITED for one in errors)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Each error with the label of its field, '' where that is not shown."""
        return [
            (
                str(self[name].label) if name in self.fields and not self[name].is_hidden else "",
                str(one),
            )
            for name, messages in self.errors.items()
            for one in messages
        ]


class KeyForm(forms.Form):
    """Adds a row; sent twice, it adds one."""

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), OUT_OF_DATE),
    )


def new_key() -> UUID:
    return uuid4()


def words(label: str, model: Any, name: str, *, missing: str = "", **kwargs: Any) -> Any:
    """Free text as long as the model's; required if `missing` says what to enter."""
    return forms.CharField(
        label=label,
        max_length=model._meta.get_field(name).max_length,
        required=bool(missing),
        validators=[refuse_nhs_numbers],
        error_messages={
            "required": missing,
            "max_length": "Enter %(limit_value)d characters or fewer",
        },
        **kwargs,
    )


def choice(label: str, choices: Any, wrong: str, **kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", "Choose"), *choices],
        error_messages=dict.fromkeys(("required", "invalid_choice"), wrong),
        **kwargs,
    )


def decimal(label: str, least: str, most: str, **kwargs: Any) -> forms.DecimalField:
    """A number with one decimal place."""
    wrong = f"Enter a number from {least} to {most}, such as 12.5"
    field = forms.DecimalField(
        label=label,
        max_digits=6,
        decimal_places=1,
        min_value=float(least.replace(",", "")),
        max_value=float(most.replace(",", "")),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "nhsuk-input--width-4"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "max_digits", "max_decimal_places", "max_whole_digits"), wrong
        ),
        **kwargs,
    )
    for validator in field.validators:
        if hasattr(validator, "limit_value"):
            validator.message = wrong  # type: ignore[attr-defined]
    return field


class RowForm(forms.Form):
    """A form in a row: its page draws the form's tag and button."""

    ASKED: ClassVar[tuple[Any, ...]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.label_size = ""
        self.helper.layout = Layout(*self.layout())

    def layout(self) -> Sequence[Any]:
        return self.ASKED

    @property
    def wanted(self) -> dict[str, Any]:
        """The fields of the row; only once the form is valid."""
        return {
            NAMES.get(name, name): value
            for name, value in self.cleaned_data.items()
            if name not in ("revision", "keep", "key")
        }

    @classmethod
    def as_now(cls, row: Any, **more: Any) -> dict[str, Any]:
        """What the form begins with."""
        names = (name for name in cls.base_fields if name not in ("revision", "keep", "key"))
        return {name: getattr(row, NAMES.get(name, name)) for name in names} | more


NAMES = {"unit": "unit_id", "service_type": "service_type_id", "to_line": "to_line_id"}


class SegmentForm(RowForm):
    """The type, sex and security level of a row of a version."""

    service_type = choice("Service type", (), "Choose the service type", coerce=int)
    sex = choice("Sex", Sex.choices, "Choose the sex")
    security_level = choice(
        "Security level", SecurityLevel.choices, "Choose the security level", coerce=int
    )

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        self.version = version
        super().__init__(*args, **kwargs)
        types = ServiceType.objects.filter(group=version.plan.collaborative.service_group_id)
        offered = [(one.pk, one.name) for one in types]
        self.fields["service_type"].choices = [("", "Choose"), *offered]  # type: ignore[attr-defined]
