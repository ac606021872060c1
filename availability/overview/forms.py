"""What a person types into the directory."""

from crispy_forms.layout import Layout
from django import forms
from django.http import QueryDict

from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button
from organisations.queries import LONGEST_SEARCH, SHORTEST_SEARCH

LENGTH = f"Enter between {SHORTEST_SEARCH} and {LONGEST_SEARCH} letters or digits"


class FindForm(forms.Form):
    """Looks for a place."""

    q = forms.CharField(
        label="Find a place in the directory",
        help_text="Name, ODS code or postcode of a region, provider collaborative, provider, unit "
        "or ward",
        min_length=SHORTEST_SEARCH,
        max_length=LONGEST_SEARCH,
        required=False,
        error_messages={"min_length": LENGTH, "max_length": LENGTH},
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.layout = Layout("q", Button("Search"))
