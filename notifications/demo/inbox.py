"""The demonstration's mailbox: what Django's file-based backend has delivered, read back."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

LATEST = 50
LARGEST = 1_000_000
# The backend writes this line after each message of a file.
SEPARATOR = b"\n" + b"-" * 79 + b"\n"
ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True)
class Mail:
    """One delivered mail, as plain text."""

    sender: str
    to: str
    reply_to: str
    subject: str
    at: datetime
    text: str

    @property
    def linked_text(self) -> SafeString:
        """The text with links to the own site clickable, everything else escaped."""
        parts, end = [], 0
        for match in ADDRESS.finditer(self.text):
            parts.append(escape(self.text[end : match.start()]))
            parts.append(link_to(match[0]))
            end = match.end()
        parts.append(escape(self.text[end:]))
        return mark_safe("".join(parts))  # noqa: S308  # all is escaped  # nosec B308


def link_to(address: str) -> SafeString:
    """A link if the address lies on the own site, else its text."""
    site = settings.SERVICE_URL.rstrip("/")
    if not address.startswith(f"{site}/"):
        return escape(address)
    return format_html('<a href="{}">{}</a>', address.removeprefix(site), address)


def latest_mail(*, to: str = "") -> list[Mail]:
    """The latest mails, newest first; only those to one address if it is given."""
    wanted = (mail for mail in delivered() if not to or to.lower() in mail.to.lower())
    return list(islice(wanted, LATEST))


def delivered() -> Iterator[Mail]:
    """Every mail that lies in the folder, newest first."""
    files = Path(settings.EMAIL_FILE_PATH).glob("*.log")
    for file in sorted(files, key=lambda file: file.stat().st_mtime_ns, reverse=True):
        if file.stat().st_size > LARGEST:
            continue
        for raw in reversed(file.read_bytes().split(SEPARATOR)):
            if raw.strip():
                yield read(raw, datetime.fromtimestamp(file.stat().st_mtime, UTC))


def read(raw: bytes, at: datetime) -> Mail:
    """A message as it was written, with the time of its file."""
    message = email.message_from_bytes(raw.lstrip(), EmailMessage, policy=email.policy.default)
    body = message.get_body(("plain",))
    return Mail(
        sender=str(message["From"]),
        to=str(message["To"]),
        reply_to=str(message["Reply-To"] or ""),
        subject=str(message["Subject"]),
        at=at,
        text=str(body.get_content()) if body else "",
    )
