"""What the plans of the demonstration say: invented, for real collaboratives and their wards."""

from dataclasses import dataclass
from enum import Enum

from capacity_plans.choices import ChangeKind
from organisations.choices import WardKind

PROVIDER, WITHOUT_WARDS = "RXV", "Greater Manchester Adult Secure"
NOTE = "Demonstration: every figure of this plan is invented."
SOURCE = "Invented for the demonstration"


class Ends(Enum):
    """What becomes of the last version of a plan, after those that were approved."""

    APPROVED = "approved"
    DRAFT = "draft"
    WAITS = "waits"
    RETURNED = "returned"


@dataclass(frozen=True)
class Event:
    """A change of a line, so many months from the April in which this financial year began.

    `line` counts round the lines of the plan, `to` too; what is temporary `lasts` so many months.
    `back` is the first version that has it, counted back from the last.
    """

    line: int
    month: int
    kind: ChangeKind
    number: int
    reason: str
    reference: str = ""
    lasts: int = 0
    to: int | None = None
    back: int = 9


@dataclass(frozen=True)
class Planned:
    """A ward that does not exist yet: it opens with so many beds."""

    name: str
    beds: int
    month: int
    back: int = 0


@dataclass(frozen=True)
class Story:
    """A plan: how many versions were approved, what became of the last, what happens in it.

    `need` is what is needed for each bed that the directory has: above 1, beds are missing.
    """

    collaborative: str
    approved: int
    ends: Ends
    kind: WardKind = WardKind.INPATIENT
    events: tuple[Event, ...] = ()
    planned: tuple[Planned, ...] = ()
    scenarios: tuple[str, ...] = ()
    need: float = 0.97
    population: int | None = None
    reason: str = ""


OPENED = Event(0, -14, ChangeKind.INCREASE, 2, "Two rooms came back into use", "BC-0117")
NEARER = Event(
    1, -5, ChangeKind.DECREASE, 1, "Fewer patients from outside the footprint", "Flow review 4"
)
REFURBISHED = Event(
    0,
    9,
    ChangeKind.TEMPORARY_CLOSING,
    3,
    "Doors and bathrooms are made safer, ward by ward",
    "Estates 22/41",
    lasts=4,
)
MORE = Event(1, 13, ChangeKind.INCREASE, 2, "Growth that NHS England has agreed", "BC-0204", back=1)
MOVED = Event(
    0, 18, ChangeKind.TRANSFER, 2, "Nearer to where patients live", "Contract 7", to=1, back=0
)
WINTER = Event(
    1, 7, ChangeKind.TEMPORARY_OPENING, 2, "Winter pressure", "Winter plan", lasts=4, back=0
)
CLOSES = Event(2, 24, ChangeKind.DECREASE, 3, "More care at home", "Model of care 3", back=0)

STORIES = (
    Story(
        WITHOUT_WARDS,
        2,
        Ends.DRAFT,
        events=(OPENED, NEARER, REFURBISHED, WINTER),
        planned=(Planned("Irk", 12, 15, back=1), Planned("Tame", 10, 20)),
        scenarios=("Fewer referrals", "Occupancy at 90%"),
        need=1.6,
        population=2_900_000,
    ),
    Story(
        "Cheshire and Merseyside CYPMHS",
        2,
        Ends.WAITS,
        events=(OPENED, NEARER, REFURBISHED, MORE, MOVED, CLOSES),
        scenarios=("Longer stays",),
        population=560_000,
    ),
    Story(
        "West Midlands Adult Secure",
        3,
        Ends.APPROVED,
        events=(OPENED, NEARER, REFURBISHED, MORE, CLOSES),
        need=1.22,
        population=4_800_000,
    ),
    Story(
        "South London CYPMHS",
        1,
        Ends.RETURNED,
        events=(NEARER, REFURBISHED, CLOSES),
        need=1.04,
        reason="Say where young people go while the ward closes, and add the agreed reference.",
    ),
    Story(
        "East Midlands CYPMHS",
        1,
        Ends.DRAFT,
        events=(OPENED, REFURBISHED, WINTER),
        population=1_050_000,
    ),
    Story(
        "Thames Valley CYPMHS",
        2,
        Ends.APPROVED,
        events=(NEARER, REFURBISHED, MORE, WINTER),
        planned=(Planned("CAMHS-Loddon-GA", 8, 16),),
        need=0.92,
        population=490_000,
    ),
    Story(
        "Thames Valley CYPMHS",
        1,
        Ends.APPROVED,
        kind=WardKind.SESSIONAL,
        events=(Event(0, 6, ChangeKind.INCREASE, 2, "A second therapist starts", "Post 31"),),
        need=1.1,
    ),
    Story(
        "Cheshire and Merseyside Adult Secure",
        1,
        Ends.APPROVED,
        events=(OPENED, MORE),
        need=0.9,
        population=2_500_000,
    ),
    Story("North Central and East London CYPMHS", 0, Ends.DRAFT, events=(WINTER,), need=1.0),
)
