"""A life cycle as a table, walked by one function: its diagram and its tests come from it."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from core.errors import Conflict


@dataclass(frozen=True)
class Step:
    """One way from a state to another: who takes it in words, what is audited, what is mailed."""

    by: str
    event: str
    mail: str = ""


@dataclass(frozen=True)
class Lifecycle:
    """`steps` are all there are: {(from, to): step}. Whoever walks one holds the row's lock."""

    name: str
    states: type[models.TextChoices]
    start: str
    steps: dict[tuple[str, str], Step]

    def step(self, state: str, to: str) -> Step:
        """The step from one state to another; Conflict if there is none."""
        step = self.steps.get((state, to))
        if step is None:
            label = str(self.states(state).label).lower()
            raise Conflict(f"This {self.name} is already closed: {label}.")
        return step

    def move(self, row: Any, to: str, **fields: Any) -> Step:
        """Walk a locked row to a state, and set what it then carries; Conflict if it cannot."""
        step = self.step(row.status, to)
        for name, value in {"status": to, **fields}.items():
            setattr(row, name, value)
        row.save(update_fields=["status", *fields])
        return step

    def diagram(self) -> str:
        """The table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start}"]
        lines += [f'    state "{label}" as {value}' for value, label in self.states.choices]
        # A colon would end the label.
        lines += [
            f"    {one} --> {to}: {step.by.replace(':', ',')}"
            for (one, to), step in self.steps.items()
        ]
        return "\n".join(lines)


_lifecycles: list[Lifecycle] = []

OPENING = """# Life cycles

Which states there are, and who takes something from one to another. Made from the tables that the
code walks; to renew this page: `python manage.py lifecycles`.
"""


def register_lifecycle(lifecycle: Lifecycle) -> None:
    """Add a life cycle at start-up, to be shown and tested."""
    _lifecycles.append(lifecycle)


def lifecycles() -> list[Lifecycle]:
    """All of them, by name."""
    return sorted(_lifecycles, key=lambda lifecycle: lifecycle.name)


def as_page() -> str:
    """All diagrams, as a page of Markdown."""
    parts = [
        f"## {one.name.capitalize()}\n\n```mermaid\n{one.diagram()}\n```\n" for one in lifecycles()
    ]
    return "\n".join([OPENING, *parts])
