"""Each ward is counted as it stood at each midnight: what is shown over time, and exported."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Max, Min
from django.utils import timezone

from availability.conditions import END_BY_THEMSELVES
from availability.models import BedEntry, WardDay

DAY = timedelta(days=1)
# A change that began before midnight may be committed a little after it.
SETTLED = timedelta(minutes=5)

# One look-up in the index of (bed, starts_at) for each bed. What has ended by itself, written or
# not, is available: `Condition.at` says the same.
COUNT = """
    INSERT INTO availability_wardday (
        ward_id, day, available, coming, reserved, occupied, on_leave, preparing, isolated, closed,
        closed_reasons, delayed, delay_reasons, can_take
    )
    SELECT
        part.ward_id, %(day)s,
        coalesce(sum(beds) FILTER (WHERE is_now = 'available'), 0),
        coalesce(sum(beds) FILTER (WHERE is_now = 'coming'), 0),
        coalesce(sum(beds) FILTER (WHERE is_now = 'reserved'), 0),
        coalesce(sum(beds) FILTER (WHERE is_now = 'occupied'), 0),
        coalesce(sum(beds) FILTER (WHERE is_now = 'on_leave'), 0),
        coalesce(sum(beds) FILTER (WHERE is_now = 'preparing'), 0),
        coalesce(sum(beds) FILTER (WHERE is_now = 'isolated'), 0),
        coalesce(sum(beds) FILTER (WHERE is_now = 'closed'), 0),
        coalesce(jsonb_object_agg(closed_reason, beds) FILTER (WHERE closed_reason <> ''), '{}'),
        coalesce(sum(beds) FILTER (WHERE delay_reason <> ''), 0),
        coalesce(jsonb_object_agg(delay_reason, beds) FILTER (WHERE delay_reason <> ''), '{}'),
        max(staffed.can_take)
    FROM (
        SELECT bed.ward_id, is_now, closed_reason, delay_reason, count(*) AS beds
        FROM availability_bed bed
        CROSS JOIN LATERAL (
            SELECT *,
                CASE
                    WHEN state = ANY(%(end_by_themselves)s) AND due_at <= %(midnight)s
                        THEN 'available'
                    WHEN state = 'available' AND due_at IS NOT NULL THEN 'coming'
                    ELSE state
                END AS is_now
            FROM availability_bedentry
            WHERE bed_id = bed.id AND starts_at <= %(midnight)s
            ORDER BY starts_at DESC
            LIMIT 1
        ) entry
        JOIN organisations_ward ward ON ward.id = bed.ward_id
        JOIN organisations_unit unit ON unit.id = ward.unit_id
        JOIN organisations_organisation organisation ON organisation.id = unit.organisation_id
        LEFT JOIN LATERAL (
            SELECT what
            FROM availability_bedupkeep
            WHERE bed_id = bed.id AND what IN ('retired', 'returned') AND at <= %(midnight)s
            ORDER BY at DESC
            LIMIT 1
        ) upkeep ON TRUE
        WHERE (bed.retired_at IS NULL OR bed.retired_at > %(midnight)s)
            AND upkeep.what IS DISTINCT FROM 'retired'
            AND (ward.closed_on IS NULL OR ward.closed_on > %(day)s)
            AND (unit.closed_on IS NULL OR unit.closed_on > %(day)s)
            AND (organisation.closed_on IS NULL OR organisation.closed_on > %(day)s)
        GROUP BY bed.ward_id, is_now, closed_reason, delay_reason
    ) part
    LEFT JOIN LATERAL (
        SELECT can_take
        FROM availability_intakelimit
        WHERE ward_id = part.ward_id AND at <= %(midnight)s
        ORDER BY at DESC, id DESC
        LIMIT 1
    ) staffed ON TRUE
    GROUP BY part.ward_id
    ON CONFLICT (ward_id, day) DO NOTHING
"""


def end_of_day(day: date) -> datetime:
    """The midnight that ends a day, in Europe/London."""
    return timezone.make_aware(datetime.combine(day + DAY, time.min))


def last_whole_day() -> date:
    """The newest day that is over and can be counted."""
    return timezone.localdate(timezone.now() - SETTLED) - DAY


def count_day(day: date) -> int:
    """Write each ward as it stood at the end of a day that is over; gives how many rows are new.

    Rows that are there stay as they are.
    """
    if day > last_whole_day():
        raise ValueError(f"{day} is not over yet.")
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT,
            {
                "day": day,
                "midnight": end_of_day(day),
                "end_by_themselves": [state.value for state in END_BY_THEMSELVES],
            },
        )
        return int(cursor.rowcount)


def days_to_count() -> tuple[date, date] | None:
    """The first and last day that are over and not yet counted, if any. 1 or 2 queries."""
    counted = WardDay.objects.aggregate(last=Max("day"))["last"]
    if counted is None:
        began = BedEntry.objects.aggregate(at=Min("starts_at"))["at"]
        if began is None:
            return None
        first = timezone.localdate(began)
    else:
        first = counted + DAY
    last = last_whole_day()
    return (first, last) if first <= last else None


def count_days(
    *,
    first: date | None = None,
    last: date | None = None,
    tell: Callable[[date, int], None] | None = None,
) -> int:
    """Count the days from `first` to `last`, each by itself; gives how many rows are new.

    Without them, every day since the last that was counted, or since beds have been recorded.
    `tell` is called after each day with the rows that are new. What was done stays if it is
    stopped.
    """
    due = days_to_count()
    day = first or (due and due[0])
    last = min(last or last_whole_day(), last_whole_day())
    new = 0
    while day and day <= last:
        added = count_day(day)
        new += added
        if tell:
            tell(day, added)
        day += DAY
    return new
