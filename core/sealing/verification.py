"""Reads the whole trail and says in plain sentences what is wrong with it, and where."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from core.sealing.chain import BEFORE_THE_FIRST, EVENT_COLUMNS, Link, digest_of, keys, micros
from core.sealing.head import Head, lines_of

BATCH = 5000
# How long an event may wait for its seal, and a seal for its line in the file.
MAY_WAIT = timedelta(minutes=10)
# Between what an event says of its time and when the database saw it come: one statement.
CLOCK = timedelta(minutes=1)
# The longest transaction: an event is written when it happens and seen when that ends.
LATECOMER = timedelta(hours=1)

SEALS = f"""
    SELECT s.position, s.event_id, {micros("s.inserted_at")}, {micros("s.sealed_at")},
           s.digest, s.key_id, s.mac, {", ".join(EVENT_COLUMNS)}
      FROM core_auditseal s
      LEFT JOIN core_auditevent e ON e.id = s.event_id
     ORDER BY s.position
"""  # noqa: S608 - every part is written in our modules
UNSEALED = """
    SELECT e.id, u.event_id IS NULL, least(e.at, u.inserted_at) < now() - make_interval(secs => %s)
      FROM core_auditevent e
      LEFT JOIN core_auditseal s ON s.event_id = e.id
      LEFT JOIN core_unsealedevent u ON u.event_id = e.id
     WHERE s.event_id IS NULL ORDER BY e.id
"""
QUEUED_WITHOUT_CAUSE = """
    SELECT u.event_id, e.id IS NULL
      FROM core_unsealedevent u
      LEFT JOIN core_auditevent e ON e.id = u.event_id
      LEFT JOIN core_auditseal s ON s.event_id = u.event_id
     WHERE e.id IS NULL OR s.event_id IS NOT NULL ORDER BY u.event_id
"""

Report = Callable[[str], None]


@dataclass
class Verified:
    """How much was read: events that are sealed, events that wait, and the newest seal."""

    sealed: int = 0
    waiting: int = 0
    head: Head | None = None
    head_is_old: bool = False


def verify(
    *,
    head_files: Iterable[Path],
    report: Report,
    progress: Callable[[int], None] = lambda _: None,
) -> Verified:
    """Check the chain, what is not in it, and the heads kept outside; each fault is reported.

    In one snapshot of the database, while sealing goes on; memory does not grow with the trail.
    """
    known = [KnownHeads(file, report) for file in head_files]
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        verified = Verified()
        check_chain(verified, known, report, progress)
        check_unsealed(verified, report)
    for heads in known:
        heads.finish(verified)
    return verified


def check_chain(
    verified: Verified,
    known: list["KnownHeads"],
    report: Report,
    progress: Callable[[int], None],
) -> None:
    """Every seal against the one before it, against its event and against the known heads."""
    by_id, unknown_keys = keys(), set()
    expected, before, newest = 1, BEFORE_THE_FIRST, 0
    for seal in rows_of(SEALS):
        link = Link(*seal[:6])
        mac, columns = seal[6], seal[7:]
        where = f"Event {link.event_id} (position {link.position})"
        if link.position != expected:
            report(missing(expected, link.position))
        key = by_id.get(link.key_id)
        if key is None and link.key_id not in unknown_keys:
            unknown_keys.add(link.key_id)
            report(
                f"Position {link.position} is sealed with the key {link.key_id}, which is not "
                "among AUDIT_KEYS."
            )
        elif key is not None and link.mac(key, before) != mac:
            report(
                f"The seal at position {link.position} (event {link.event_id}) was changed, or "
                "is not where it was made: it does not continue the one before it."
            )
        if columns[0] is None:
            report(f"{where} is missing: it was deleted after it was sealed.")
        elif digest_of(columns) != link.digest:
            report(f"{where} was changed after it was sealed.")
        else:
            newest = check_times(link, columns[1], newest, report, where)
        for heads in known:
            heads.check(link.position, mac.hex())
        expected, before = link.position + 1, mac
        verified.sealed += 1
        verified.head = Head(link.position, mac.hex(), link.key_id, in_words(link.sealed_at))
        if verified.sealed % 100_000 == 0:
            progress(verified.sealed)
    if verified.head:
        verified.head_is_old = is_old(link.sealed_at)


def check_times(link: Link, at: str, newest: int, report: Report, where: str) -> int:
    """An event that says it is older than it can be was slipped in; the newest time so far."""
    try:
        moment, seen, sealed = int(at), int(link.inserted_at), int(link.sealed_at)
    except ValueError:
        report(f"{where} has no real time.")
        return newest
    if abs(moment - seen) > CLOCK / timedelta(microseconds=1):
        report(f"{where} says that it is of {in_words(at)}; it came at {in_words(str(seen))}.")
        return newest
    if seen - sealed > CLOCK / timedelta(microseconds=1):
        report(f"{where} says that it came after it was sealed.")
        return newest
    if moment < newest - LATECOMER / timedelta(microseconds=1):
        report(
            f"{where} says that it is of {in_words(at)}, but it was sealed after events of "
            f"{in_words(str(newest))}."
        )
    return max(moment, newest)


def check_unsealed(verified: Verified, report: Report) -> None:
    """Every event is sealed, or waits for the sealer and not for long."""
    late, first_late = 0, None
    for event_id, is_unknown, is_late in rows_of(UNSEALED, MAY_WAIT.total_seconds()):
        verified.waiting += 1
        if is_unknown:
            report(
                f"Event {event_id} has no seal and does not wait for one: it was inserted "
                "past the trail, or its seal was deleted."
            )
        elif is_late:
            late, first_late = late + 1, first_late or event_id
    if late:
        minutes = MAY_WAIT // timedelta(minutes=1)
        report(
            f"{late} event{'' if late == 1 else 's'} older than {minutes} minutes "
            f"{'is' if late == 1 else 'are'} not sealed, the first is event {first_late}. "
            "Does the worker run?"
        )
    for event_id, is_gone in rows_of(QUEUED_WITHOUT_CAUSE):
        reason = "was deleted before it was sealed" if is_gone else "waits, but is sealed"
        report(f"Event {event_id} {reason}.")


def rows_of(statement: str, *values: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, which stay with the server until they are asked for."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def missing(expected: int, found: int) -> str:
    if found < expected:
        return f"The seal at position {found} does not belong to the chain, which begins at 1."
    if found == expected + 1:
        return f"The seal at position {expected} is missing."
    return f"The seals at positions {expected} to {found - 1} are missing."


def in_words(micros_since_1970: str) -> str:
    """E.g. '2026-11-21T10:00:00.123456+00:00'; what is no moment stays as it is."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC)
        return (moment + timedelta(microseconds=int(micros_since_1970))).isoformat()
    except (ValueError, OverflowError):
        return micros_since_1970


