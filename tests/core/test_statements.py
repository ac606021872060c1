"""Statements that are written once."""

import pytest
from django.db import connection, connections
from django.db.models import BigIntegerField, F
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from availability.queries import boards_of, entries_of_one, ward_of_board
from core.statements import Objects, Statement, later
from organisations.models import Ward
from tests.factories.accounts import person, ward_editor
from tests.factories.availability import ward_with_beds
from tests.factories.organisations import WardFactory

pytestmark = pytest.mark.django_db


def test_objects_are_what_the_queryset_would_give():
    """Also of a relation that is not there (no totals), and an annotation."""
    WardFactory()
    ward_with_beds(2, name="Kennet")
    wards = Ward.objects.select_related("unit__organisation", "totals").annotate(
        least=F("minimum_age")
    )
    wards = wards.order_by("pk")
    for asked, given in zip(Objects.of(wards).found(), wards, strict=True):
        assert asked == given
        with CaptureQueriesContext(connection) as queries:
            assert asked.unit.organisation == given.unit.organisation
            assert hasattr(asked, "totals") == hasattr(given, "totals")
            assert asked.least == given.least
        assert not queries


def test_each_time_another_value_and_the_log_says_what_was_asked():
    people = [person(f"p{number}.person") for number in range(8)]
    statement = Statement.of(
        User.objects.filter(pk=later("person", BigIntegerField)).values_list("email")
    )
    with CaptureQueriesContext(connection) as queries:
        for one in people:
            assert statement.rows({"person": one.pk}) == [(one.email,)]
    assert all("accounts_user" in query["sql"] for query in queries)


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(KeyError):
        entries_of_one().found()


def test_who_asks_is_never_kept():
    ward, other = ward_with_beds(1), ward_with_beds(1, name="Kennet")
    for wendy, own in ((ward_editor(ward), ward), (ward_editor(other, "wilma.ward"), other)):
        assert ward_of_board(wendy, own.pk) == own
        assert list(boards_of(wendy)) == [own]


def test_other_queries_leave_nothing_behind_that_is_kept_to_be_prepared():
    person("petra.planner")
    list(User.objects.all())
    assert not connection.connection._prepared._counts


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_column_that_is_made_wider_costs_no_page():
    """Migrations run while the code before them still answers."""
    asked = Statement.of(User.objects.values_list("job_title"))
    person("petra.planner", job_title="Planner")
    widen = "ALTER TABLE accounts_user ALTER job_title TYPE varchar({})"
    with connections["owner"].cursor() as owner:
        assert asked.rows() == [("Planner",)]
        try:
            owner.execute(widen.format(140))
            assert asked.rows() == [("Planner",)]
        finally:
            owner.execute(widen.format(120))
