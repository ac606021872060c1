from collections.abc import Sequence
from dataclasses import dataclass

NOT_GIVEN = "Not given"


@dataclass(frozen=True)
class SummaryRow:
    """One line of a summary list: what it is, its values, and where to change it, if anywhere.

    Values that are empty are left out; a row without any says that nothing was given.
    """

    key: str
    values: Sequence[str]
    change_url: str = ""

    @property
    def shown(self) -> list[str]:
        """What stands in the row."""
        return [value for value in self.values if value] or [NOT_GIVEN]
