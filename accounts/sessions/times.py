"""When a session began and was used last, kept in the session itself; when it is over."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from accounts.sessions.limits import STRICTEST, Limits, in_words

SIGNED_IN_AT, SEEN_AT, REMEMBERED = "signed_in_at", "seen_at", "remembered"
# What is used is kept once in this time: a page read on the way costs no write.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class End:
    """When a session is over unless something is done, and by which limit. Seconds since 1970."""

    at: int
    limit: str
    after: timedelta

    @property
    def remaining(self) -> int:
        """Seconds from now, at least 0."""
        return max(0, self.at - now())

    @property
    def is_extendable(self) -> bool:
        return self.limit == "idle"

    @property
    def words(self) -> str:
        if self.is_extendable:
            return f"You were logged out because you did nothing for {in_words(self.after)}."
        return f"You were logged out because a login lasts {in_words(self.after)} at most."


def now() -> int:
    return int(timezone.now().timestamp())


def begin(session: SessionBase, *, remembered: bool) -> None:
    session[SIGNED_IN_AT] = session[SEEN_AT] = now()
    session[REMEMBERED] = remembered


def has_times(session: SessionBase) -> bool:
    return all(isinstance(session.get(key), int) for key in (SIGNED_IN_AT, SEEN_AT))


def end_of(session: SessionBase | dict[str, int], limits: Limits) -> End:
    """The limit that the session comes to first."""
    if session.get(REMEMBERED) and limits.remembered:
        lasts = limits.remembered
        return End(session[SIGNED_IN_AT] + seconds(lasts), "absolute", lasts)
    idle = End(session[SEEN_AT] + seconds(limits.idle), "idle", limits.idle)
    absolute = End(session[SIGNED_IN_AT] + seconds(limits.absolute), "absolute", limits.absolute)
    return min(absolute, idle, key=lambda end: end.at)


def may_be_over(session: SessionBase) -> bool:
    """Whether any limit at all can be reached, without asking what the person holds."""
    idle, age = now() - session[SEEN_AT], now() - session[SIGNED_IN_AT]
    return idle >= seconds(STRICTEST.idle) or age >= seconds(STRICTEST.absolute)


def is_due(session: SessionBase) -> bool:
    """Whether the use of the session is to be kept now."""
    return now() - int(session[SEEN_AT]) >= seconds(SEEN_EVERY)


def seconds(time: timedelta) -> int:
    return int(time.total_seconds())
