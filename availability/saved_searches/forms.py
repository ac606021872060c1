"""The form that saves a search, and that of a search that was saved."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.http import urlencode

from accounts.fields import TextLine
from accounts.forms import page_helper
from availability.models import SavedSearch
from availability.searching.choices import Lists
from availability.searching.form import SearchForm
from core.errors import DomainError
from organisations.postcodes import Place

CHOSEN = ("radius", "service_type", "sex", "age", "security", "beds", "region", "collaborative")
TICKED = ("full", "fresh", "preparing")
EMPTY: tuple[Any, ...] = (None, "", [])
LONGEST_NAME = SavedSearch._meta.get_field("name").max_length or 0


class SaveForm(forms.Form):
    """What a person calls a search; without a name it is called what it asks."""

    name = TextLine(
        label="Name of the search",
        help_text="What you call it in your list and in emails. Enter no patient data.",
        required=False,
        max_length=LONGEST_NAME,
        error_messages={"max_length": "Enter %(limit_value)d characters or fewer"},
    )

    def __init__(self, data: Any = None, *, suggested: str, back_url: str) -> None:
        super().__init__(data, initial={"name": suggested})
        self.suggested = suggested
        self.helper = page_helper("name", button="Save this search", cancel_to=back_url)

    def clean_name(self) -> str:
        return self.cleaned_data["name"] or self.suggested


class SavedForm(SearchForm):
    """A search that was saved, with what several of them share: no query of its own."""

    def __init__(self, asked: str, *, lists: Lists, places: dict[str, Place]) -> None:
        self.shared_lists, self.places = lists, places
        super().__init__(QueryDict(asked), user=None)

    def lists_of(self, user: Any) -> Lists:
        return self.shared_lists

    def place_of(self, postcode: str) -> Place:
        if postcode in self.places:
            return self.places[postcode]
        raise DomainError(f"We do not know the postcode {postcode}")

    def clean(self) -> None:
        # Where there is one group to choose the form does not ask for it.
        if self.query.get("service_group", "") not in ("", *self.lists.groups):
            raise forms.ValidationError("You cannot search this service group any more")

    @property
    def problem(self) -> str:
        """Why nothing can be searched for any more; '' if it can."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")


def postcode_of(asked: str) -> str:
    return (QueryDict(asked).get("postcode") or "").strip()


def asked_by(form: SearchForm) -> str:
    """What a valid search asks, the same for the same search, however it was typed.

    The one group that the person may search is named: it stays the same when they may search more.
    """
    found, by = form.cleaned_data, form.criteria.by
    only_group = next(iter(form.lists.groups)) if len(form.lists.groups) == 1 else ""
    parts = {
        "postcode": form.criteria.place.postcode,
        "service_group": only_group or found.get("service_group"),
        **{name: found[name] for name in CHOSEN},
        "features": sorted(set(found["features"])),
        **({"by_day": by.day, "by_month": by.month, "by_year": by.year} if by else {}),
        **{name: "on" for name in TICKED if found[name]},
    }
    return urlencode({part: value for part, value in parts.items() if value not in EMPTY}, True)
