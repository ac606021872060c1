"""Reads about a provider's level: who approves there, what waits, what a switch would do."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.choices import Capability
from accounts.models import Grant
from approvals.choices import ItemStatus
from approvals.invitations.models import Invitation, OfferedAccess
from approvals.levels.models import LevelChange
from approvals.models import ACCESS, Item, Stage
from approvals.moving import above_who_had_it
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


def routers_of(provider: Organisation) -> dict[str, Router]:
    """As which level the provider routes, by the level."""
    router = Router()
    return {level: router.at({provider.pk: level}) for level in ApprovalLevel}


def affected_at(provider: Organisation, routers: Mapping[str, Router]) -> list[Item]:
    """What waits of the provider's, and would go another way at its other level.

    What the level does not affect stays where it is, also if the helpdesk has sent it there. 3
    queries and those that route.
    """
    stages = Stage.objects.select_related(*Stage.SCOPE_RELATIONS).order_by("position")
    waiting = (
        Item.objects.filter(belongs_to(provider), kind=ACCESS)
        .select_related("person", "request__organisation", *Item.SCOPE_RELATIONS)
        .prefetch_related("request__regions", Prefetch("stages", stages))
        .order_by("pk")
    )
    single, multi = routers[ApprovalLevel.SINGLE], routers[ApprovalLevel.MULTI]
    return [one for one in waiting if way_of(one, single) != way_of(one, multi)]


def way_of(item: Item, router: Router) -> list[tuple[object, ...]]:
    return [tuple(stage.scope_columns.values()) for stage in router.route(item)]


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
    routers = routers_of(provider)
    moves: Counter[tuple[str, str]] = Counter()
    for item in affected_at(provider, routers):
        been = list(item.stages.all())
        now = next(stage for stage in been if stage.is_current)
        then = above_who_had_it(item, been, routers[to]) or routers[to].route(item)[0]
        if now.scope_columns != then.scope_columns:
            moves[now.decider, then.decider] += 1
    return [Move(number, was, then) for (was, then), number in sorted(moves.items())]


def invitations_of(provider: Organisation) -> QuerySet[Invitation]:
    """Of its approvers, what nobody has accepted yet."""
    authority = Grant.objects.filter(is_approver_of(provider))
    return Invitation.objects.pending().filter(
        Exists(OfferedAccess.objects.filter(invitation=OuterRef("pk"), authority__in=authority))
    )


def approvers_of(provider: Organisation) -> QuerySet[Grant]:
    """The provider's own approvers."""
    grants = Grant.objects.live().filter(is_approver_of(provider)).select_related("person")
    return grants.order_by("person__surname", "person__first_name", "pk")


def history_of(provider: Organisation) -> QuerySet[LevelChange]:
    return LevelChange.objects.filter(organisation=provider).select_related("by")


def other_level(provider: Organisation) -> ApprovalLevel:
    is_multi = provider.approval_level == ApprovalLevel.MULTI
    return ApprovalLevel.SINGLE if is_multi else ApprovalLevel.MULTI
