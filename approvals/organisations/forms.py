from django import forms
from django.utils import timezone

from organisations.models import Organisation


class CloseForm(forms.Form):
    """The day on which it closes."""

    on = forms.DateField(
        label="Closing day",
        help_text="Today, or a day to come: until then nothing changes",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class MergeForm(forms.Form):
    """What it becomes a part of; chosen from a search, not typed."""

    successor = forms.ModelChoiceField(
        Organisation.objects.select_related("successor"),
        widget=forms.HiddenInput,
        error_messages={"required": "Choose an organisation."},
    )
