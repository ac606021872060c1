import pytest
from django.db import connections

from core import audit
from core.sealing.sealer import seal
from core.sealing.verification import verify
from tests.factories.accounts import helpdesk, person


@pytest.fixture(autouse=True)
def head_file(settings, tmp_path):
    """A file of heads for each test."""
    settings.AUDIT_HEAD_FILE = tmp_path / "head.log"
    return settings.AUDIT_HEAD_FILE


@pytest.fixture
def faults(head_file):
    """What verifying reports now."""

    def found():
        sentences = []
        verify(head_files=[head_file], report=sentences.append)
        return sentences

    return found


@pytest.fixture
def as_owner(db):
    """Run SQL as the owner of the tables, who alone can alter history, in the test's transaction.

    For tests with both databases: the application's connection is the owner's for the while.
    """
    applications = connections["default"]
    connections["default"] = connections["owner"]

    def execute(statement, *values):
        with connections["owner"].cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else cursor.rowcount

    yield execute
    connections["default"] = applications


def record_some(number=30, seals=3):
    """Events of two people with details of all kinds, sealed in several goes."""
    helen, richard = helpdesk(), person("richard.recorded")
    for turn in range(number):
        audit.record(
            "item.approved",
            by=(None, helen)[turn % 2],
            target=helen,
            subject=(richard, None, helen)[turn % 3],
            number=turn,
            nested={"b": [1, 2.5, None, True], "a": "Zoë"},
        )
        if turn % (number // seals) == number // seals - 1:
            seal()
