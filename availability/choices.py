from django.db import models


class BedState(models.TextChoices):
    """What a bed can be; `HL7_CODES` has the code that each is exported as."""

    AVAILABLE = "available", "Available"
    RESERVED = "reserved", "Reserved"
    OCCUPIED = "occupied", "Occupied"
    ON_LEAVE = "on_leave", "On leave"
    PREPARING = "preparing", "Being prepared"
    ISOLATED = "isolated", "Isolated"
    CLOSED = "closed", "Closed"


# HL7 v2 table 0116
HL7_CODES: dict[str, str] = {
    BedState.AVAILABLE: "U",
    BedState.RESERVED: "O",
    BedState.OCCUPIED: "O",
    BedState.ON_LEAVE: "O",
    BedState.PREPARING: "H",
    BedState.ISOLATED: "I",
    BedState.CLOSED: "C",
}

# Tag colours of the NHS design system; the words always show, and red is for errors.
STATE_COLOURS: dict[str, str] = {
    BedState.AVAILABLE: "green",
    BedState.RESERVED: "yellow",
    BedState.OCCUPIED: "grey",
    BedState.ON_LEAVE: "blue",
    BedState.PREPARING: "purple",
    BedState.ISOLATED: "white",
    BedState.CLOSED: "orange",
}


class ClosedReason(models.TextChoices):
    STAFFING = "staffing", "Staffing"
    ENVIRONMENT = "environment", "Environment"
    REFURBISHMENT = "refurbishment", "Refurbishment"
    INFECTION_CONTROL = "infection_control", "Infection control"
    ACUITY = "acuity", "Acuity"
    COMMISSIONER = "commissioner", "Commissioner's decision"
    OTHER = "other", "Other"


class EntryOrigin(models.TextChoices):
    """How an entry of a bed's history came about."""

    BOARD = "board", "Ward board"
    FILE = "file", "File of beds"
    SETUP = "setup", "Set up with the ward"
    TIME = "time", "By itself"
    UNDO = "undo", "Undone"


# What a person chose, and may take back
CHOSEN = (EntryOrigin.BOARD, EntryOrigin.FILE)


class SessionChange(models.TextChoices):
    """What an entry of a session's history says that happened."""

    PLANNED = "planned", "Set by the week's pattern"
    CHANGED = "changed", "Changed for that day"
    BOOKED = "booked", "Booked"
    RELEASED = "released", "Released"


class Weekday(models.IntegerChoices):
    """As Python counts them."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class DelayReason(models.TextChoices):
    """Why a patient who is clinically ready for discharge is still there.

    The codes are those of the Mental Health Services Data Set, version 6 (Clinically Ready for
    Discharge Delay Reason); the words are shortened for a list.
    """

    R01 = "01", "Awaiting allocation of a care coordinator"
    R02 = "02", "Awaiting allocation of a community psychiatrist"
    R03 = "03", "Awaiting allocation of a social worker"
    R04 = "04", "Awaiting public funding or the decision of a funding panel"
    R05 = "05", "Awaiting community or mental health services outside acute care"
    R06 = "06", "Awaiting a place in a prison or immigration removal centre"
    R07 = "07", "Awaiting a care home without nursing"
    R08 = "08", "Awaiting a care home with nursing"
    R09 = "09", "Awaiting the start of a care package at home"
    R10 = "10", "Awaiting community equipment or changes to the home"
    R11 = "11", "Choice of the patient or family"
    R12 = "12", "Dispute about the responsible commissioner"
    R13 = "13", "Dispute about the pathway after discharge"
    R14 = "14", "Housing: awaiting private rented accommodation"
    R15 = "15", "Housing: awaiting social housing"
    R16 = "16", "Housing: awaiting purchase or finding of a home"
    R17 = "17", "Housing: not eligible for funded care or support"
    R18 = "18", "Housing: awaiting supported accommodation"
    R19 = "19", "Housing: awaiting temporary accommodation"
    R20 = "20", "Awaiting a residential children's home (not secure)"
    R21 = "21", "Awaiting a secure children's home"
    R22 = "22", "Awaiting a place in a young offender institution"
    R23 = "23", "Awaiting a foster placement"
    R24 = "24", "Awaiting Ministry of Justice agreement"
    R25 = "25", "Awaiting legal proceedings under the Mental Health Act"
    R26 = "26", "Awaiting Court of Protection proceedings"
    R27 = "27", "Awaiting a deprivation of liberty safeguards application"
    R28 = "28", "Consideration of court judgements"
    R29 = "29", "Awaiting a residential special school or college"
    R30 = "30", "No local education support"
    R31 = "31", "Public safety concern, not a need for treatment"
    R32 = "32", "Highly individual housing or care not available"
    R33 = "33", "No lawful support in the community, other than social care"
    R34 = "34", "No social care support or funded placement"
    R35 = "35", "Delayed assessments in the community, led by the NHS"
    R36 = "36", "Hospital staff shortages"
    R37 = "37", "Delayed assessments in the community, not led by the NHS"
    R98 = "98", "Reason not known"
