"""Days by the month."""

from datetime import date, timedelta

from capacity_plans.figures import last_day


def same_day_in(day: date, months: int) -> date:
    """The same day so many months later, or, below zero, earlier.

    The last day of a month stays the last; a day that a month lacks becomes its last.
    """
    count = day.year * 12 + day.month - 1 + months
    end = last_day(date(count // 12, count % 12 + 1, 1))
    is_last = (day + timedelta(days=1)).day == 1
    return end if is_last else end.replace(day=min(day.day, end.day))
