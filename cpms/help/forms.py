from crispy_forms.layout import Layout
from django import forms

from cpms.help.search import LONGEST
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button


class SearchForm(forms.Form):
    """What to look for in the help."""

    q = forms.CharField(
        label="Search the help",
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": f"Use {LONGEST} characters or fewer"},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.form_action = "help"
        self.helper.layout = Layout("q", Button("Search"))
