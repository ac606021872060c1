"""How long there is to decide, in words (CT-12: two working days)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from approvals.working_days import working_days_since

HOUR = timedelta(hours=1)
LESS_THAN_A_DAY = "less than 1 working day"
LATE, SOON, LATER = "orange", "yellow", "blue"
# From when on a day's hours are counted.
LAST_HOURS = 8 * HOUR


@dataclass(frozen=True)
class Age:
    """E.g. 'Late by 1 working day', with the colour of its tag."""

    words: str
    colour: str


def age_of(due_at: datetime, now: datetime) -> Age:
    """How what is due at a moment stands now."""
    left = due_at - now
    if left < timedelta():
        # What waits over a weekend is not later on Monday than it was on Friday evening.
        late = working_days_since(due_at, now)
        return Age(f"Late by {counted(late, 'working day') if late else LESS_THAN_A_DAY}", LATE)
    if left < HOUR:
        return Age("Less than 1 hour left", SOON)
    if left < LAST_HOURS:
        return Age(f"{counted(left // HOUR, 'hour')} left", SOON)
    days = (timezone.localdate(due_at) - timezone.localdate(now)).days
    if days == 0:
        return Age("Due today", SOON)
    if days == 1:
        return Age("Due tomorrow", LATER)
    return Age(f"Due on {timezone.localtime(due_at):%A}", LATER)


def counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
