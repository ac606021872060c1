"""Which strategic plans to see or edit (CPMS-24)."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from accounts.choices import Capability
from accounts.queries import role_explanations
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Conditional, SecondaryButton
from onboarding.access_request.chosen import (
    NotChoosable,
    choosable_plans,
    chosen_of,
)
from onboarding.access_request.forms.base import AccessForm
from organisations.models import Collaborative, ServiceGroup

VIEW, EDIT = "view", "edit"


class PlansForm(AccessForm):
    """The list of plans: 'service_group:3' to view, 'collaborative:12' to edit."""

    plans = forms.Field(required=False)

    def clean_plans(self) -> list[str]:
        values = self.data.get("plans") or []
        if not values:
            raise ValidationError("Add at least one plan that you need")
        try:
            plans = choosable_plans(self.answers, self.standing)
            return [plan.value for plan in chosen_of(map(str, values), plans)]
        except NotChoosable as error:
            raise ValidationError(str(error)) from None


class AddPlanForm(forms.Form):
    """One plan request, to be added to the list."""

    service_group = forms.ModelChoiceField(
        label="Service group",
        queryset=ServiceGroup.objects.filter(open_to_plans=True),
        empty_label="Please select an option",
        error_messages={
            "required": "Select a service group",
            "invalid_choice": "Select a service group from the list",
        },
    )
    access = forms.ChoiceField(
        label="Access",
        choices=((VIEW, "View only"), (EDIT, "View/Edit")),
        widget=forms.RadioSelect,
        error_messages={"required": "Select View only or View/Edit"},
    )
    collaborative = forms.ModelChoiceField(
        label="Provider collaborative",
        queryset=Collaborative.objects.filter(service_group__open_to_plans=True),
        empty_label="Please select an option",
        required=False,
        error_messages={"invalid_choice": "Select a provider collaborative from the list"},
    )

    # Where the page shows the errors of the list.
    shows = {"plans": "service_group"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = role_explanations()
        by_group: dict[str, list[tuple[int, str]]] = {}
        collaboratives = self.fields["collaborative"].queryset  # type: ignore[attr-defined]
        for one in collaboratives.select_related("service_group").order_by(
            "service_group__position", "name"
        ):
            by_group.setdefault(one.service_group.name, []).append((one.pk, one.name))
        self.fields["collaborative"].choices = [  # type: ignore[attr-defined]
            ("", "Please select an option"),
            *by_group.items(),
        ]
        self.helper = NHSFormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "service_group",
            Conditional(
                "access",
                {EDIT: ["collaborative"]},
                hints={VIEW: roles[Capability.PLANS_VIEW], EDIT: roles[Capability.PLANS_EDIT]},
            ),
            SecondaryButton("Add", name="add", value="yes"),
        )

    def clean(self) -> None:
        super().clean()
        group, collaborative = (
            self.cleaned_data.get("service_group"),
            self.cleaned_data.get("collaborative"),
        )
        if self.cleaned_data.get("access") != EDIT or "collaborative" in self.errors:
            return
        if collaborative is None:
            self.add_error("collaborative", "Select a provider collaborative")
        elif group and collaborative.service_group_id != group.pk:
            self.add_error("collaborative", f"Select a provider collaborative of {group}")

    @property
    def value(self) -> str:
        """What a valid form adds, as the list names it."""
        if self.cleaned_data["access"] == EDIT:
            return f"collaborative:{self.cleaned_data['collaborative'].pk}"
        return f"service_group:{self.cleaned_data['service_group'].pk}"
