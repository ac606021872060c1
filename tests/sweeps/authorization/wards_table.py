"""The part of the table that is about whole wards, and about sessions of those without beds."""

from datetime import timedelta

from django.utils.timezone import localdate

from tests.sweeps.authorization.lines import AUDIT, SESSIONS, UPDATE, Page

WARD_PAGES = [
    Page(
        "availability:confirm",
        UPDATE,
        UPDATE,
        of="ward",
        shows=("ward",),
        writes=("availability_wardconfirmation", "availability_wardtotals", AUDIT),
    ),
    Page(
        "availability:limit",
        UPDATE,
        UPDATE,
        of="ward",
        shows=("ward",),
        writes=("availability_intakelimit", "availability_wardtotals", AUDIT),
    ),
    Page("availability:sessions", UPDATE, of="sessional ward", shows=("sessional ward",)),
    Page(
        "availability:confirm_sessions",
        UPDATE,
        UPDATE,
        of="sessional ward",
        shows=("sessional ward",),
        writes=("availability_wardconfirmation", "availability_wardtotals", AUDIT),
    ),
    Page(
        "availability:sessions_day",
        UPDATE,
        UPDATE,
        of="sessional ward",
        shows=("sessional ward",),
        query=f"day={localdate() + timedelta(days=1)}",
        writes=SESSIONS,
    ),
    Page(
        "availability:sessions_pattern",
        UPDATE,
        UPDATE,
        of="sessional ward",
        shows=("sessional ward",),
        writes=("availability_sessionpattern", "availability_sessionslot", *SESSIONS),
    ),
    *(
        Page(
            f"availability:{name}",
            UPDATE,
            UPDATE,
            of="session of a ward",
            shows=("sessional ward",),
            writes=SESSIONS,
        )
        for name in ("session", "book_session", "release_session", "undo_session")
    ),
]
