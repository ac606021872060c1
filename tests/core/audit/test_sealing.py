"""The sealer: what it chains, what it leaves outside the database, and what never stops it."""

import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from core import audit
from core.models import AuditEvent, AuditSeal, UnsealedEvent
from core.sealing import sealer, verification
from core.sealing.head import current_head, last_head
from core.sealing.sealer import seal
from core.tasks import seal_audit
from tests.core.audit.conftest import record_some
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
BY_OWNER = pytest.mark.django_db(databases=["default", "owner"])


def test_every_event_is_sealed_once_in_order_and_verifies(faults):
    record_some(30, seals=3)
    assert list(AuditSeal.objects.order_by("position").values_list("position", flat=True)) == [
        *range(1, 31)
    ]
    events = AuditEvent.objects.order_by("pk").values_list("pk", flat=True)
    sealed = AuditSeal.objects.order_by("position").values_list("event_id", flat=True)
    assert list(events) == list(sealed)
    assert not UnsealedEvent.objects.exists()
    assert faults() == []
    assert seal() == 0


def test_the_worker_seals(faults):
    audit.record("terms.accepted", by=None, target=person("zoe.zest"))
    seal_audit()
    assert AuditSeal.objects.count() == 1
    assert faults() == []


def test_sealing_asks_the_same_for_any_number_of_events(django_assert_num_queries):
    zoe = person("zoe.zest")
    for _ in range(3):
        audit.record("terms.accepted", by=zoe, target=zoe)
    with django_assert_num_queries(18) as few:
        seal()
    for _ in range(60):
        audit.record("terms.accepted", by=zoe, target=zoe)
    with django_assert_num_queries(len(few.captured_queries)):
        seal()


@BY_OWNER
def test_the_command_says_that_all_is_well_or_what_is_not(as_owner, capsys):
    record_some(6)
    call_command("verify_audit")
    said = capsys.readouterr().out
    assert "6 events are sealed, 0 wait." in said
    assert "Nothing was changed" in said
    first = AuditSeal.objects.get(position=1).event_id
    as_owner("UPDATE core_auditevent SET target = 'x:1' WHERE id = %s", first)
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit")
    said = capsys.readouterr().out
    assert f"Event {first} (position 1) was changed after it was sealed." in said


def test_sealing_ends_in_time_and_goes_on_the_next_time(monkeypatch, faults):
    monkeypatch.setattr(sealer, "BATCH", 2)
    zoe = person("zoe.zest")
    for _ in range(5):
        audit.record("terms.accepted", by=zoe, target=zoe)
    assert seal(within=timedelta(microseconds=1)) == 2
    assert seal() == 3
    assert faults() == []


def test_an_event_that_says_that_it_is_older_than_it_is_is_found(faults):
    AuditEvent.objects.create(
        event="terms.accepted", target="x:1", at=timezone.now() - timedelta(minutes=5)
    )
    seal()
    (fault,) = faults()
    assert "says that it is of" in fault
    assert "it came at" in fault


@BY_OWNER
def test_what_is_queued_anew_does_not_stop_the_sealer(as_owner, faults):
    record_some(3, seals=1)
    sealed = AuditSeal.objects.get(position=1).event_id
    as_owner("INSERT INTO core_unsealedevent VALUES (%s, now())", sealed)
    audit.record("terms.accepted", by=None, target=person("zoe.zest"))
    assert seal() == 1
    assert faults() == [f"Event {sealed} waits, but is sealed."]


@BY_OWNER
def test_events_that_wait_too_long_are_reported(as_owner, faults):
    record_some(3, seals=1)
    audit.record("terms.accepted", by=None, target=person("zoe.zest"))
    assert faults() == []
    as_owner("UPDATE core_unsealedevent SET inserted_at = now() - interval '11 minutes'")
    (fault,) = faults()
    assert fault.startswith("1 event older than 10 minutes is not sealed")
    assert fault.endswith("Does the worker run?")


