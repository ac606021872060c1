from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from approvals.organisations.rules import may_close_on
from organisations.models import Organisation


class CloseForm(forms.Form):
    """The day on which it closes."""

    on = forms.DateField(
        label="Closing day",
        help_text="Today, or a day to come: until then nothing changes",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        super().__init__(data)
        self.organisation = organisation
        self.fields["on"].initial = organisation.closed_on or timezone.localdate()

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if refusal := may_close_on(self.organisation, day):
            raise forms.ValidationError(refusal)
        return day


class MergeForm(forms.Form):
    """What it becomes a part of; chosen from a search, not typed."""

    successor = forms.ModelChoiceField(
        Organisation.objects.select_related("successor"),
        widget=forms.HiddenInput,
        error_messages={"required": "Choose an organisation."},
    )
