"""Searches that people saved."""

from django.http import QueryDict

from availability.models import SavedSearch
from availability.saved_searches.forms import asked_by
from availability.saved_searches.services import save_search
from availability.searching.form import SearchForm


def saved(person, asked: str = "postcode=SL6 0PQ", name: str = "My search") -> SavedSearch:
    """A search saved through the service, as the page does."""
    form = SearchForm(QueryDict(asked, mutable=True), user=person)
    assert form.is_valid(), form.errors
    search, _ = save_search(name=name, asked=asked_by(form), criteria=form.criteria, by=person)
    return search
