"""Keeping what is closed without a plan, and telling who plans of it. Locks: the closures."""

from collections import defaultdict
from collections.abc import Collection

from django.db import connection, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from capacity_plans.live.queries import people_to_tell, unplanned_now
from capacity_plans.models import UnplannedClosure
from core import audit
from notifications.services import notify_all

KIND = "unplanned_closure"
# In the line of the service, and in the mail
NAMED, NAMED_IN_MAIL = 2, 50


@transaction.atomic
def note_closures() -> None:
    """Begin, renew and end the unplanned closures as wards stand now, and tell of new ones.

    One that lasts is one row, whoever looks at the same time: the database allows no other.
    """
    with connection.cursor() as cursor:
        # Two workers at once would wait for each other.
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [KIND])
        if not cursor.fetchone()[0]:
            return
    found = unplanned_now(timezone.localdate())
    lasting = {
        (one.collaborative_id, one.ward_id): one
        for one in UnplannedClosure.objects.select_for_update().filter(ended_at=None)
    }
    over = [one for key, one in lasting.items() if key not in found]
    UnplannedClosure.objects.filter(pk__in=[one.pk for one in over]).update(ended_at=Now())
    audit.record_each("closure.ended", by=None, of=((one, {}) for one in over))
    changed = [one for key, one in lasting.items() if key in found and one.beds != found[key].beds]
    for one in changed:
        one.beds = found[one.collaborative_id, one.ward_id].beds
    UnplannedClosure.objects.bulk_update(changed, ["beds"])
    begun = UnplannedClosure.objects.bulk_create(
        UnplannedClosure(collaborative_id=key[0], ward_id=key[1], beds=one.beds, since=one.since)
        for key, one in found.items()
        if key not in lasting
    )
    audit.record_each("closure.found", by=None, of=((one, {"beds": one.beds}) for one in begun))
    tell_of_closures()


@transaction.atomic
def tell_of_closures() -> None:
    """Tell who plans, once, of each closure that nobody was told of: a message for each person."""
    closures = list(
        UnplannedClosure.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(told_at=None, ended_at=None)
        .select_related("ward__unit__organisation", "collaborative")
        .order_by("collaborative__name", "since", "pk")
    )
    if not closures:
        return
    people = people_to_tell({one.collaborative for one in closures})
    of_person: dict[int, list[UnplannedClosure]] = defaultdict(list)
    for one in closures:
        for key in people[one.collaborative_id]:
            of_person[key].append(one)
    readers: dict[tuple[UnplannedClosure, ...], list[int]] = defaultdict(list)
    for key, found in of_person.items():
        readers[tuple(found)].append(key)
    by_key = User.objects.in_bulk(of_person)
    for theirs, keys in readers.items():
        tell([by_key[key] for key in keys if key in by_key], theirs)
    UnplannedClosure.objects.filter(pk__in=[one.pk for one in closures]).update(told_at=Now())


def tell(people: Collection[User], closures: Collection[UnplannedClosure]) -> None:
    collaboratives = {one.collaborative_id for one in closures}
    address = reverse("plans:plans")
    if len(collaboratives) == 1:
        address = reverse("plans:live", args=[collaboratives.pop()])
    context = {
        "closures": list(closures)[:NAMED_IN_MAIL],
        "number": len(closures),
        "named": f":{NAMED}",
    }
    notify_all(people, kind=KIND, address=address, context=context)
