"""News of wards: who is told when one opens or closes (ERN-06)."""

from collections import defaultdict
from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from accounts.choices import Capability
from accounts.models import Grant, User
from availability.models import KnownWard
from notifications.services import notify_all
from organisations.models import Ward
from organisations.queries import still_open

KIND = "wards_changed"
# In the line of the service, and in the mail
NAMED, NAMED_IN_MAIL = 2, 50


@transaction.atomic
def tell_of_wards() -> None:
    """Tell people which wards of their groups have opened or closed since the last time.

    One notification for each person, however many wards: a load of the directory is one line, and
    the first load of all is none. 8 queries, and 3 for each different choice of groups.
    """
    with connection.cursor() as cursor:
        # Two workers at once would both tell.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [KIND])
    is_first = not KnownWard.objects.exists()
    are_open = Ward.objects.filter(still_open("", "unit__", "unit__organisation__"))
    opened = list(shown(are_open.filter(known__isnull=True)))
    closed = list(shown(Ward.objects.filter(known__isnull=False).exclude(pk__in=are_open)))
    KnownWard.objects.bulk_create(KnownWard(ward=ward) for ward in opened)
    KnownWard.objects.filter(ward__in=[ward.pk for ward in closed]).delete()
    if is_first:
        return
    groups = {ward.service_type.group_id for ward in (*opened, *closed)}
    for chosen, people in readers_of(groups).items():
        theirs = [
            [ward for ward in wards if ward.service_type.group_id in chosen]
            for wards in (opened, closed)
        ]
        context = {
            "news": [
                {"verb": verb, "number": len(wards), "wards": wards[:NAMED_IN_MAIL]}
                for verb, wards in zip(("opened", "closed"), theirs, strict=True)
                if wards
            ],
            "named": f":{NAMED}",
        }
        notify_all(people, kind=KIND, address=reverse("availability:search"), context=context)


def shown(wards: QuerySet[Ward]) -> QuerySet[Ward]:
    return wards.select_related("unit__organisation", "service_type").order_by(
        "unit__organisation__name", "unit__name", "name", "pk"
    )


def readers_of(groups: Collection[int]) -> dict[frozenset[int], list[User]]:
    """Who chose any of the groups and may search it, by which of them: 2 queries."""
    may_search = Grant.objects.live().filter(
        person=OuterRef("user"),
        capability=Capability.AVAILABILITY_VIEW,
        service_group=OuterRef("servicegroup"),
    )
    chosen = User.groups_of_interest.through.objects.filter(
        Exists(may_search), servicegroup__in=groups
    )
    groups_of: dict[int, set[int]] = defaultdict(set)
    for key, group in chosen.values_list("user", "servicegroup"):
        groups_of[key].add(group)
    readers: dict[frozenset[int], list[User]] = defaultdict(list)
    for key, person in User.objects.in_bulk(groups_of).items():
        readers[frozenset(groups_of[key])].append(person)
    return readers
