"""Proving who one is by the password."""

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.fields import PasswordField
from accounts.forms import page_helper

# No form of the service has a field of this name.
PROOF = "proof"
CSRF_TOKEN = "csrfmiddlewaretoken"  # noqa: S105


class ProofForm(forms.Form):
    """The password, and beside it, hidden, what was sent without a proof."""

    def __init__(
        self, data: Any = None, *, kept: QueryDict | None = None, back_to: str, refusal: str = ""
    ) -> None:
        super().__init__(data)
        self.fields[PROOF] = PasswordField(
            autocomplete="current-password",
            label="Password",
            error_messages={"required": "Enter your password"},
        )
        for name, values in (kept or QueryDict()).lists():
            if name not in (PROOF, CSRF_TOKEN):
                self.fields[name] = forms.Field(
                    required=False, initial=values, widget=forms.MultipleHiddenInput
                )
        self.helper = page_helper(PROOF, button="Continue", cancel_to=back_to)
        self.helper.render_hidden_fields = True
        self.refusal = refusal

    def clean(self) -> None:
        if self.refusal and PROOF not in self.errors:
            self.add_error(PROOF, self.refusal)
