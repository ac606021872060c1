"""Reads for the queue, the decision page and a person's own requests."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Now

from accounts.choices import APPROVER_CAPABILITIES, SCOPES
from accounts.models import Grant, User
from accounts.queries import live_grants
from accounts.tiles import Section
from approvals.choices import ItemStatus
from approvals.kinds import relations_of_items
from approvals.models import AccessRequest, Decision, Item, Stage

LATELY = timedelta(days=90)


def stages_open_to(user: User) -> QuerySet[Stage]:
    """Every stage, past or present, whose right the person holds now; never of their own items."""
    grants = live_grants(user)
    mine = Q(pk__in=[])
    for capability in APPROVER_CAPABILITIES:
        held = grants.filter(capability=capability)
        for scope in SCOPES[capability]:
            mine |= Q(capability=capability, **{f"{scope}__in": held.values(scope)})
        if not SCOPES[capability]:
            mine |= Q(Exists(held), capability=capability)
    return Stage.objects.filter(mine).exclude(item__person=user)


def queue_for(user: User) -> QuerySet[Stage]:
    """What waits for the person, oldest first."""
    stages = stages_open_to(user).filter(is_current=True)
    return stages.order_by("item__submitted_at", "item__pk")


def number_waiting_for(user: User) -> int:
    return stages_open_to(user).filter(is_current=True).count()


def role_towards(user: User, item: Item) -> str:
    """As what the person may look at the item, e.g. 'Provider approver, The Huntercombe Group'."""
    stages = Stage.objects.select_related(*Stage.SCOPE_RELATIONS).filter(item=item)
    stage = (
        stages.filter(pk__in=stages_open_to(user).filter(item=item).values("pk")).first()
        or stages.filter(decision__by=user).first()
    )
    return stage.decider if stage else ""


def items_open_to(user: User) -> QuerySet[Item]:
    """The items that the person may look at as an approver: theirs to decide, now or once."""
    stages = stages_open_to(user).filter(item=OuterRef("pk"))
    return Item.objects.filter(
        Exists(stages) | Exists(Decision.objects.filter(item=OuterRef("pk"), by=user))
    ).exclude(person=user)


def item_detail(items: QuerySet[Item]) -> QuerySet[Item]:
    """Items with all that describes them and their way so far: 4 queries."""
    stages = Stage.objects.select_related(*Stage.SCOPE_RELATIONS)
    decisions = Decision.objects.select_related(
        "by", "stage", "grant", *(f"authority__{relation}" for relation in Grant.SCOPE_RELATIONS)
    )
    return items.select_related(
        "person",
        "ended_by",
        "request__organisation",
        "request__invitation__by",
        "routing_group",
        *relations_of_items(),
    ).prefetch_related(
        "request__regions", Prefetch("stages", stages), Prefetch("decisions", decisions)
    )


def beside(item: Item) -> QuerySet[Item]:
    """What else the person asks for: with the same request, waiting still, or lately. 1 query."""
    others = Item.objects.filter(
        Q(request__isnull=False, request=item.request_id)
        | Q(status=ItemStatus.SUBMITTED)
        | Q(submitted_at__gte=Now() - LATELY),
        person=item.person_id,
    ).exclude(pk=item.pk)
    return others.select_related("request__organisation", *relations_of_items()).order_by("pk")


def requests_of(user: User) -> QuerySet[AccessRequest]:
    """What the person has asked for, newest first, each part with its state: 4 queries."""
    return (
        AccessRequest.objects.filter(person=user)
        .prefetch_related(Prefetch("items", item_detail(Item.objects.order_by("pk"))))
        .order_by("-submitted_at", "-pk")
    )


def waiting_section(user: User) -> Section | None:
    """On the home page: the latest request of which a part still waits, with each part's state.

    Who holds nothing sees the latest request in any case, with the reason of a rejection.
    """
    waiting = Item.objects.filter(person=user, status=ItemStatus.SUBMITTED)
    requests = list(requests_of(user).filter(pk__in=waiting.values("request"))[:1])
    if not requests and not user.all_capabilities:
        requests = list(requests_of(user)[:1])
    return Section("approvals/waiting.html", {"requests": requests}) if requests else None


def held_by(user: User) -> QuerySet[Grant]:
    """What a person holds now, with all that describes it: 1 query."""
    return live_grants(user).select_related(*Grant.SCOPE_RELATIONS).order_by("capability", "pk")
