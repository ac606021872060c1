from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SummaryRow:
    """One line of a summary list: what it is, its values, and where to change it, if anywhere."""

    key: str
    values: Sequence[str]
    change_url: str = ""
