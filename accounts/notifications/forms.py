from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.urls import reverse

from accounts.forms import page_helper
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import SecondaryButton
from notifications.models import Preference


class ReadForm(forms.Form):
    """To mark all as read: up to the newest that the page showed, not what has arrived since."""

    up_to = forms.IntegerField(min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.form_action = reverse("notifications_read")
        self.helper.layout = Layout("up_to", SecondaryButton("Mark all as read"))


class SettingsForm(forms.Form):
    """Whether to be mailed what is also shown in the service (CQRS-19)."""

    by_mail = forms.BooleanField(
        label=Preference._meta.get_field("by_mail").verbose_name, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("by_mail", button="Save", cancel_to=reverse("your_account"))
