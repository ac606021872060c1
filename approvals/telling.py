"""Who is told what about an item: those who decide, and who asked."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.models import User
from accounts.queries import people_holding
from approvals.kinds import kind_of
from approvals.models import Item, Stage
from notifications.services import notify, notify_all, site_url


def tell_deciders(stages: Iterable[Stage], *, kind: str = "awaits_decision") -> None:
    """Notify whoever may decide: once for all that a person asks of the same deciders."""
    together: dict[tuple[int, tuple[object, ...]], list[Stage]] = {}
    holders: dict[tuple[object, ...], list[User]] = {}
    for stage in stages:
        right: tuple[object, ...] = tuple(stage.scope_columns.values())
        together.setdefault((stage.item.person_id, right), []).append(stage)
        if right not in holders:
            holders[right] = list(people_holding(stage))
    for (asker, right), same in together.items():
        stage, item = same[0], same[0].item
        is_one = len(same) == 1
        page = reverse("approvals:item", args=[item.pk]) if is_one else reverse("approvals:queue")
        notify_all(
            [person for person in holders[right] if person.pk != asker],
            kind=kind,
            address=page,
            context={
                "item": item,
                "stage": stage,
                "asks": [kind_of(one.item).describe(one.item) for one in same],
                "due_at": stage.due_at,
            },
        )


def tell_applicant(item: Item, *, kind: str, reason: str = "") -> None:
    """Notify who asked of how the item ended (CPMS-29)."""
    notify(
        person=item.person,
        kind=kind,
        address=reverse("onboarding:your_requests"),
        context={
            **kind_of(item).mail_context(item),
            "reason": reason,
            "login_url": site_url(reverse("account_login")),
        },
    )
