from typing import Any

from django import forms
from django.urls import reverse

from accounts.forms import page_helper
from accounts.models import User
from accounts.queries import planners_readable_by
from organisations.models import Collaborative

ALL = "all"


class AddressForm(forms.Form):
    """A new address: for the plans of one collaborative, or for all that the person may read."""

    plans = forms.ChoiceField(
        label="Which plans should the calendar show?",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose which plans the calendar should show"
        ),
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data)
        self.found = {str(one.pk): one for one in planners_readable_by(person).order_by("name")}
        self.fields["plans"].choices = [  # type: ignore[attr-defined]
            (ALL, "All plans that I may read"),
            *((key, one.name) for key, one in self.found.items()),
        ]
        self.helper = page_helper(
            "plans", button="Make address", cancel_to=reverse("plans:calendar")
        )

    @property
    def collaborative(self) -> Collaborative | None:
        """None: all of them."""
        return self.found.get(self.cleaned_data["plans"])
