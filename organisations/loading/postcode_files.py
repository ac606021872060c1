"""Files of unit postcodes as their publishers make them, read line by line in constant memory.

ONS Postcode Directory and National Statistics Postcode Lookup: a header whose names change from
edition to edition, degrees. Code-Point Open: no header, eastings and northings.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from organisations.loading.rows import BadFile
from organisations.postcodes import INCODE, OUTCODE

LONGEST_LINE = 64 * 1024
# No position, as the publishers write it: degrees 99.999999, or 0 metres east and north.
NO_LATITUDE = 99.0
# The United Kingdom and the Crown Dependencies: south, north, west, east.
DEGREES = (49.0, 61.0, -9.0, 2.0)
METRES = (0.0, 1_300_000.0, 0.0, 700_000.0)

# Names over all editions; most carry the year in which their codes were made.
NAMES = {
    "postcode": r"pcds|pcd8|pcd7|pcd2|pcd|pc|postcode",
    "latitude": r"lat|latitude",
    "longitude": r"long|longitude",
    "easting": r"ea|eastings?|oseast1m|east1m",
    "northing": r"no|northings?|osnrth1m|north1m",
    "country": r"ctry|ctry\d\dcd|cc|country_code",
    "region": r"nhser|nhser\d\dcd",
    "district": r"oslaua|laua|lad\d\dcd|dc|admin_district_code",
    "ended": r"doterm",
}
# Code-Point Open, by its documentation: postcode, quality, easting, northing, country, ...
CODE_POINT = {"postcode": 0, "easting": 2, "northing": 3, "country": 4, "district": 8}
CODE_POINT_WIDTHS = {10, 19}

NORTHERN_IRELAND = "Northern Ireland"  # whose metres are those of the Irish grid
COUNTRIES = {
    "E92000001": "England",
    "L93000001": "Channel Islands",
    "M83000003": "Isle of Man",
    "N92000002": NORTHERN_IRELAND,
    "S92000003": "Scotland",
    "W92000004": "Wales",
}


@dataclass(frozen=True)
class UnitPostcode:
    """A postcode in use ('SL6 0PQ'); degrees, or metres on the national grid, and ONS's codes."""

    code: str
    north: float
    east: float
    country: str
    region: str
    district: str = ""


@dataclass(frozen=True)
class Rejected:
    """A line that gives no place; the reasons are few, so that they can be counted."""

    line: int
    postcode: str
    reason: str


@dataclass(frozen=True)
class Layout:
    """Where a file has what, how many values a line has, and what its positions are."""

    columns: dict[str, int]
    width: int
    on_grid: bool
    has_header: bool


class PostcodeFile:
    """A file whose columns are known; BadFile if it is none, before anything is loaded of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as source:
                self.layout = layout_of(path.name, source)
            self.size = path.stat().st_size
        except OSError as error:
            raise BadFile(f"{path} cannot be read: {error.strerror}.") from None

    def lines(self) -> Iterator[tuple[int, UnitPostcode | Rejected | None]]:
        """The length in bytes of each line, and what it says; None for one no longer in use."""
        with self.path.open("rb") as source:
            number = 0
            while line := source.readline(LONGEST_LINE):
                number += 1
                if line.strip() and not (number == 1 and self.layout.has_header):
                    yield len(line), understood(line, number, self.layout)


def layout_of(name: str, source: BinaryIO) -> Layout:
    """As the first line tells it, by its names or by its shape."""
    first = source.readline(LONGEST_LINE)
    if first.startswith(b"PK\x03\x04"):
        raise BadFile(f"{name} is a ZIP file or a workbook: give the CSV file that is in it.")
    try:
        values = [value.strip() for value in split_line(first.removeprefix(b"\xef\xbb\xbf"))]
    except ValueError:
        raise BadFile(f"{name} is no CSV file of UTF-8 text.") from None
    if len(values) in CODE_POINT_WIDTHS and properly_written(values[0]):
        return Layout(CODE_POINT, len(values), on_grid=True, has_header=False)
    columns: dict[str, int] = {}
    for what, names in NAMES.items():
        for value in values:
            if re.fullmatch(names, value, re.IGNORECASE):
                # Postcodes stand there two or three times, spaced differently: any will do.
                columns.setdefault(what, values.index(value))
    degrees, metres = {"latitude", "longitude"}, {"easting", "northing"}
    on_grid = metres <= columns.keys() and not degrees <= columns.keys()
    needed = {"postcode", "country", *(metres if on_grid else degrees)}
    missing = sorted(needed - columns.keys())
    if missing:
        raise BadFile(
            f"{name} is neither an ONS Postcode Directory nor Code-Point Open: its first line "
            f"names no column for {', '.join(missing)}."
        )
    return Layout(columns, len(values), on_grid, has_header=True)


def split_line(line: bytes) -> list[str]:
    """The values of a line; ValueError in words. No value of these files has a line break."""
    if len(line) == LONGEST_LINE:
        raise ValueError("the line is too long")
    try:
        return next(csv.reader([line.decode()], strict=True), [])
    except UnicodeDecodeError:
        raise ValueError("the line is not UTF-8 text") from None
    except csv.Error:
        raise ValueError("the line is not proper CSV") from None


def understood(line: bytes, number: int, layout: Layout) -> UnitPostcode | Rejected | None:
    try:
        values = split_line(line)
    except ValueError as error:
        return Rejected(number, "", str(error))
    columns = layout.columns
    postcode = values[columns["postcode"]].strip() if len(values) == layout.width else ""
    try:
        if len(values) != layout.width:
            raise ValueError("the line has too few or too many values")
        code = properly_written(postcode)
        if not code:
            raise ValueError("not a full postcode")
        if "ended" in columns and values[columns["ended"]].strip():
            return None
        country = COUNTRIES.get(values[columns["country"]].strip())
        if not country:
            raise ValueError("the country's code is not known")
        if layout.on_grid and country == NORTHERN_IRELAND:
            raise ValueError("the position is on another country's grid")
        region = values[columns["region"]].strip() if "region" in columns else ""
        district = values[columns["district"]].strip() if "district" in columns else ""
        return UnitPostcode(code, *position(values, layout), country, region, district)
    except ValueError as error:
        return Rejected(number, postcode, str(error))


def position(values: list[str], layout: Layout) -> tuple[float, float]:
    """North and east, in what the layout says; ValueError in words."""
    names = ("northing", "easting") if layout.on_grid else ("latitude", "longitude")
    texts = [values[layout.columns[name]].strip() for name in names]
    if not any(texts):
        raise ValueError("no position")
    try:
        north, east = map(float, texts)
    except ValueError:
        raise ValueError("the position is not a number") from None
    if (north == east == 0) if layout.on_grid else north > NO_LATITUDE:
        raise ValueError("no position")
    south, top, west, right = METRES if layout.on_grid else DEGREES
    if not (south <= north <= top and west <= east <= right):
        raise ValueError("the position lies outside the United Kingdom")
    return north, east


def properly_written(postcode: str) -> str:
    """'AB1  0BB' or 'AB10BB' as 'AB1 0BB'; '' if it is none. Nothing is mended in such files."""
    compact = "".join(postcode.split())
    outcode, incode = compact[:-3], compact[-3:]
    whole = OUTCODE.fullmatch(outcode) and INCODE.fullmatch(incode)
    return f"{outcode} {incode}" if whole else ""
