"""The pages of saved searches."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from accounts.choices import AccountKind
from accounts.models import User
from accounts.retention import anonymise
from availability.models import SavedSearch
from availability.saved_searches.forms import LONGEST_NAME, asked_by
from availability.saved_searches.queries import read
from availability.saved_searches.services import MOST_SEARCHES, delete_search, switch_search
from availability.saved_searches.words import suggested_name
from availability.searching.form import SearchForm
from core.models import AuditEvent
from organisations.models import Feature
from tests.availability.pages import text_of
from tests.availability.searching.places import ward_at
from tests.factories.accounts import searcher
from tests.factories.organisations import RegionFactory, ServiceGroupFactory, ServiceTypeFactory
from tests.factories.saved_searches import saved

SAVE, LIST = "/search/save/", "/search/saved/"


def test_a_search_is_saved_under_the_name_that_it_suggests(client, sam):
    asked = "postcode=sl6+0pq&sex=female&age=15"
    page = client.get(f"/search/?{asked}").content.decode()
    assert f'action="{SAVE}?postcode=sl6+0pq&amp;sex=female&amp;age=15"' in page
    assert 'value="Female, age 15, near SL6 0PQ"' in page
    response = client.post(f"{SAVE}?{asked}", {"name": ""}, follow=True)
    assert response.redirect_chain == [(f"/search/?{asked}", 302)]
    name = "Female, age 15, near SL6 0PQ"
    assert f"“{name}” is saved. We tell you when another ward fits." in text_of(response)
    search = SavedSearch.objects.get()
    assert (search.person, search.name, search.is_on) == (sam, name, True)
    event = AuditEvent.objects.get(event="saved_search.saved")
    assert event.actor_id == sam.pk
    listed = client.get(LIST)
    assert f"{name} You are told Near SL6 0PQ · Female · Age 15" in text_of(listed)
    again = client.get(f"{LIST}{search.pk}/", follow=True)
    assert again.redirect_chain[0][0].startswith("/search/?")
    assert "Female" in text_of(again)


def test_the_same_search_however_it_is_typed_is_saved_once(client, sam):
    client.post(f"{SAVE}?postcode=SL6+0PQ&age=15&radius=10", {"name": "First"})
    response = client.post(
        f"{SAVE}?radius=10&age=+15&sex=&postcode=sl6opq&page=3", {"name": "Second"}, follow=True
    )
    assert "You saved this search before, as “First”. It is on." in text_of(response)
    assert SavedSearch.objects.count() == 1


def test_what_is_saved_asks_all_that_was_asked(sam):
    kind = ServiceTypeFactory(group=ServiceGroupFactory())
    features = [
        Feature.objects.create(code=code, name=code.title(), position=place)
        for place, code in enumerate(("detained", "en-suite"))
    ]
    asked = (
        f"postcode=SL6 0PQ&radius=25&service_type={kind.code}&sex=male&age=0&security=0&beds=2"
        f"&region={RegionFactory().code}&full=on&fresh=on&preparing=on&features={features[1].code}"
        f"&features={features[0].code}&features={features[0].code}"
    )
    day = timezone.localdate()
    asked += f"&by_day={day.day}&by_month={day.month}&by_year={day.year}"
    form = SearchForm(QueryDict(asked, mutable=True), user=sam)
    assert form.is_valid(), form.errors
    (kept,) = read([SavedSearch(person=sam, asked=asked_by(form))])
    assert kept.is_valid(), kept.errors
    assert kept.criteria.__dict__ | {"features": set(kept.criteria.features)} == (
        form.criteria.__dict__ | {"features": set(form.criteria.features)}
    )
    assert len(suggested_name(form, LONGEST_NAME)) <= LONGEST_NAME


def test_wrong_names_say_so_and_keep_what_was_typed(client, sam):
    for name, problem in (
        ("x" * 81, "Enter 80 characters or fewer"),
        ("For 943 476 5919", "NHS number"),
        ("a\x00b", "Null characters are not allowed"),
    ):
        response = client.post(f"{SAVE}?postcode=SL6+0PQ", {"name": name, "person": "1"})
        page = response.content.decode()
        assert problem in text_of(response), name
        assert 'id="id_name_error"' in page or 'id="id_name-error"' in page
        assert name.replace("\x00", "") in page.replace("\x00", "")
    assert not SavedSearch.objects.exists()


def test_a_search_that_finds_no_place_is_not_saved_but_mended(client, sam):
    response = client.post(f"{SAVE}?postcode=nowhere&age=15", {"name": "X"}, follow=True)
    assert response.redirect_chain[0][0] == "/search/?postcode=nowhere&age=15"
    assert "Enter a full UK postcode, like SL6 0PQ" in text_of(response)
    assert "Save this search" not in text_of(response)
    assert not SavedSearch.objects.exists()


def test_so_many_searches_and_no_more(client, sam):
    for age in range(MOST_SEARCHES):
        saved(sam, f"postcode=SL6 0PQ&age={age}")
    response = client.post(f"{SAVE}?postcode=SL6+0PQ&age=40", {"name": "One more"})
    assert response.status_code == 400
    assert "You have saved 10 searches. Delete one that you do not need" in text_of(response)
    assert 'value="One more"' in response.content.decode()
    assert SavedSearch.objects.count() == MOST_SEARCHES


def test_it_is_switched_off_and_on(client, sam):
    search = saved(sam)
    address = f"{LIST}{search.pk}/tell/"
    assert client.get(address).status_code == 302
    for answer, words in (("no", "You are not told"), ("yes", "You are told")):
        for _ in range(2):
            response = client.post(address, {"tell": answer}, follow=True)
        assert words in text_of(response)
        search.refresh_from_db()
        assert search.is_on == (answer == "yes")
    assert AuditEvent.objects.filter(event="saved_search.switched").count() == 2


def test_it_is_deleted_once_that_is_confirmed(client, sam):
    search = saved(sam)
    address = f"{LIST}{search.pk}/delete/"
    assert "Delete “My search”?" in text_of(client.get(address))
    assert SavedSearch.objects.exists()
    response = client.post(address, follow=True)
    assert "“My search” is deleted." in text_of(response)
    assert "You have not saved a search." in text_of(response)
    assert not SavedSearch.objects.exists()
    assert AuditEvent.objects.get(event="saved_search.deleted").target.endswith(f":{search.pk}")
    assert client.post(address).status_code == 404


@pytest.mark.parametrize("which", ["", "tell/", "delete/"])
def test_the_search_of_somebody_else_is_not_there(client, sam, which):
    search = saved(searcher(ServiceGroupFactory(), "sue.searcher"), name="Sue's own")
    address = f"{LIST}{search.pk}/{which}"
    assert client.get(address).status_code == 404
    if which:
        assert client.post(address, {"tell": "no"}).status_code == 404
    assert "Sue" not in text_of(client.get(LIST))
    search.refresh_from_db()
    assert search.is_on


def test_nobody_switches_or_deletes_the_search_of_somebody_else(sam):
    search = saved(searcher(ServiceGroupFactory(), "sue.searcher"))
    switch_search(search=search, is_on=False, by=sam)
    delete_search(search=search, by=sam)
    assert SavedSearch.objects.get().is_on


def test_who_shares_an_account_saves_nothing(client, sam):
    User.objects.filter(pk=sam.pk).update(kind=AccountKind.GENERIC)
    session = client.session
    session["disclaimer_read"] = True
    session.save()
    assert client.post(f"{SAVE}?postcode=SL6+0PQ", {"name": "X"}).status_code == 403
    assert not SavedSearch.objects.exists()
    page = client.get("/search/", follow=True)
    assert page.request["PATH_INFO"] == "/search/"
    assert "Save this search" not in text_of(page)
    assert "Your saved searches" not in text_of(page)


def test_a_search_that_is_not_understood_any_more_says_so(client, sam):
    search = saved(sam, name="Of old")
    SavedSearch.objects.filter(pk=search.pk).update(
        asked="postcode=SL6+0PQ&by_day=1&by_month=1&by_year=2020"
    )
    text = text_of(client.get(LIST))
    assert "Of old No longer works The search says: “Enter a date that is today or later”." in text
    assert "Stop telling me" not in text


def test_the_list_takes_as_many_queries_for_ten_as_for_one(
    client, sam, django_assert_max_num_queries
):
    saved(sam)
    with django_assert_max_num_queries(50) as first:
        client.get(LIST)
    for age in range(MOST_SEARCHES - 1):
        saved(sam, f"postcode=SL6 0PQ&age={age}")
    with django_assert_max_num_queries(50) as second:
        client.get(LIST)
    assert len(first) == len(second)


def test_who_is_made_anonymous_leaves_no_search(sam):
    ward_at(1, "Kennet")
    saved(sam)
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert anonymise(person=sam)
    assert not SavedSearch.objects.exists()
