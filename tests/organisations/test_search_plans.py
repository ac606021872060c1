"""Every search of names and places can be answered by an index, and asks as often at any size."""

import psycopg
import pytest
from django.contrib import admin
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from bench.directory import fill, tables_read_whole
from bench.serving import explain, statements
from organisations.choices import AsksAs
from organisations.models import Organisation, Unit, Ward
from organisations.queries import find_organisations, find_places
from tests.factories.organisations import (
    OrganisationKindFactory,
    PostcodeLocationFactory,
    ServiceTypeFactory,
)

pytestmark = pytest.mark.django_db

SMALL = {"organisations": 40, "units": 60, "wards": 120}
TEXTS = [
    "oakwood kelham",  # in two names
    "hospital",  # in most
    "ke",  # only begins words
    "BU000001",
    "SL6 0PQ",
    "SL6",
    "warnefrod",  # spelled wrongly
]


@pytest.fixture
def codes(db):
    # What other tests took back has left empty pages, by which a planner takes tables for empty.
    server = connections["owner"].get_connection_params()
    server = {name: server[name] for name in ("dbname", "user", "host") if name in server}
    with psycopg.connect(**server, autocommit=True) as owner:
        for model in (Organisation, Unit, Ward):
            owner.execute(f"VACUUM {model._meta.db_table}")
    for code in ("nhs_provider", "gp_practice"):
        OrganisationKindFactory(code=code)
    ServiceTypeFactory()
    PostcodeLocationFactory()
    PostcodeLocationFactory(code="SL6")


@pytest.fixture
def estate(codes):
    fill({kind: size * 5 for kind, size in SMALL.items()})
    with connection.cursor() as cursor:
        # At this size it is cheaper to read everything; the question is whether there is a choice.
        cursor.execute("SET LOCAL enable_seqscan = off")


def searches(text):
    return [
        lambda: find_places(text),
        lambda: find_organisations(text, asks_as=AsksAs.PROVIDER),
        lambda: find_organisations(text, asks_as=AsksAs.NHS_BODY),
    ]


@pytest.mark.parametrize("text", TEXTS)
def test_no_search_needs_to_read_a_whole_table(estate, text):
    for search in searches(text):
        with statements() as asked:
            search()
        assert asked
        for sql, params in asked:
            assert list(tables_read_whole(explain(sql, params)["Plan"])) == [], sql


INDEXES = {
    "oakwood kelham": {"organisation_search", "unit_search", "ward_search"},
    "oakwood": {"organisation_name_part", "unit_name_part", "ward_name_part"},
    "bu000008": {"organisation_ods_code_upper", "unit_ods_code_upper"},
    "warnefrod": {"organisation_name_part", "unit_name_part", "ward_name_part"},
    "SL6 0PQ": {"unit_nearest"},
}


@pytest.mark.parametrize("text", INDEXES)
def test_each_kind_of_search_has_its_index(estate, text):
    # So few rows are as well looked through in the order of their names, or sorted.
    other_way = "sort" if text == "SL6 0PQ" else "indexscan"
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_{other_way} = off")
    used = set()
    with statements() as asked:
        find_places(text)
    for sql, params in asked:
        used |= set(indexes_of(explain(sql, params)["Plan"]))
    assert INDEXES[text] <= used


def indexes_of(plan):
    if name := plan.get("Index Name"):
        yield name
    for inner in plan.get("Plans", ()):
        yield from indexes_of(inner)


ADMIN_INDEXES = {
    Organisation: {"organisation_search", "organisation_ods_code_upper"},
    Unit: {"unit_search", "unit_ods_code_upper"},
    Ward: {"ward_search", "unit_ods_code_upper"},
}


@pytest.mark.parametrize("kind", ADMIN_INDEXES)
@pytest.mark.parametrize("text", ["oakwood", "ke", "bu000008", "SL6", "oakwood kelham"])
def test_searches_of_the_admin_have_their_indexes(estate, rf, kind, text):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")
    site = admin.site._registry[kind]
    found, _ = site.get_search_results(rf.get("/"), kind.objects.order_by("-pk"), text)
    with CaptureQueriesContext(connection) as queries:
        list(found)
        found.count()
    for query in queries:
        plan = explain(query["sql"])["Plan"]
        assert list(tables_read_whole(plan)) == [], query["sql"]
        wanted = {name for name in ADMIN_INDEXES[kind] if " " not in text or "code" not in name}
        assert wanted <= set(indexes_of(plan))


@pytest.mark.parametrize("times", [1, 10])
def test_a_search_asks_as_often_in_a_big_directory_as_in_a_small_one(codes, times):
    fill({kind: size * times for kind, size in SMALL.items()})
    asked = {}
    for text in TEXTS:
        with CaptureQueriesContext(connection) as queries:
            find_places(text)
        asked[text] = len(queries)
    assert asked == {
        "oakwood kelham": 3,
        "hospital": 3,
        "ke": 3,
        "BU000001": 3,
        "SL6 0PQ": 4,
        "SL6": 4,
        "warnefrod": 6,
    }
