"""Quarters of financial years, as returns name them."""

from dataclasses import dataclass
from datetime import date, timedelta

APRIL = 4


@dataclass(frozen=True)
class Quarter:
    """E.g. 2026-27-Q1: April to June 2026. `year` is the one in which the financial year begins."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The one that a day lies in."""
        months = (day.year * 12 + day.month) - APRIL
        return cls(months // 12, months % 12 // 3 + 1)

    @property
    def before(self) -> "Quarter":
        return Quarter.of(self.first - timedelta(days=1))

    @property
    def first(self) -> date:
        months = self.year * 12 + APRIL - 1 + 3 * (self.number - 1)
        return date(months // 12, months % 12 + 1, 1)

    @property
    def last(self) -> date:
        after = Quarter(self.year + self.number // 4, self.number % 4 + 1)
        return after.first - timedelta(days=1)

    @property
    def financial_year(self) -> str:
        """E.g. '2026-27'."""
        return f"{self.year}-{(self.year + 1) % 100:02}"

    def __str__(self) -> str:
        return f"{self.financial_year}-Q{self.number}"

    @property
    def in_words(self) -> str:
        return f"{self.financial_year} quarter {self.number} ({self.first:%B} to {self.last:%B %Y})"


def quarters_until(day: date, number: int) -> list[Quarter]:
    """The quarter of a day and those before it, the newest first."""
    found = [Quarter.of(day)]
    while len(found) < number:
        found.append(found[-1].before)
    return found
