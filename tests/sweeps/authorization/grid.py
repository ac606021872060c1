"""Tables that are read as they are drawn: a row for each person, a column for each thing."""

from collections.abc import Mapping

Grid = Mapping[str, frozenset[str]]


def columns_of(drawn: str) -> list[str]:
    """The names in the first line, which are separated by spaces."""
    return drawn.strip("\n").splitlines()[0].split()


def grid(drawn: str) -> Grid:
    """Row → the columns that have an 'x' there; a row's name and its marks are two spaces apart.

    A row that has not a mark, 'x' or '.', in every column is an error.
    """
    columns = columns_of(drawn)
    rows = {}
    for line in drawn.strip("\n").splitlines()[1:]:
        name, *marks = line.replace(" x", "  x").replace(" .", "  .").split("  ")
        marks = [mark.strip() for mark in marks if mark.strip()]
        if len(marks) != len(columns) or set(marks) - {"x", "."}:
            raise ValueError(f"{name.strip()}: {len(columns)} marks are wanted, x or .")
        drawn_here = zip(columns, marks, strict=True)
        rows[name.strip()] = frozenset(column for column, mark in drawn_here if mark == "x")
    return rows
