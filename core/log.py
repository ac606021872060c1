"""The log: a line for each thing that happened, whatever text it carries."""

import json
import logging
from datetime import UTC, datetime

from django.http import HttpRequest

from core.reference import current_reference

requests_log = logging.getLogger("core.requests")


def moment(record: logging.LogRecord) -> str:
    """When it happened, in UTC: local time has an hour twice each October."""
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def page_of(request: HttpRequest) -> str:
    """The page's name; '-' for an address that is none."""
    return getattr(request.resolver_match, "view_name", None) or "-"


class PageFilter(logging.Filter):
    """Django's lines about a request end in its address, in which a mailed secret may stand."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple) and record.args:
            record.args = (*record.args[:-1], page_of(request))
        return True


class LineFormatter(logging.Formatter):
    """A line to read at a terminal. What was typed cannot begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        reference = current_reference() or "-"
        line = f"{moment(record)} {record.levelname} {reference} {record.name} {message}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class JSONFormatter(logging.Formatter):
    """A line for a log collector: `at`, `level`, `reference`, `logger`, `message`, `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": moment(record),
            "level": record.levelname,
            "reference": current_reference(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)
