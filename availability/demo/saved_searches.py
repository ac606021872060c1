"""The search that the searcher of the demonstration has saved."""

from django.http import QueryDict
from django.utils.http import urlencode

from accounts.models import User
from availability.saved_searches.forms import LONGEST_NAME, asked_by
from availability.saved_searches.services import save_search
from availability.saved_searches.words import suggested_name
from availability.searching.form import SearchForm

ASKED = {"service_type": "cyp-picu", "sex": "female", "age": "15"}


def make_saved_search(person: User) -> None:
    asked = QueryDict(urlencode({"postcode": person.work_postcode, **ASKED}))
    form = SearchForm(asked, user=person)
    if not form.is_valid():
        raise ValueError(form.errors.as_text())
    name = suggested_name(form, LONGEST_NAME)
    save_search(name=name, asked=asked_by(form), criteria=form.criteria, by=person)
