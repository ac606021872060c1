"""Results that refresh themselves."""

import gzip
from datetime import timedelta
from time import sleep

import pytest
import time_machine
from django.utils import timezone

from availability.choices import BedState
from availability.follow_up.calls.services import note_call
from availability.follow_up.choices import CallOutcome
from availability.searching.live import Tag, tag_in
from availability.services import confirm_ward
from tests.availability.pages import text_of
from tests.availability.searching.places import ADDRESS, ward_at
from tests.factories.accounts import person
from tests.factories.availability import bed_manager, bed_since, change
from tests.factories.organisations import ServiceGroupFactory, ServiceTypeFactory

LIVE = f"{ADDRESS}live/"


def ask(client, tag="", **asked):
    headers = {"If-None-Match": tag, "X-Background": "1"}
    return client.get(LIVE, asked, headers=headers)


@pytest.fixture
def kennet(sam):
    return ward_at(1, "Kennet", free=1, beds=2)


def test_nothing_new_is_a_few_bytes_without_a_search(client, kennet, django_assert_num_queries):
    first = ask(client)
    assert first.status_code == 200
    assert "Kennet" in text_of(first)
    with django_assert_num_queries(5):
        again = ask(client, first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_an_answer_that_was_packed_is_known_again(client, kennet):
    for one in range(30):
        ward_at(2, f"Ward {one}", free=1)
    packed = {"headers": {"Accept-Encoding": "gzip"}}
    first = client.get(LIVE, **packed)
    assert first["Content-Encoding"] == "gzip"
    assert b"Kennet" in gzip.decompress(first.content)
    packed["headers"]["If-None-Match"] = first["ETag"]
    assert client.get(LIVE, **packed).status_code == 304


def test_the_page_begins_with_what_it_shows(client, kennet):
    page = client.get(ADDRESS)
    tag = f'"{page.context["shown"]}.0.{"0" * 20}"'
    assert f'data-shown="{page.context["shown"]}"' in page.content.decode()
    answer = ask(client, tag)
    assert answer.status_code == 304
    assert tag_in(answer["ETag"]).shown == page.context["shown"]


def test_a_change_elsewhere_is_searched_for_and_changes_nothing(client, kennet):
    first = ask(client)
    perinatal = ServiceGroupFactory(code="perinatal", name="Perinatal", position=2)
    ward_at(2, "Mothers", service_type=ServiceTypeFactory(code="mother-baby", group=perinatal))
    again = ask(client, first["ETag"])
    assert again.status_code == 304
    assert again["ETag"] != first["ETag"]
    assert ask(client, again["ETag"])["ETag"] == again["ETag"]


@pytest.mark.parametrize("what", ["bed", "confirmed", "name", "call", "doubt", "another ward"])
def test_what_is_new_is_shown(client, kennet, sam, what):
    first = ask(client)
    bella = bed_manager(kennet)
    if what == "bed":
        change(kennet.beds.last(), BedState.AVAILABLE, by=bella)
    elif what == "confirmed":
        confirm_ward(ward=kennet, by=bella)
    elif what == "doubt":
        note_call(ward=kennet, outcome=CallOutcome.NO_BED, by=sam, doubt=True)
    elif what == "call":
        note_call(ward=kennet, outcome=CallOutcome.HAS_BED, by=sam)
    elif what == "name":
        kennet.name = "Avon"
        kennet.save()
    else:
        ward_at(2, "Avon")
    again = ask(client, first["ETag"])
    assert again.status_code == 200
    words = {
        "bed": "2 free beds",
        "confirmed": "Confirmed just now by an availability editor",
        "call": "You telephoned",
        "doubt": "that no bed was free",
    }
    assert words.get(what, "Avon") in text_of(again)


def test_a_hold_that_runs_out_is_seen_though_nothing_is_written(client, kennet):
    ends = timezone.now() + timedelta(seconds=1)
    held = {"due_at": ends, "held_for": "Oxford"}
    bed_since(kennet, (1, BedState.RESERVED, held), name="Held")
    first = ask(client)
    assert tag_in(first["ETag"]).until <= ends.timestamp()
    assert "1 free bed" in text_of(first)
    sleep(max(0, (ends - timezone.now()).total_seconds()) + 0.01)
    again = ask(client, first["ETag"])
    assert again.status_code == 200
    assert "2 free beds" in text_of(again)


def test_freshness_grows_old_without_a_change(client, sam):
    ward_at(1, "Kennet", confirmed_hours_ago=0)
    first = ask(client)
    assert "Confirmed 1 minute ago" in text_of(first)
    with time_machine.travel(timezone.now() + timedelta(seconds=65)):
        again = ask(client, first["ETag"])
        assert again.status_code == 200
        assert "Confirmed 2 minutes ago" in text_of(again)


def test_a_right_that_ends_ends_it(client, kennet, sam):
    first = ask(client)
    sam.grants.update(revoked_at=timezone.now())
    assert ask(client, first["ETag"]).status_code == 403


def test_a_tag_holds_for_one_person_and_one_address(client, kennet, sam):
    first = ask(client)
    assert ask(client, first["ETag"], sex="male").status_code == 200
    client.force_login(person("nora.nobody"))
    assert ask(client, first["ETag"]).status_code == 403


@pytest.mark.parametrize("tag", ["", "*", '"x"', '"' + "a" * 20 + ".1.b" + '"', "\x00", "9" * 9000])
def test_what_is_no_tag_of_ours_is_none(client, kennet, tag):
    assert tag_in(tag) is None
    assert ask(client, tag.replace("\x00", "%00")).status_code == 200


def test_a_proxy_may_weaken_the_tag():
    tag = Tag("a" * 20, 12, "b" * 20)
    assert tag_in(f"W/{tag}") == tag


def test_what_cannot_be_searched_for_ends_the_asking(client, kennet):
    assert ask(client, age="x").status_code == 400
