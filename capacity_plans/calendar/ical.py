"""iCalendar (RFC 5545), as far as a list of whole days needs it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MEDIA_TYPE = "text/calendar; charset=utf-8"
# Octets of a line, without its end (3.1)
LONGEST = 75
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Event:
    """Something on a day, or on all days through `until`. `at`: when it was last written."""

    uid: str
    on: date
    until: date | None
    summary: str
    description: str
    url: str
    category: str
    at: datetime
    sequence: int


def calendar(name: str, events: Iterable[Event]) -> str:
    """The whole feed; the same events give the same text."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//CPMS//Plans//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        *(line for event in events for line in lines_of(event)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def lines_of(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{moment(event.at)}"
    yield f"LAST-MODIFIED:{moment(event.at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}"
    # The end is the first day that is over.
    yield f"DTEND;VALUE=DATE:{(event.until or event.on) + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(event.summary)}"
    yield f"DESCRIPTION:{escaped(event.description)}"
    yield f"CATEGORIES:{escaped(event.category)}"
    yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text as a value (3.3.11)."""
    text = re.sub(r"\r\n?", "\n", text).replace("\\", "\\\\")
    text = CONTROLS.sub("", text.replace(";", "\\;").replace(",", "\\,"))
    return text.replace("\n", "\\n")


def folded(line: str) -> str:
    """A line in parts that are short enough; no character is divided."""
    parts, part, length = [], "", 0
    for letter in line:
        size = len(letter.encode())
        if length + size > LONGEST:
            parts.append(part)
            # The blank with which the next line begins counts.
            part, length = " ", 1
        part, length = part + letter, length + size
    return "\r\n".join([*parts, part])