class TestTheHeadOutside:
    def test_each_seal_adds_one_line_and_the_newest_is_the_head(self, head_file):
        record_some(9, seals=3)
        lines = head_file.read_text().splitlines()
        assert [int(line.split()[0]) for line in lines] == [3, 6, 9]
        assert last_head(head_file) == current_head()
        seal()
        assert head_file.read_text().splitlines() == lines

    def test_each_seal_is_a_line_of_the_log(self, caplog):
        caplog.set_level(logging.INFO, "core.sealing")
        record_some(3, seals=1)
        assert f"Head of the audit trail: {current_head()}" in caplog.text

    def test_a_file_that_was_emptied_or_knows_more_than_the_table_is_told_to_the_log(
        self, head_file, caplog
    ):
        record_some(6, seals=2)
        assert caplog.text.count("holds no head at its end") == 1
        head_file.write_text("")
        seal()
        assert caplog.text.count("holds no head at its end") == 2
        assert "was cut" not in caplog.text
        head_file.write_text(head_file.read_text().replace("6 ", "7 ", 1))
        seal()
        assert "The audit trail was cut: 7 " in caplog.text

    def test_a_file_that_cannot_be_written_loses_no_seal_and_is_reported(
        self, head_file, faults, caplog, settings
    ):
        settings.AUDIT_HEAD_FILE = head_file.parent / "missing" / "head.log"
        record_some(3, seals=1)
        assert AuditSeal.objects.count() == 3
        assert "could not be written" in caplog.text
        assert faults() == [f"{head_file} cannot be read: without it a cut tail does not show."]
        settings.AUDIT_HEAD_FILE = head_file
        seal()
        assert faults() == []

    def test_a_file_that_stays_behind_is_reported_after_a_while(
        self, head_file, faults, monkeypatch
    ):
        record_some(3, seals=3)
        head_file.write_text(head_file.read_text().splitlines(keepends=True)[0])
        assert faults() == []
        monkeypatch.setattr(verification, "MAY_WAIT", timedelta(0))
        assert faults() == [
            f"{head_file} is behind: it ends at position 1, the table at 3. "
            "Can the worker write it?"
        ]

    def test_lines_that_contradict_the_table_or_each_other_are_reported(self, head_file, faults):
        record_some(6, seals=2)
        first, last = lines = head_file.read_text().splitlines()
        other = "f" * 64
        for altered, expected in [
            ([first, f"4 {other} 00000000 -", last], "names another seal at position 4"),
            ([first, f"3 {other} 00000000 -", last], "names another seal at position 3"),
            ([first, last, first], "Line 3 of"),
            ([*lines, f"9 {other} 00000000 -"], "names position 9 of -, the table ends at 6"),
        ]:
            head_file.write_text("\n".join(altered) + "\n")
            (fault,) = faults()
            assert expected in fault

    @BY_OWNER
    def test_a_line_whose_seal_is_gone_is_reported(self, as_owner, faults, head_file):
        record_some(6, seals=2)
        as_owner("DELETE FROM core_auditseal WHERE position = 3")
        assert any(f"{head_file} names another seal at position 3" in one for one in faults())

    def test_a_line_that_was_cut_short_stays_alone(self, head_file, faults):
        head_file.write_text("12 ab")
        record_some(3, seals=1)
        assert faults() == [f"Line 1 of {head_file} names no head."]


class TestKeys:
    def test_a_new_key_seals_on_while_the_old_one_still_verifies(self, settings, faults):
        record_some(3, seals=1)
        settings.AUDIT_KEYS = ["another-key-" * 5, *settings.AUDIT_KEYS]
        audit.record("terms.accepted", by=None, target=person("zoe.zest"))
        seal()
        assert len(set(AuditSeal.objects.values_list("key_id", flat=True))) == 2
        assert faults() == []
        settings.AUDIT_KEYS = settings.AUDIT_KEYS[:1]
        (fault,) = faults()
        assert "which is not among AUDIT_KEYS" in fault


class TestTheApplicationsRole:
    @pytest.mark.parametrize("table", ["core_auditevent", "core_auditseal"])
    @pytest.mark.parametrize(
        "statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"]
    )
    def test_it_cannot_alter_what_is_history(self, table, statement):
        record_some(3, seals=1)
        column = {"core_auditevent": "at", "core_auditseal": "mac"}[table]
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(table, column, column))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE core_unsealedevent SET inserted_at = inserted_at - interval '30 minutes'",
            "INSERT INTO core_unsealedevent VALUES (1, now())",
        ],
    )
    def test_it_cannot_say_when_an_event_came(self, statement):
        audit.record("terms.accepted", by=None, target=person("zoe.zest"))
        assert UnsealedEvent.objects.count() == 1
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_it_cannot_switch_the_trigger_off(self):
        with (
            pytest.raises(ProgrammingError, match="must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("ALTER TABLE core_auditevent DISABLE TRIGGER ALL")
