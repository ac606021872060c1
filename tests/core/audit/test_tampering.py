"""Whoever owns the tables can alter history; verifying finds every way of it."""

import json
import random
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core.models import AuditEvent, AuditSeal, UnsealedEvent
from core.sealing import verification
from core.sealing.chain import EVENT_COLUMNS, Link, digest_of, micros
from core.sealing.sealer import seal
from tests.core.audit.conftest import record_some
from tests.counts import often

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

SEED = 20_261_121
ROUNDS = often(1000)


class Tampering:
    """The ways to alter the trail; each says what it did."""

    def __init__(self, run, chance, head_file):
        self.run, self.chance, self.head_file = run, chance, head_file
        self.events = list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))
        self.length = len(self.events)

    def ways(self):
        return [name for name in sorted(dir(self)) if name.startswith("do_")]

    def one(self):
        return self.chance.choice(self.events)

    def update(self, table, column, value, where):
        key = {"core_auditevent": "id", "core_auditseal": "position"}[table]
        return self.run(
            f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} IS DISTINCT FROM %s",
            value,
            where,
            value,
        )

    def do_change_an_event(self):
        column, value = self.chance.choice(list(self.changes().items()))
        event = self.one()
        while not self.update("core_auditevent", column, value, event):
            event = self.one()
        return f"{column} of {event}"

    def changes(self):
        """A new value for every column of an event."""
        someone = self.chance.randrange(10_000, 99_999)
        moment = timezone.now() - timedelta(seconds=self.chance.uniform(0.000001, 1e7))
        return {
            "id": self.events[-1] + someone,
            "at": self.chance.choice([moment, timezone.now() + timedelta(microseconds=1)]),
            "event": self.chance.choice(["item.rejected", "item.approved ", ""]),
            "actor_id": self.chance.choice([someone, None]),
            "subject_id": self.chance.choice([someone, None]),
            "target": f"accounts.user:{someone}",
            "details": json.dumps({"number": self.chance.choice([someone, 1.0, "1", None])}),
            "reference": "7F3K-92QD",
        }

    def do_shift_a_time_by_a_microsecond(self):
        return self.run(
            "UPDATE core_auditevent SET at = at + interval '1 microsecond' WHERE id = %s",
            self.one(),
        )

    def do_delete_events(self):
        gone = self.chance.sample(self.events, self.chance.randint(1, 5))
        return self.run("DELETE FROM core_auditevent WHERE id = ANY(%s)", gone)

    def do_delete_an_event_and_its_seal(self):
        event = self.one()
        self.run("DELETE FROM core_auditevent WHERE id = %s", event)
        return self.run("DELETE FROM core_auditseal WHERE event_id = %s", event)

    def do_swap_two_events(self):
        """Each gets all columns of the other, but for the number."""
        columns = [f.column for f in AuditEvent._meta.concrete_fields if not f.primary_key]
        return self.run(
            f"UPDATE core_auditevent e SET {', '.join(f'{c} = o.{c}' for c in columns)} "
            "FROM core_auditevent o WHERE (e.id = %s AND o.id = %s) OR (e.id = %s AND o.id = %s)",
            *(pair := self.chance.sample(self.events, 2)),
            *reversed(pair),
        )

    def do_swap_two_seals(self):
        one, other = self.chance.sample(range(1, self.length + 1), 2)
        position = "UPDATE core_auditseal SET position = %s WHERE position = %s"
        for new, old in ((-1, one), (one, other), (other, -1)):
            self.run(position, new, old)
        return one, other

    def do_change_a_seal(self):
        someone = self.chance.randrange(10_000, 99_999)
        moment = timezone.now() - timedelta(seconds=self.chance.uniform(0, 1e6))
        column, value = self.chance.choice(
            [
                ("event_id", self.events[-1] + someone),
                ("inserted_at", moment),
                ("sealed_at", moment),
                ("digest", self.chance.randbytes(32)),
                ("mac", self.chance.randbytes(32)),
                ("key_id", f"{someone:08}"),
                ("position", self.length + someone),
            ]
        )
        self.update("core_auditseal", column, value, self.chance.randint(1, self.length))
        return column

    def do_delete_seals(self):
        gone = self.chance.sample(range(1, self.length + 1), self.chance.randint(1, 5))
        return self.run("DELETE FROM core_auditseal WHERE position = ANY(%s)", gone)

    def do_delete_seals_and_queue_their_events_anew(self):
        at = self.chance.randint(1, self.length)
        self.run(
            "WITH gone AS (DELETE FROM core_auditseal WHERE position >= %s RETURNING event_id) "
            "INSERT INTO core_unsealedevent SELECT event_id, now() FROM gone",
            at,
        )
        if self.chance.random() < 0.5:
            seal()
        return at

    def do_cut_the_tail(self):
        """Events and seals, as an old copy of the database would lack them."""
        at = self.chance.randint(1, self.length)
        self.run(
            "DELETE FROM core_auditevent WHERE id IN "
            "(SELECT event_id FROM core_auditseal WHERE position >= %s)",
            at,
        )
        return self.run("DELETE FROM core_auditseal WHERE position >= %s", at)

    def do_cut_the_tail_and_go_on(self):
        """The sealer itself, with the key, seals what is written after the cut."""
        self.do_cut_the_tail()
        for _ in range(self.chance.randint(1, self.length + 20)):
            self.insert(timezone.now())
        return seal()

    def do_empty_all(self):
        self.run("DELETE FROM core_auditevent")
        self.run("DELETE FROM core_auditseal")

    def insert(self, at):
        ((number,),) = self.run(
            "INSERT INTO core_auditevent (at, event, target, details, reference) "
            "VALUES (%s, 'item.approved', 'approvals.item:1', '{}', '') RETURNING id",
            at,
        )
        return number

    def long_ago(self):
        return timezone.now() - timedelta(hours=self.chance.uniform(0.2, 10_000))

    def do_insert_an_old_event(self):
        number = self.insert(self.long_ago())
        if self.chance.random() < 0.5:
            seal()
        return number

    def do_insert_an_old_event_with_its_place_in_the_queue(self):
        at = timezone.now() - timedelta(hours=self.chance.uniform(1.1, 10_000))
        number = self.insert(at)
        self.run("UPDATE core_unsealedevent SET inserted_at = %s WHERE event_id = %s", at, number)
        return seal()

    def do_insert_an_event_of_the_future_with_its_place_in_the_queue(self):
        at = timezone.now() + timedelta(hours=self.chance.uniform(0.1, 10_000))
        number = self.insert(at)
        self.run("UPDATE core_unsealedevent SET inserted_at = %s WHERE event_id = %s", at, number)
        return seal()

    def do_insert_past_the_queue(self):
        number = self.insert(self.chance.choice([timezone.now(), self.long_ago()]))
        return self.run("DELETE FROM core_unsealedevent WHERE event_id = %s", number)

    def insert_with_a_seal(self, position):
        number = self.insert(timezone.now())
        self.run("DELETE FROM core_unsealedevent WHERE event_id = %s", number)
        self.run(
            "INSERT INTO core_auditseal SELECT %s, %s, now(), now(), digest, key_id, mac "
            "FROM core_auditseal WHERE position = %s",
            position,
            number,
            self.chance.randint(1, self.length),
        )
        return position

    def do_insert_with_a_seal_made_without_the_key(self):
        return self.insert_with_a_seal(self.length + self.chance.choice([1, 2**62]))

    def do_insert_with_a_seal_before_the_first(self):
        return self.insert_with_a_seal(-(2**63))

    def do_insert_with_a_seal_at_a_position_that_is_taken(self):
        self.run("ALTER TABLE core_auditseal DROP CONSTRAINT core_auditseal_pkey")
        return self.insert_with_a_seal(self.chance.randint(1, self.length))

    def do_rewrite_the_chain_without_the_key(self):
        """An event is changed, and its seal and all later ones are computed anew."""
        at = self.chance.randint(1, self.length)
        sealed = {seal.position: seal for seal in AuditSeal.objects.all()}
        self.run("UPDATE core_auditevent SET target = 'x:1' WHERE id = %s", sealed[at].event_id)
        columns = {
            row[0]: row
            for row in self.run(f"SELECT {', '.join(EVENT_COLUMNS)} FROM core_auditevent e")
        }
        moments = {
            position: moments
            for position, *moments in self.run(
                f"SELECT position, {micros('inserted_at')}, {micros('sealed_at')} "
                "FROM core_auditseal"
            )
        }
        before = bytes(sealed[at - 1].mac) if at > 1 else bytes(32)
        for position in range(at, self.length + 1):
            old = sealed[position]
            digest = digest_of(columns[old.event_id])
            link = Link(position, old.event_id, *moments[position], digest, old.key_id)
            before = link.mac(b"not the key", before)
            self.run(
                "UPDATE core_auditseal SET digest = %s, mac = %s WHERE position = %s",
                digest,
                before,
                position,
            )
        return at

    def do_change_the_known_heads(self):
        """Of the file, the other half of the proof."""
        lines = self.head_file.read_text().splitlines(keepends=True)
        at = self.chance.randrange(len(lines))
        position, mac, *rest = lines[at].split()
        flipped = f"{int(mac[0], 16) ^ self.chance.randint(1, 15):x}{mac[1:]}"
        lines[at] = " ".join([position, flipped, *rest]) + "\n"
        self.head_file.write_text("".join(lines))

    def do_remove_the_known_heads(self):
        self.head_file.unlink()


