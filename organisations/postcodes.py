"""Where a postcode lies, as people type it."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Literal

from core.errors import DomainError
from core.statements import Objects, Values, later
from organisations.models import PostcodeLocation

OUTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
INCODE = re.compile(r"[0-9][A-Z]{2}")
LONGEST_INPUT = 20
Precision = Literal["unit", "sector", "outcode"]
Codes = dict[str, Precision]


class PostcodeError(DomainError):
    """The text gives no place; the message says why and what to do."""


class NotAPostcode(PostcodeError):
    """The text is not shaped like a postcode."""


class UnknownPostcode(PostcodeError):
    """The text is shaped like a postcode, of an area that the directory does not know."""


@dataclass(frozen=True)
class Place:
    """A postcode as it is properly written, and where it or its area lies (WGS84)."""

    postcode: str
    latitude: float
    longitude: float
    precision: Precision
    region_id: int | None
    district_code: str = ""
    district_name: str = ""


def resolve(text: str, *, allow_outcode: bool = False) -> Place:
    """The place of a postcode such as ' sl6 opq'; of 'SL6' alone too where that is allowed.

    One query. Raises NotAPostcode or UnknownPostcode.
    """
    outcode, incode = split(text)
    if not incode and not allow_outcode:
        raise NotAPostcode("Enter a full UK postcode, like SL6 0PQ")
    codes = codes_of(outcode, incode)
    place = place_among(locations(codes), codes)
    if place is None:
        raise UnknownPostcode(
            f"We do not know the postcode {next(iter(codes))}. "
            "Check it, or enter the postcode of a building nearby"
        )
    return place


def resolve_each(texts: Iterable[str]) -> dict[str, Place]:
    """The places of those of the texts that give one, an outcode alone too. One query."""
    codes: dict[str, Codes] = {}
    for text in texts:
        with suppress(NotAPostcode):
            codes[text] = codes_of(*split(text))
    known = locations(code for each in codes.values() for code in each)
    found = {text: place_among(known, each) for text, each in codes.items()}
    return {text: place for text, place in found.items() if place}


def codes_of(outcode: str, incode: str) -> Codes:
    """The postcode as it is properly written, its sector and its outcode: the finest first."""
    postcode = f"{outcode} {incode}".strip()
    sector = f"{outcode} {incode[:1]}".strip()
    return {postcode: "unit", sector: "sector", outcode: "outcode"}


def locations(codes: Iterable[str]) -> dict[str, PostcodeLocation]:
    wanted = list(set(codes))
    found = locations_by_code().found({"codes": wanted}) if wanted else []
    return {location.code: location for location in found}


@cache
def locations_by_code() -> Objects[PostcodeLocation]:
    """Those of the `codes`: each search asks, so it is written once."""
    locations = PostcodeLocation.objects.select_related("district")
    return Objects.of(locations.filter(code__any_of=later("codes", Values)))


def place_among(known: dict[str, PostcodeLocation], codes: Codes) -> Place | None:
    """The place of the finest of the codes that is known."""
    location = next((known[code] for code in codes if code in known), None)
    if location is None:
        return None
    return Place(
        postcode=next(iter(codes)),
        latitude=location.latitude,
        longitude=location.longitude,
        precision=codes[location.code],
        region_id=location.region_id,
        district_code=location.district.code if location.district else "",
        district_name=location.district.name if location.district else "",
    )


def split(text: str) -> tuple[str, str]:
    """Outcode and incode ('' if only an outcode is there); NotAPostcode if it is neither.

    Letters are mended in a full postcode alone: 'Wit' may begin 'Witney' as well as be W1T.
    """
    compact = "".join(text[: LONGEST_INPUT + 1].upper().split())
    if len(text) <= LONGEST_INPUT:
        if OUTCODE.fullmatch(compact):
            return compact, ""
        outcode, incode = with_digits_in_place(compact[:-3]), as_digits(compact[-3:-2])
        incode += compact[-2:]
        if OUTCODE.fullmatch(outcode) and INCODE.fullmatch(incode):
            return outcode, incode
    raise NotAPostcode("Enter a full UK postcode, like SL6 0PQ")


def with_digits_in_place(outcode: str) -> str:
    """Mends O for 0 and I for 1, and the reverse, where only one of the two is possible.

    An area begins with a letter; no area has I as its second letter, and 0 comes second in none;
    what follows an area of two letters, or a first digit, is never O or I.
    """
    first = outcode[:1].translate(str.maketrans("01", "OI"))
    second = outcode[1:2].translate(str.maketrans("0I", "O1"))
    return first + second + as_digits(outcode[2:])


def as_digits(text: str) -> str:
    return text.translate(str.maketrans("OI", "01"))
