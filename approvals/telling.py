"""Who is told what about an item: those who decide, and who asked."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.queries import people_holding
from approvals.kinds import kind_of, mails_for
from approvals.models import Item, Stage
from notifications.queries import notifications_at
from notifications.services import mark_settled, notify, notify_all, site_url

# What tells somebody that their decision is waited for
TO_DECIDERS = ("awaits_decision", "decision_reminder", "moved_up")


def tell_deciders(stages: Iterable[Stage], *, kind: str = "awaits_decision") -> None:
    """Notify whoever may decide: once for all of a kind that a person asks of the same deciders."""
    together: dict[tuple[int, str, tuple[object, ...]], list[Stage]] = {}
    holders: dict[tuple[object, ...], list[User]] = {}
    for stage in stages:
        right: tuple[object, ...] = tuple(stage.scope_columns.values())
        together.setdefault((stage.item.person_id, stage.item.kind, right), []).append(stage)
        if right not in holders:
            holders[right] = list(people_holding(stage))
    for (asker, _, right), same in together.items():
        stage, item = same[0], same[0].item
        is_one = len(same) == 1
        page = page_of(item.pk) if is_one else part_of_queue(asker)
        notify_all(
            [person for person in holders[right] if person.pk != asker],
            kind=kind_of(item).mail(kind),
            address=page,
            context={
                "item": item,
                "stage": stage,
                "asks": [kind_of(one.item).describe(one.item) for one in same],
                "due_at": stage.due_at,
            },
        )


def page_of(item_id: int) -> str:
    return reverse("approvals:item", args=[item_id])


def part_of_queue(asker_id: int) -> str:
    """The queue narrowed to what one person asks for, of which several things are told at once."""
    return f"{reverse('approvals:queue')}?person={asker_id}"


def settle(stages: Iterable[Stage]) -> None:
    """Nobody is waited for at these stages any more: what told them so is no news. 3 queries."""
    left = {stage.item_id for stage in stages}
    askers = Item.objects.filter(pk__in=left).values_list("person", flat=True)
    waited_for = Stage.objects.filter(is_current=True, item__person__in=askers)
    done = set(askers) - set(waited_for.values_list("item__person", flat=True))
    mark_settled(
        kinds=[sent for kind in TO_DECIDERS for sent in mails_for(kind)],
        addresses=[*map(page_of, left), *map(part_of_queue, done)],
    )


def deciders_told(item: Item) -> QuerySet[User]:
    """Whoever was told that the item waits for their decision."""
    told = notifications_at(
        page_of(item.pk), kinds=[sent for kind in TO_DECIDERS for sent in mails_for(kind)]
    )
    return User.objects.filter(pk__in=told.values("person"))


def tell_applicant(item: Item, *, kind: str, reason: str = "") -> None:
    """Notify who asked of how the item ended (CPMS-29)."""
    notify(
        person=item.person,
        kind=kind_of(item).mail(kind),
        address=kind_of(item).page(item),
        context={
            **kind_of(item).mail_context(item),
            "reason": reason,
            "login_url": site_url(reverse("account_login")),
        },
    )
