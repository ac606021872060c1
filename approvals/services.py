"""Writes: sending a request, deciding on an item.

Locks are taken in one order everywhere: organisation, grant of who decides, request item.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounts.choices import SCOPE_FIELDS, GrantOrigin
from accounts.models import Grant, User
from approvals.choices import ItemStatus, OrganisationType, Outcome
from approvals.lifecycle import move
from approvals.models import AccessRequest, Decision, Item, Stage
from approvals.routing import place_of, route
from approvals.rules import authority, may_decide
from approvals.wording import AREAS, access_of
from approvals.working_days import after_working_days
from core import audit
from core.errors import Conflict, DomainError
from notifications.services import queue_mail, site_url
from organisations.models import Organisation, ServiceGroup
from organisations.queries import still_open


@dataclass(frozen=True)
class Ask:
    """One thing that is asked for: a capability over one scope, routed by a service group."""

    capability: str
    scope_field: str
    scope: models.Model
    routing_group: ServiceGroup


def lock_open_organisations(organisations: Iterable[Organisation]) -> None:
    """Hold the organisations as they are until the end; DomainError if one has closed."""
    wanted = sorted({organisation.pk for organisation in organisations})
    locked = Organisation.objects.select_for_update(no_key=True).order_by("pk")
    found = locked.filter(still_open(""), pk__in=wanted)
    if len(found) < len(wanted):
        names = Organisation.objects.filter(pk__in=wanted).exclude(still_open(""))
        closed = ", ".join(organisation.name for organisation in names)
        raise DomainError(f"{closed} has closed. Choose the organisation that followed it.")


@transaction.atomic
def submit_request(
    *, by: User, organisation_type: str, provider: Organisation, asks: list[Ask]
) -> AccessRequest:
    """Send a person's request: one item for each thing asked, each on its own way.

    What the person already holds or waits for is not asked again; DomainError if nothing is left
    or an organisation has closed.
    """
    request = AccessRequest(
        person=by, organisation_type=OrganisationType(organisation_type), provider=provider
    )
    items = [
        Item(
            request=request,
            person=by,
            capability=ask.capability,
            routing_group=ask.routing_group,
            **{ask.scope_field: ask.scope},
        )
        for ask in asks
    ]
    lock_open_organisations([provider, *(place_of(item).provider for item in items)])
    User.objects.select_for_update().get(pk=by.pk)
    items = [item for item in items if not holds_or_awaits(item)]
    if not items:
        raise DomainError("You already have, or have already asked for, everything you chose.")
    request.save()
    for item in items:
        item.save()
        for position, stage in enumerate(route(item), start=1):
            stage.item, stage.position, stage.is_current = item, position, position == 1
            stage.due_at = due_from_now() if stage.is_current else None
            stage.save()
    audit.record(
        "request.submitted", by=by, target=request, subject=by, items=[item.pk for item in items]
    )
    return request


def holds_or_awaits(item: Item) -> bool:
    same = {**item.scope_columns, "person": item.person}
    return (
        Grant.objects.live().filter(**same).exists()
        or Item.objects.filter(**same, status=ItemStatus.SUBMITTED).exists()
    )


def due_from_now() -> datetime:
    return after_working_days(timezone.now(), settings.DECISION_WORKING_DAYS)


@transaction.atomic
def decide(*, item: Item, outcome: str, by: User, reason: str = "") -> Decision:
    """Approve or reject an item at the stage where it waits.

    Conflict if it was decided meanwhile; DomainError if the person may not decide it, gives no
    reason for a rejection, or the organisation has closed.
    """
    outcome = Outcome(outcome)
    if outcome == Outcome.REJECTED and not reason.strip():
        raise DomainError("Enter a reason for rejecting the request.")
    place = place_of(
        Item.objects.select_related("request__provider", *Item.SCOPE_RELATIONS).get(pk=item.pk)
    )
    Organisation.objects.select_for_update(no_key=True).get(pk=place.provider.pk)
    waiting = Stage.objects.filter(item=item, is_current=True).first()
    grant_of_decider = (
        authority(by, waiting).select_for_update(of=("self",)).first() if waiting else None
    )
    item = Item.objects.select_for_update(of=("self",)).select_related("person").get(pk=item.pk)
    stage = Stage.objects.filter(item=item, is_current=True).first()
    if item.status != ItemStatus.SUBMITTED:
        raise Conflict(how_it_ended(item))
    refusal = may_decide(by, item, stage)
    if refusal or stage is None or grant_of_decider is None or stage != waiting:
        raise DomainError(refusal or "This request has moved on. Open it again.")

    later = item.stages.filter(position__gt=stage.position).first()
    terminal = outcome == Outcome.REJECTED or later is None
    grant = grant_item(item, by=by) if terminal and outcome == Outcome.APPROVED else None
    decision = Decision.objects.create(
        item=item,
        stage=stage,
        outcome=outcome,
        terminal=terminal,
        person=item.person,
        by=by,
        authority=grant_of_decider,
        reason=reason.strip(),
        grant=grant,
    )
    Stage.objects.filter(pk=stage.pk).update(is_current=False)
    if later and not terminal:
        Stage.objects.filter(pk=later.pk).update(is_current=True, due_at=due_from_now())
        audit.record("item.passed_on", by=by, target=item, subject=item.person)
        return decision
    transition = move(item, outcome)
    audit.record(transition.event, by=by, target=item, subject=item.person, decision=decision.pk)
    queue_mail(
        kind=transition.mail,
        address=item.person.email,
        person=item.person,
        context={
            "area": AREAS[item.capability],
            "access": access_of(item),
            "reason": decision.reason,
            "login_url": site_url(reverse("account_login")),
        },
    )
    return decision


def grant_item(item: Item, *, by: User) -> Grant:
    """Give what the item asks for; DomainError if the person has it by now or the place closed."""
    lock_open_organisations([place_of(item).provider])
    for place in (item.unit, item.ward, item.ward and item.ward.unit):
        if place and not type(place).objects.filter(still_open(""), pk=place.pk).exists():
            raise DomainError(f"{place} has closed. Reject the request instead.")
    columns = {f"{field}_id": getattr(item, f"{field}_id") for field in SCOPE_FIELDS}
    held = Grant.objects.filter(
        person=item.person, capability=item.capability, revoked_at__isnull=True, **columns
    )
    held.filter(valid_until__lte=Now()).update(revoked_at=F("valid_until"))
    if held.exists():
        raise DomainError("This person already has this access. Reject the request instead.")
    grant = Grant.objects.create(
        person=item.person, capability=item.capability, origin=GrantOrigin.DECISION, **columns
    )
    audit.record("grant.made", by=by, target=grant, subject=item.person)
    return grant


def how_it_ended(item: Item) -> str:
    """E.g. 'Approved by Carol Commissioner at 14:32 on 3 March 2026.'"""
    decision = item.decisions.select_related("by").get(terminal=True)
    moment = timezone.localtime(decision.at)
    return (
        f"{item.get_status_display()} by {decision.by.get_full_name()} "
        f"at {moment:%H:%M} on {moment.day} {moment:%B %Y}."
    )
