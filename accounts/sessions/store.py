"""Sessions in the database, asked for by keys alone that can be ours."""

import re
from functools import cache

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from core.statements import Objects, later


def is_key(text: str | None) -> bool:
    """Whether it looks like the keys that are made here: the database need not read anything else,
    nor could it read all (NUL)."""
    return re.fullmatch("[a-z0-9]{32}", text or "") is not None


@cache
def open_session() -> Objects[Session]:
    """The session of a `key`, unless it is over: each page asks, so it is written once."""
    return Objects.of(
        Session.objects.filter(
            session_key=later("key", CharField), expire_date__gt=later("now", DateTimeField)
        )
    )


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = open_session().found({"key": self.session_key, "now": timezone.now()})
        if not found:
            self._session_key = None
            return None
        return found[0]

    def _validate_session_key(self, key: str | None) -> bool:
        return is_key(key)
