"""Where a postcode lies, as people type it."""

import re
from dataclasses import dataclass
from typing import Literal

from core.errors import DomainError
from organisations.models import PostcodeLocation

OUTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
INCODE = re.compile(r"[0-9][A-Z]{2}")
LONGEST_INPUT = 20


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
    precision: Literal["unit", "sector", "outcode"]
    region_id: int | None


def resolve(text: str, *, allow_outcode: bool = False) -> Place:
    """The place of a postcode such as ' sl6 opq'; of 'SL6' alone too where that is allowed.

    One query. Raises NotAPostcode or UnknownPostcode.
    """
    outcode, incode = split(text)
    if not incode and not allow_outcode:
        raise NotAPostcode("Enter a full UK postcode, like SL6 0PQ")
    postcode = f"{outcode} {incode}".strip()
    sector = f"{outcode} {incode[:1]}".strip()
    precisions: dict[str, Literal["unit", "sector", "outcode"]] = {
        postcode: "unit",
        sector: "sector",
        outcode: "outcode",
    }
    known = PostcodeLocation.objects.in_bulk(precisions)
    location = next((known[code] for code in precisions if code in known), None)
    if location is None:
        raise UnknownPostcode(
            f"We do not know the postcode {postcode}. "
            "Check it, or enter the postcode of a building nearby"
        )
    return Place(
        postcode=postcode,
        latitude=location.latitude,
        longitude=location.longitude,
        precision=precisions[location.code],
        region_id=location.region_id,
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
