"""Reads about a provider's level: who approves there, what waits, what a switch would do."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.choices import Capability
from accounts.models import Grant
from approvals.choices import ItemStatus
from approvals.levels.models import LevelChange
from approvals.models import ACCESS, Item, Stage
from approvals.routing import Router
from organisations.choices import ApprovalLevel
from organisations.models import Organisation


def with_numbers(providers: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Each with `approvers` and `waiting`, by name, in the same query."""
    here = OuterRef("pk")
    return providers.annotate(
        approvers=number_of(Grant.objects.live().filter(is_approver_of(here)), "organisation"),
        waiting=number_of(Item.objects.filter(belongs_to(here)), "status"),
    ).order_by("name", "pk")


def number_of(rows: QuerySet, group: str) -> Coalesce:
    counted = rows.order_by().values(group).annotate(number=Count("*")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def is_approver_of(provider: Organisation | OuterRef) -> Q:
    return Q(capability=Capability.APPROVE_STANDARD, organisation=provider)


def belongs_to(provider: Organisation | OuterRef) -> Q:
    """Of items: those that wait, and that `provider_of` says are the provider's."""
    of_place = Q(ward__unit__organisation=provider) | Q(unit__organisation=provider)
    of_applicant = Q(ward__isnull=True, unit__isnull=True, organisation__isnull=True) & Q(
        request__organisation=provider
    )
    return Q(status=ItemStatus.SUBMITTED) & (of_place | Q(organisation=provider) | of_applicant)


def waiting_at(provider: Organisation) -> QuerySet[Item]:
    """What waits of the provider's, with all that routes it: 3 queries."""
    stages = Stage.objects.filter(is_current=True).select_related(*Stage.SCOPE_RELATIONS)
    return (
        Item.objects.filter(belongs_to(provider))
        .select_related("person", "request__organisation", *Item.SCOPE_RELATIONS)
        .prefetch_related("request__regions", Prefetch("stages", stages, to_attr="current"))
        .order_by("pk")
    )


@dataclass(frozen=True)
class Move:
    """How many requests would go from whom to whom."""

    number: int
    was: str
    to: str


def moves_if(provider: Organisation, to: str) -> list[Move]:
    """What a switch would do to the requests that wait.

    The queries grow, by the postcode of each applicant, where a provider has no region of its own.
    """
    router = Router(levels={provider.pk: to})
    moves: Counter[tuple[str, str]] = Counter()
    for item in waiting_at(provider).filter(kind=ACCESS):
        now, then = item.current[0], router.route(item)[0]  # type: ignore[attr-defined]
        if now.scope_columns != then.scope_columns:
            moves[now.decider, then.decider] += 1
    return [Move(number, was, then) for (was, then), number in sorted(moves.items())]


def approvers_of(provider: Organisation) -> QuerySet[Grant]:
    """The provider's own approvers."""
    grants = Grant.objects.live().filter(is_approver_of(provider)).select_related("person")
    return grants.order_by("person__surname", "person__first_name", "pk")


def history_of(provider: Organisation) -> QuerySet[LevelChange]:
    return LevelChange.objects.filter(organisation=provider).select_related("by")


def other_level(provider: Organisation) -> ApprovalLevel:
    is_multi = provider.approval_level == ApprovalLevel.MULTI
    return ApprovalLevel.SINGLE if is_multi else ApprovalLevel.MULTI
