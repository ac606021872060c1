"""What a line has today against what is planned, and what differs, in words. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from availability.choices import ClosedReason
from availability.words import plural

WHY: dict[str, str] = {
    ClosedReason.STAFFING: "for lack of staff",
    ClosedReason.ENVIRONMENT: "for the environment",
    ClosedReason.REFURBISHMENT: "for refurbishment",
    ClosedReason.INFECTION_CONTROL: "for infection control",
    ClosedReason.ACUITY: "for acuity",
    ClosedReason.COMMISSIONER: "by the commissioner’s decision",
    ClosedReason.OTHER: "for another reason",
}
AS_PLANNED, AS_COMMISSIONED = "As planned", "As commissioned"


@dataclass(frozen=True)
class Recorded:
    """What a ward records now; `closed_by` is how many are closed for each reason."""

    there: int = 0
    occupied: int = 0
    closed_by: Mapping[str, int] = field(default_factory=dict)

    @property
    def closed(self) -> int:
        return sum(self.closed_by.values())

    @property
    def open(self) -> int:
        return self.there - self.closed

    def __add__(self, other: "Recorded") -> "Recorded":
        reasons = {*self.closed_by, *other.closed_by}
        return Recorded(
            self.there + other.there,
            self.occupied + other.occupied,
            {
                reason: self.closed_by.get(reason, 0) + other.closed_by.get(reason, 0)
                for reason in sorted(reasons)
            },
        )

    @property
    def reasons(self) -> str:
        """E.g. '2 for refurbishment, 1 for lack of staff'; '' if nothing is closed."""
        most_first = sorted(self.closed_by.items(), key=lambda pair: (-pair[1], pair[0]))
        return ", ".join(f"{number} {WHY[reason]}" for reason, number in most_first)


def unplanned(commissioned: int, planned: int | None, recorded: Recorded) -> int:
    """How many commissioned beds are closed that no approved line covers.

    `planned` is what the approved plan has on the day; None if it says nothing of the ward.
    """
    expected = commissioned if planned is None else min(commissioned, planned)
    return min(recorded.closed, max(0, expected - recorded.open))


@dataclass(frozen=True)
class Standing:
    """A ward or planned ward: what is commissioned, planned today, and recorded.

    None: it is not in the directory; not in the approved plan; or records nothing. Without an
    approved plan that says something of today, `has_plan` is false and nothing is unplanned.
    """

    commissioned: int | None
    planned: int | None
    recorded: Recorded | None
    noun: str = "bed"
    is_closed: bool = False
    has_plan: bool = True

    @property
    def unplanned(self) -> int:
        if not self.has_plan or self.noun != "bed":
            return 0
        if self.recorded is None or self.commissioned is None:
            return 0
        return unplanned(self.commissioned, self.planned, self.recorded)

    @property
    def explanations(self) -> Sequence[str]:
        """What differs, each in a sentence; that nothing does, if so."""
        if self.commissioned is None:
            if not self.planned:
                return ["Not yet planned to be open"]
            return [f"{plural(self.planned, self.noun)} planned, and no ward in the directory yet"]
        if self.is_closed:
            left = f", and the plan still has {plural(self.planned or 0, self.noun)}"
            return [f"The ward has closed{left if self.planned else ''}"]
        found = [
            self.against_directory(self.commissioned),
            self.against_record(self.commissioned),
            self.about_closed(),
        ]
        return [one for one in found if one] or [AS_PLANNED if self.has_plan else AS_COMMISSIONED]

    def against_directory(self, commissioned: int) -> str:
        """What is planned against what is commissioned."""
        if self.planned is None:
            return "Not in the approved plan" if self.has_plan else ""
        more = commissioned - self.planned
        if not more:
            return ""
        fewer = "more" if more > 0 else "fewer"
        return f"{plural(abs(more), self.noun)} {fewer} commissioned than planned"

    def against_record(self, commissioned: int) -> str:
        """What there is on the board against what is commissioned."""
        if self.recorded is None:
            return "Records nothing yet"
        more = self.recorded.there - commissioned
        if not more:
            return ""
        fewer = "more" if more > 0 else "fewer"
        return f"{plural(abs(more), self.noun)} {fewer} recorded than commissioned"

    def about_closed(self) -> str:
        """E.g. '2 beds closed for refurbishment without an approved line'."""
        if self.recorded is None or not self.recorded.closed:
            return ""
        closed = self.recorded.closed
        if len(self.recorded.closed_by) == 1:
            why = WHY[next(iter(self.recorded.closed_by))]
            words = f"{plural(closed, self.noun)} closed {why}"
        else:
            words = f"{plural(closed, self.noun)} closed ({self.recorded.reasons})"
        if self.noun != "bed" or not self.has_plan:
            return words
        if not self.unplanned:
            return f"{words}, as planned"
        if self.unplanned == closed:
            return f"{words} without an approved line"
        return f"{words}, {self.unplanned} of them without an approved line"
