"""A draft is read while another editor writes: in several queries, which see what is there then."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from capacity_plans.choices import ChangeKind
from capacity_plans.models import Change
from tests.factories.organisations import WardFactory
from tests.factories.plan_life import planner
from tests.factories.plans import change, draft, line


@contextmanager
def written_meanwhile(version):
    """After the lines are read and before their changes, a ward and transfers to it are added."""

    def write(execute, sql, *args):
        nonlocal has_written
        if 'FROM "capacity_plans_change"' in sql and not has_written:
            has_written = True
            new, old = line(version, WardFactory(name="Meanwhile")), version.lines.first()
            for giving, to in ((new, old), (old, new)):
                change(giving, date(2027, 5, 1), 1, ChangeKind.TRANSFER, to_line=to)
        return execute(sql, *args)

    has_written = False
    with connection.execute_wrapper(write):
        yield
    assert Change.objects.filter(line__version=version).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["edit", "what_if", "export_xlsx", "export_csv", "edit_line"])
def test_a_page_shows_the_lines_that_it_has_read(client, page):
    version = draft()
    ash = line(version)
    client.force_login(planner(version.plan.collaborative))
    address = reverse(f"plans:{page}", args=[version.pk, *([ash.pk] if "line" in page else [])])
    with written_meanwhile(version):
        answer = client.get(address)
    assert answer.status_code == 200