def test_every_tampering_is_found(as_owner, faults, head_file, monkeypatch):
    chance = random.Random(SEED)
    print(f"seed {SEED}, {ROUNDS} rounds")
    record_some(40, seals=8)
    assert faults() == []
    kept = head_file.read_bytes()
    # So that the trail is read in several pieces.
    monkeypatch.setattr(verification, "BATCH", 7)
    tampering = Tampering(as_owner, chance, head_file)
    ways = tampering.ways()
    assert set(tampering.changes()) == {f.column for f in AuditEvent._meta.concrete_fields}
    for number in range(ROUNDS):
        way = ways[number % len(ways)]
        with transaction.atomic():
            what = getattr(tampering, way)()
            found = faults()
            assert found, f"round {number} with seed {SEED}: {way} ({what}) was not found"
            transaction.set_rollback(True)
        head_file.write_bytes(kept)
    assert faults() == []


def test_a_change_of_any_column_is_found(as_owner, faults, head_file):
    record_some(6, seals=2)
    assert faults() == []
    tampering = Tampering(as_owner, random.Random(SEED), head_file)
    for column, value in tampering.changes().items():
        with transaction.atomic():
            assert tampering.update("core_auditevent", column, value, tampering.events[3])
            assert faults(), column
            transaction.set_rollback(True)


