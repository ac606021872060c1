"""What follows from versions that cannot change, kept in the memory of each process.

Nothing of it can become false, so nothing has to be removed: it is kept by the version, the moment
it was begun and its revision, and forgotten when there is too much of it.
"""

from collections import OrderedDict
from collections.abc import Collection, Hashable
from threading import Lock
from typing import Generic, TypeVar

from capacity_plans.models import Version

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The values that were used last, at most so many; nothing of versions that may change."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, version: Version, *more: Hashable) -> Value | None:
        key = key_of(version, more)
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, value: Value, version: Version, *more: Hashable) -> Value:
        if not version.is_changeable:
            with self._lock:
                self._values[key_of(version, more)] = value
                while len(self._values) > self.most:
                    self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        with self._lock:
            self._values.clear()


def key_of(version: Version, more: Collection[Hashable]) -> Hashable:
    """A draft that was submitted, taken back and submitted again has another revision."""
    return (version.pk, version.created_at, version.revision, *more)
