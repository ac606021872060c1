"""What others did to a row while somebody typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from availability.words import clock
from capacity_plans.editing.values import LABELS, Codes, code_of, codes_of, word_of
from capacity_plans.models import Version
from core.audit import name_of
from core.errors import Conflict
from core.models import AuditEvent


class RowChanged(Conflict):
    """A row has changed since the person saw it; nothing of theirs was saved.

    `steps` are the events since, the oldest first; `base` is what the person saw, as far as the
    steps tell; `wanted` what was to be saved, empty for what is not a form.
    """

    def __init__(self, row: Model, steps: Sequence[AuditEvent], wanted: Codes) -> None:
        self.row, self.steps, self.wanted = row, steps, wanted
        self.base = base_of(row, steps)
        super().__init__("This was changed after you opened it. Nothing of yours was saved.")


class RowRemoved(Conflict):
    """A row that the person saw is gone; `removal` is its event, if it is known."""

    def __init__(self, removal: AuditEvent | None) -> None:
        self.removal = removal
        who = f" {by_whom(removal, None)} {clock(removal.at)}" if removal else ""
        super().__init__(f"This was removed{who}, after you opened it.")


def revision_of(row: Model) -> int:
    """How often a row, or the details of a version, were changed."""
    return int(row.details_revision if isinstance(row, Version) else row.revision)  # type: ignore[attr-defined]


def steps_since(row: Model, revision: int) -> list[AuditEvent]:
    """The changes of a row after a revision, the oldest first. One query."""
    found = AuditEvent.objects.filter(target=name_of(row), details__revision__gt=revision)
    return sorted(found.select_related("actor"), key=lambda event: event.details["revision"])


def base_of(row: Model, steps: Sequence[AuditEvent]) -> Codes:
    """What the row was before the steps."""
    base = codes_of(row)
    for step in reversed(steps):
        base |= step.details.get("was", {})
    return base


def removal_of(model: type[Model], pk: int, version: Version) -> AuditEvent | None:
    """How a row of a version was removed; None if it never was. One query."""
    found = AuditEvent.objects.filter(
        target=f"{model._meta.label_lower}:{pk}",
        event__in=("plan.line_removed", "plan.change_removed", "plan.assumption_removed"),
        details__version=version.pk,
    )
    return found.select_related("actor").first()


def by_whom(event: AuditEvent, reader: Any) -> str:
    """E.g. 'by you', 'by Paula Planner (plan editor)'."""
    if event.actor is None:
        return "by the service"
    if reader is not None and event.actor_id == reader.pk:
        return "by you"
    return f"by {event.actor.get_full_name()} (plan editor)"


@dataclass(frozen=True)
class Difference:
    """One field of a conflict: what the person saw, what it is now, what they typed.

    `yours` is '' where the person left it as it was: then theirs stays, whatever is chosen.
    """

    label: str
    was: str
    theirs: str
    yours: str


@dataclass(frozen=True)
class Told:
    """A conflict as a page shows it; `revision` is what 'Keep mine' decides on."""

    who: list[str]
    differences: list[Difference]
    revision: int


def told(conflict: RowChanged, lines: Mapping[int, str], reader: Any) -> Told:
    """Who changed what and when, beside what the person typed."""
    now, base = codes_of(conflict.row), conflict.base
    found = []
    for name in now:
        typed = code_of(conflict.wanted.get(name, base[name]))
        theirs, yours = now[name] != base[name], typed != base[name]
        if theirs or yours:
            words = (word_of(name, code, lines) for code in (base[name], now[name], typed))
            was, is_now, mine = words
            found.append(Difference(LABELS[name], was, is_now, mine if yours else ""))
    who = [f"{by_whom(step, reader)} {clock(step.at)}" for step in conflict.steps]
    return Told(list(dict.fromkeys(who)), found, revision_of(conflict.row))
