from typing import Any

from django import forms
from django.urls import reverse

from accounts.forms import page_helper
from notifications.models import Preference


class SettingsForm(forms.Form):
    """Whether to be mailed what is also shown in the service (CQRS-19)."""

    by_mail = forms.BooleanField(
        label=Preference._meta.get_field("by_mail").verbose_name, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("by_mail", button="Save", cancel_to=reverse("your_account"))
