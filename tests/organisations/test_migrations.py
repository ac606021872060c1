"""A directory that is in use survives its migrations."""

import pytest
from django.core.management import call_command
from django.db import connections

from organisations.models import Organisation
from tests.counts import in_the_long_run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

ORGANISATIONS = [("NV2", "independent_provider"), ("RNU", "nhs_provider"), ("QE1", "icb")]


@pytest.fixture
def as_before():
    """The tables of the first release, holding an organisation of each kind that it knew."""
    call_command("migrate", "organisations", "0001", verbosity=0)
    with connections["default"].cursor() as cursor:
        cursor.executemany(
            "INSERT INTO organisations_organisation"
            " (ods_code, ods_name, name, kind, address, postcode, approval_level)"
            " VALUES (%s, 'Trust', 'Trust', %s, '', '', 'single')",
            ORGANISATIONS,
        )
    yield
    call_command("migrate", verbosity=0)


@in_the_long_run
@pytest.mark.requirement("CT-07")
def test_organisations_keep_their_kinds_and_can_be_found_by_their_names(as_before):
    call_command("migrate", verbosity=0)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT ods_code, kind FROM organisations_organisation o"
            " JOIN organisations_organisationkind k ON k.code = o.kind ORDER BY o.id"
        )
        assert cursor.fetchall() == ORGANISATIONS
        cursor.execute("SELECT count(*) FROM organisations_organisationkind")
        assert cursor.fetchone() == (10,)
    assert Organisation.objects.filter(search_text=" trust").count() == len(ORGANISATIONS)
