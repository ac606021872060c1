from django.db import models


class BedState(models.TextChoices):
    """What a bed can be; `HL7_CODES` has the code that each is exported as."""

    AVAILABLE = "available", "Available"
    OCCUPIED = "occupied", "Occupied"
    CLOSED = "closed", "Closed"


# HL7 v2 table 0116
HL7_CODES: dict[str, str] = {
    BedState.AVAILABLE: "U",
    BedState.OCCUPIED: "O",
    BedState.CLOSED: "C",
}

# Tag colours of the NHS design system; the words always show.
STATE_COLOURS: dict[str, str] = {
    BedState.AVAILABLE: "green",
    BedState.OCCUPIED: "grey",
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
    SETUP = "setup", "Set up with the ward"
