from crispy_forms.layout import Layout
from django import forms

from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Question, SecondaryButton


class AddressForm(forms.Form):
    """Whose mail to show."""

    to = forms.CharField(label="Show mail to this address only", required=False, max_length=254)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.layout = Layout(Question("to"), SecondaryButton("Show"))