def test_the_place_of_the_fault_is_named(as_owner, faults):
    record_some(12, seals=3)
    events = list(AuditSeal.objects.order_by("position").values_list("event_id", flat=True))

    def after(statement, *values):
        with transaction.atomic():
            as_owner(statement, *values)
            found = faults()
            transaction.set_rollback(True)
        return found

    assert after(
        "UPDATE core_auditevent SET at = at - interval '1 day' WHERE id = %s", events[4]
    ) == [f"Event {events[4]} (position 5) was changed after it was sealed."]
    assert after("DELETE FROM core_auditevent WHERE id = %s", events[4]) == [
        f"Event {events[4]} (position 5) is missing: it was deleted after it was sealed."
    ]
    assert after("UPDATE core_auditseal SET sealed_at = now() WHERE position = 5") == [
        f"The seal at position 5 (event {events[4]}) was changed, or is not where it was made: it "
        "does not continue the one before it."
    ]
    assert "The seals at positions 5 to 6 are missing." in after(
        "DELETE FROM core_auditseal WHERE position IN (5, 6)"
    )
    (cut,) = after(
        "WITH gone AS (DELETE FROM core_auditseal WHERE position > 9 RETURNING event_id) "
        "DELETE FROM core_auditevent WHERE id IN (SELECT event_id FROM gone)"
    )
    assert "The trail was cut: " in cut
    assert "the table ends at 9." in cut


def test_an_event_that_is_deleted_before_it_is_sealed_is_found(as_owner, faults):
    record_some(4, seals=2)
    newest = Tampering(as_owner, random.Random(SEED), None).insert(timezone.now())
    as_owner("DELETE FROM core_auditevent WHERE id = %s", newest)
    seal()
    assert UnsealedEvent.objects.count() == 1
    assert faults() == [f"Event {newest} was deleted before it was sealed."]