def is_old(micros_since_1970: str) -> bool:
    """Whether the moment is longer ago than a line may wait for; what is no moment is."""
    try:
        age = datetime.now(UTC).timestamp() - int(micros_since_1970) / 1_000_000
    except ValueError:
        return True
    return age > MAY_WAIT.total_seconds()


@dataclass
class KnownHeads:
    """The lines of one file, met one by one while the chain goes by."""

    file: Path
    report: Report
    last: Head | None = None
    upcoming: Head | None = None
    lines: Iterator[tuple[int, Head | None]] = field(default_factory=lambda: iter(()))
    is_missing: bool = False

    def __post_init__(self) -> None:
        # Before the database is read: what is sealed meanwhile is not in its snapshot.
        try:
            self.lines = lines_of(self.file, self.file.stat().st_size)
            self.advance()
        except OSError:
            self.is_missing = True

    def advance(self) -> None:
        """Go to the next line that names a later position."""
        self.upcoming = None
        for number, head in self.lines:
            if head is None:
                self.report(f"Line {number} of {self.file} names no head.")
            elif self.last and head.position < self.last.position:
                self.report(
                    f"Line {number} of {self.file} goes back from position {self.last.position} to "
                    f"{head.position}: the trail was cut there, or an old copy was restored."
                )
            elif self.last and head.position == self.last.position:
                if head.mac != self.last.mac:
                    self.differs(head)
            else:
                self.upcoming = self.last = head
                return

    def check(self, position: int, mac: str) -> None:
        """Compare a seal with the line that names its position, if one does."""
        while self.upcoming and self.upcoming.position < position:
            self.differs(self.upcoming)
            self.advance()
        if self.upcoming and self.upcoming.position == position:
            if self.upcoming.mac != mac:
                self.differs(self.upcoming)
            self.advance()

    def differs(self, head: Head) -> None:
        self.report(
            f"{self.file} names another seal at position {head.position} than the table has: the "
            "trail was rewritten from there or before."
        )

    def finish(self, verified: Verified) -> None:
        """What the file knows beyond the end of the table, or the table beyond the file."""
        while self.upcoming:
            self.advance()
        ends_at = verified.head.position if verified.head else 0
        known = self.last.position if self.last else 0
        if self.is_missing and ends_at:
            self.report(f"{self.file} cannot be read: without it a cut tail does not show.")
        elif self.last and known > ends_at:
            self.report(
                f"The trail was cut: {self.file} names position {known} of {self.last.sealed_at}, "
                f"the table ends at {ends_at}."
            )
        elif known < ends_at and verified.head_is_old:
            self.report(
                f"{self.file} is behind: it ends at position {known}, the table at {ends_at}. "
                "Can the worker write it?"
            )
