"""Where the person works, and what they need (CPMS-15 to CPMS-19)."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from approvals.choices import OrganisationType
from approvals.models import AccessRequest
from core.patients import refuse_nhs_numbers
from crispy_nhsuk.layout import Button, ButtonGroup, Fieldset, Question
from onboarding.access_request.forms.base import AccessForm, next_and_previous, yes_or_no
from organisations.choices import AsksAs
from organisations.forms import DirectoryField
from organisations.models import Region

NATIONAL = "national"
APPROVER_LABEL = "Approver, if you need permission to approve other users"


class OrganisationForm(AccessForm):
    """Whose staff the person is, and which areas they need (CPMS-15, -19)."""

    organisation_type = forms.ChoiceField(
        label="Your organisation",
        choices=OrganisationType.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select your organisation"},
    )
    availability = yes_or_no(
        "Do you require bed/session availability access?",
        "Select Yes if you require availability access",
    )
    plans = yes_or_no(
        "Do you require bed/capacity plans access?", "Select Yes if you require plans access"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints: dict[str, str] = {
            OrganisationType.PROVIDER: "You are employed by a provider of specialised mental "
            "health services, or work for a provider collaborative",
            OrganisationType.NHS_ENGLAND: "You are employed directly by NHS England, nationally "
            "or in a region",
            OrganisationType.OTHER: "Neither of the above",
        }
        self.helper.layout = Layout(
            Question("organisation_type", size="m", hints=hints),
            Fieldset(
                "Required access",
                Question("availability", inline=True),
                Question("plans", inline=True),
            ),
            ButtonGroup(Button("Next")),
        )

    def clean(self) -> None:
        super().clean()
        answers = {self.cleaned_data.get("availability"), self.cleaned_data.get("plans")}
        if answers == {"no"}:
            self.add_error(
                "availability", "Select Yes for availability, for plans or for both to go on"
            )


class ProviderForm(AccessForm):
    """The provider (CPMS-16, CQRS-07, CT-18), and approver rights (CT-17)."""

    heading = True

    provider = DirectoryField(
        label="Your provider",
        help_text="Enter a part of its name, its ODS code or the postcode where you work",
        asks_as=AsksAs.PROVIDER,
        find_url=reverse_lazy("onboarding:request_find", args=["provider"]),
        error_messages={"required": "Enter your provider"},
    )
    approver = forms.BooleanField(
        label=f"{APPROVER_LABEL} in your own organisation", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Question("provider", heading=True), "approver", next_and_previous()
        )

    def clean(self) -> None:
        super().clean()
        provider = self.cleaned_data.get("provider")
        if isinstance(provider, dict) and self.cleaned_data.get("approver"):
            name = provider["unlisted"]
            self.add_error(
                "approver", f"Untick this for now. You can ask for it once “{name}” is listed"
            )


class RegionForm(AccessForm):
    """National, or one or more regions (CPMS-17, CT-09), and approver rights."""

    heading = True

    regions = forms.MultipleChoiceField(
        label="Your region",
        help_text="Select National, or each region that you work for",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select National, or at least one region"},
    )
    approver = forms.BooleanField(label=f"{APPROVER_LABEL} of your regions", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = [(region.code, region.name) for region in Region.objects.all()]
        self.fields["regions"].choices = [*regions, (NATIONAL, "National")]  # type: ignore[attr-defined]
        self.helper.layout = Layout(
            Question("regions", heading=True, exclusive=NATIONAL, divider="or"),
            "approver",
            next_and_previous(),
        )

    def clean_regions(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["regions"]
        if NATIONAL in chosen and len(chosen) > 1:
            raise ValidationError("Select either National, or regions")
        return chosen


class OtherForm(AccessForm):
    """Whether another organisation belongs to the NHS (CPMS-18)."""

    heading = True

    in_nhs = yes_or_no(
        "Do you work for an NHS organisation or CSU?",
        "Select Yes if you work for an NHS organisation or a commissioning support unit (CSU)",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Question("in_nhs", heading=True, inline=True), next_and_previous()
        )


class BodyField(DirectoryField):
    """Takes what the directory has nothing like as it was typed: it lists few of these."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as error:
            if error.code != "nothing":
                raise
            self.widget.found = None
            return {"unlisted": " ".join(value["text"].split())}


class NHSBodyForm(AccessForm):
    """The name of an NHS organisation or CSU (CPMS-18)."""

    heading = True

    organisation = BodyField(
        label="Organisation name",
        help_text="Enter a part of its name, its ODS code or its postcode",
        asks_as=AsksAs.NHS_BODY,
        find_url=reverse_lazy("onboarding:request_find", args=["nhs_body"]),
        error_messages={"required": "Enter the name of your organisation"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Question("organisation", heading=True), next_and_previous())


class OtherBodyForm(AccessForm):
    """An organisation outside the NHS, and how to reach it (CPMS-18)."""

    organisation = BodyField(
        label="Organisation name",
        asks_as=AsksAs.OTHER_BODY,
        find_url=reverse_lazy("onboarding:request_find", args=["other_body"]),
        error_messages={"required": "Enter the name of your organisation"},
    )
    contact_address = forms.CharField(
        label="Contact address",
        max_length=AccessRequest._meta.get_field("contact_address").max_length,
        validators=[refuse_nhs_numbers],
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        error_messages={
            "required": "Enter your contact address",
            "max_length": "Contact address must be 500 characters or fewer",
        },
    )
    further_contact = forms.CharField(
        label="Further contact information, e.g. mobile number (in case we need to contact you "
        "regarding your application) (optional)",
        max_length=AccessRequest._meta.get_field("further_contact").max_length,
        required=False,
        validators=[refuse_nhs_numbers],
        error_messages={
            "max_length": "Further contact information must be 300 characters or fewer"
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "organisation", "contact_address", "further_contact", next_and_previous()
        )
