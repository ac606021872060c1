"""Reminding people of wards that nobody has confirmed for too long."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from availability.freshness import Limit
from availability.models import WardReminder
from availability.reminders.queries import approvers_of, due, editors_of
from notifications.services import notify_all, site_url
from organisations.choices import WardKind
from organisations.models import Ward

TO_EDITORS, TO_APPROVERS = "ward_unconfirmed", "wards_out_of_date"
# In the line of the service, and in the mail
NAMED, NAMED_IN_MAIL = 2, 50


@transaction.atomic
def remind_of_freshness() -> None:
    """Tell editors of wards that are to be confirmed, and approvers of those that are out of date.

    Once for each time that a ward goes unconfirmed; each person gets one message, however many
    wards. A fixed number of queries, and 3 for each different choice of wards.
    """
    with connection.cursor() as cursor:
        # Two workers at once would both tell.
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [TO_EDITORS])
        if not cursor.fetchone()[0]:
            return
    to_confirm, out_of_date = due(Limit.WARN), due(Limit.STALE)
    remember(to_confirm, Limit.WARN)
    remember(out_of_date, Limit.STALE)
    tell(TO_EDITORS, editors_of(to_confirm), reverse("availability:wards"), single=True)
    tell(TO_APPROVERS, approvers_of(out_of_date), reverse("availability:out_of_date"))


def remember(wards: Iterable[Ward], limit: Limit) -> None:
    now = timezone.now()
    WardReminder.objects.bulk_create(
        (WardReminder(ward=ward, limit=limit, at=now) for ward in wards),
        update_conflicts=True,
        update_fields=["at"],
        unique_fields=["ward", "limit"],
    )


def tell(
    kind: str, wards_of: Mapping[int, list[Ward]], address: str, *, single: bool = False
) -> None:
    """Tell each person, by id, of their wards; `single`: of one alone, to its own page."""
    readers: dict[tuple[Ward, ...], list[int]] = defaultdict(list)
    for key, wards in wards_of.items():
        readers[tuple(wards)].append(key)
    people = User.objects.in_bulk(wards_of)
    for found, keys in readers.items():
        pages = [confirmed_at(ward) for ward in found]
        context = {
            "wards": [
                {"ward": ward, "url": site_url(page)}
                for ward, page in list(zip(found, pages, strict=True))[:NAMED_IN_MAIL]
            ],
            "number": len(found),
            "named": f":{NAMED}",
        }
        notify_all(
            [people[key] for key in keys if key in people],
            kind=kind,
            address=pages[0] if single and len(pages) == 1 else address,
            context=context,
        )


def confirmed_at(ward: Ward) -> str:
    """The address of the page with the button that says that nothing has changed."""
    name = "sessions" if ward.kind == WardKind.SESSIONAL else "confirm"
    return reverse(f"availability:{name}", args=[ward.pk])
