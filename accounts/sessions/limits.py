"""How long a login lasts, by what the person may do; the strictest of it counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from accounts.choices import Capability
from accounts.models import User
from core import cookies


@dataclass(frozen=True)
class Limits:
    """`remembered` is how long a login lasts for who ticked "Remember your login details?".

    None: it is not remembered, whatever was ticked.
    """

    idle: timedelta
    absolute: timedelta
    remembered: timedelta | None


VIEWING = Limits(timedelta(hours=2), timedelta(hours=24), timedelta(days=14))
# A shared account is viewed with, and never remembered: its disclaimer is read at every login.
SHARED = replace(VIEWING, remembered=None)
# A shift on the ward.
CHANGING_BEDS = Limits(timedelta(minutes=60), timedelta(hours=12), None)
DECIDING = Limits(timedelta(minutes=30), timedelta(hours=12), None)

LIMITS: dict[str, Limits] = {
    Capability.AVAILABILITY_VIEW: VIEWING,
    Capability.PLANS_VIEW: VIEWING,
    Capability.AVAILABILITY_EDIT: CHANGING_BEDS,
    Capability.PLANS_EDIT: DECIDING,
    Capability.APPROVE_STANDARD: DECIDING,
    Capability.APPROVE_COMMISSIONER: DECIDING,
    Capability.APPROVE_REGIONAL: DECIDING,
    Capability.ADMINISTER: DECIDING,
}


def strictest(limits: Iterable[Limits]) -> Limits:
    """The shortest of each; remembered only if all of them allow it."""
    several = list(limits)
    remembered = [one.remembered for one in several]
    return Limits(
        idle=min(one.idle for one in several),
        absolute=min(one.absolute for one in several),
        remembered=None if None in remembered else min(filter(None, remembered)),
    )


STRICTEST = strictest(LIMITS.values())


def limits_of(person: User) -> Limits:
    """The limits that hold for a person now; those of viewing for who holds nothing yet."""
    own = SHARED if person.is_shared else VIEWING
    return strictest([own, *(LIMITS[capability] for capability in person.all_capabilities)])


def in_words(time: timedelta) -> str:
    """E.g. '30 minutes', '2 hours', '14 days'."""
    minutes = int(time / timedelta(minutes=1))
    return f"{minutes} minutes" if minutes < 120 else cookies.in_words(time)
