"""Who may search and update, on the home page as at the view."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.tiles import tiles_for
from availability.rules import may_edit_a_ward, may_search
from tests.factories.accounts import person, searcher, ward_editor
from tests.factories.organisations import ServiceGroupFactory, WardFactory

pytestmark = pytest.mark.django_db


def tiles(user):
    return [tile.title for tile in tiles_for(user) if tile.url_name.startswith("availability:")]


def test_tiles_are_what_the_person_may_do():
    assert tiles(person("nora.nobody")) == []
    of_searcher = tiles(searcher(ServiceGroupFactory()))
    assert of_searcher[0] == "Find a bed"
    assert "Update beds and sessions" not in of_searcher
    assert tiles(ward_editor(WardFactory()))[:2] == ["Update beds and sessions", "Find a bed"]


def test_nobody_who_is_not_signed_in():
    assert may_search(AnonymousUser())
    assert may_edit_a_ward(AnonymousUser())


def test_rules_cost_no_more_than_the_capabilities(django_assert_num_queries):
    wendy = ward_editor(WardFactory())
    with django_assert_num_queries(1):
        assert may_search(wendy) is None
        assert may_edit_a_ward(wendy) is None
