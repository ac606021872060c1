"""Writes: sending a request, deciding on an item.

Locks are taken in one order everywhere: organisation, grants, person, item.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, prefetch_related_objects
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounts.choices import SCOPE_FIELDS, GrantOrigin
from accounts.models import Grant, User
from accounts.rules import may_be_given
from approvals.choices import ItemStatus, OrganisationType, Outcome, StageEnd
from approvals.coverage import Standing, Wanted
from approvals.diligence import Answers
from approvals.kinds import kind_of, state_of
from approvals.lifecycle import ITEM
from approvals.models import AccessRequest, Decision, Item, Stage
from approvals.moving import leave, lock_item, open_next, open_ways
from approvals.routing import Router, provider_of
from approvals.rules import authority, may_decide
from approvals.telling import tell_applicant, tell_deciders
from core import audit
from core.errors import Conflict, DomainError
from notifications.services import queue_mail, site_url
from organisations.models import Organisation, Region, ServiceGroup
from organisations.queries import still_open

NOTHING_NEW = "You already have, or have already asked for, everything you chose."


@dataclass(frozen=True)
class Ask(Wanted):
    """One thing that is asked for, routed by a service group where there is one."""

    routing_group: ServiceGroup | None = None

    def item(self, request: AccessRequest) -> Item:
        """The item of a request, unsaved."""
        return Item(
            request=request,
            person=request.person,
            capability=self.capability,
            routing_group=self.routing_group,
            **{self.scope_field: self.scope},
        )


@dataclass(frozen=True)
class Applicant:
    """Who asks, from where: the fields of a request, as AccessRequest explains them."""

    organisation_type: str
    organisation: Organisation | None = None
    organisation_name: str = ""
    in_nhs: bool | None = None
    contact_address: str = ""
    further_contact: str = ""
    is_national: bool = False
    regions: tuple[Region, ...] = ()


def lock_open_organisations(organisations: Iterable[Organisation | None]) -> list[Organisation]:
    """Hold the organisations until the end, and give them as they are; DomainError if one has
    closed.
    """
    wanted = sorted({organisation.pk for organisation in organisations if organisation})
    locked = Organisation.objects.select_for_update(no_key=True).order_by("pk")
    found = list(locked.filter(still_open(""), pk__in=wanted))
    if len(found) < len(wanted):
        names = Organisation.objects.filter(pk__in=wanted).exclude(still_open(""))
        closed = ", ".join(organisation.name for organisation in names)
        raise DomainError(f"{closed} has closed. Choose the organisation that followed it.")
    return found


@transaction.atomic
def submit_request(
    *,
    by: User,
    applicant: Applicant,
    asks: Sequence[Ask],
    not_found: str = "",
    reason: str = "",
) -> AccessRequest:
    """Send a person's request: one item for each thing asked, each on its own way.

    What the person already holds or waits for, or what another ask covers, is not asked again;
    DomainError if nothing is left or an organisation has closed. The helpdesk is told of what the
    directory does not list. The queries do not grow with the items, but for those that route them.
    """
    request = AccessRequest(
        person=by,
        not_found=not_found,
        reason=reason,
        **{
            field.name: getattr(applicant, field.name)
            for field in fields(applicant)
            if field.name != "regions"
        },
    )
    for refusal in filter(None, (may_be_given(by, ask.capability) for ask in asks)):
        raise DomainError(refusal)
    providers = [provider_of(ask.item(request)) for ask in asks]
    locked = lock_open_organisations([applicant.organisation, *providers])
    request.save()
    request.regions.set(applicant.regions)
    prefetch_related_objects([request], "regions")
    # Their level may have been switched since they were loaded.
    router = Router(levels={one.pk: one.approval_level for one in locked})
    router.hold(stage for ask in asks for stage in router.route(ask.item(request)))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    standing = Standing(by)
    wanted = [ask for ask in asks if not standing.covers(ask) and not wider(ask, asks)]
    before = AccessRequest.objects.filter(person=by).exclude(pk=request.pk)
    is_new = bool(not_found) and not before.filter(not_found=not_found).exists()
    if not wanted and not is_new:
        raise DomainError(NOTHING_NEW)
    items = Item.objects.bulk_create(ask.item(request) for ask in wanted)
    tell_deciders(open_ways((item, router.route(item)) for item in items))
    audit.record(
        "request.submitted", by=by, target=request, subject=by, items=[item.pk for item in items]
    )
    unlisted = (
        applicant.organisation_type == OrganisationType.PROVIDER and applicant.organisation_name
    )
    if not_found or unlisted:
        tell_helpdesk_what_is_not_listed(request)
    return request


def wider(ask: Ask, asks: Iterable[Ask]) -> bool:
    """Whether another of the asks covers this one."""
    return any(
        other.capability == ask.capability and other.scope in ask.reach[1:] for other in asks
    )


def tell_helpdesk_what_is_not_listed(request: AccessRequest) -> None:
    """Mail the helpdesk what the person typed, so that it can be added to the directory."""
    queue_mail(
        kind="not_listed",
        address=settings.HELPDESK_EMAIL,
        context={
            "request": request,
            "admin_url": site_url(
                reverse("admin:approvals_accessrequest_change", args=[request.pk])
            ),
        },
    )


@transaction.atomic
def decide(
    *,
    item: Item,
    outcome: str,
    by: User,
    reason: str = "",
    until: datetime | None = None,
    answers: Answers = Answers(),  # noqa: B008 - it is frozen
) -> Decision:
    """Approve or reject an item at the stage where it waits.

    What is approved ends at `until`, if it is given. Conflict if it was decided meanwhile;
    DomainError if the person may not decide it, gives no reason for a rejection, leaves a question
    of an approval open, or the organisation has closed.
    """
    outcome, kind = Outcome(outcome), kind_of(item)
    if outcome == Outcome.REJECTED and not reason.strip():
        raise DomainError(f"Enter a reason for {kind.words.rejecting} the {kind.words.noun}.")
    provider = kind.provider(
        Item.objects.select_related("request__organisation", *Item.SCOPE_RELATIONS).get(pk=item.pk)
    )
    if provider:
        Organisation.objects.select_for_update(no_key=True).get(pk=provider.pk)
    waiting = Stage.objects.filter(item=item, is_current=True).first()
    grant_of_decider = (
        authority(by, waiting).select_for_update(of=("self",)).first() if waiting else None
    )
    item = lock_item(item)
    stage = Stage.objects.filter(item=item, is_current=True).first()
    if item.status != ItemStatus.SUBMITTED:
        raise Conflict(how_it_ended(item))
    refusal = may_decide(by, item, stage)
    if refusal or stage is None or grant_of_decider is None or stage != waiting:
        raise DomainError(refusal or "This request has moved on. Open it again.")
    if outcome == Outcome.APPROVED and (open_question := answers.forbid_approval(kind.questions)):
        raise DomainError(open_question)

    later = item.stages.filter(position__gt=stage.position).first()
    terminal = outcome == Outcome.REJECTED or later is None
    grant = None
    if terminal and outcome == Outcome.APPROVED:
        grant = kind.approve(item, by=by, until=until)
    decision = Decision.objects.create(
        item=item,
        kind=item.kind,
        stage=stage,
        outcome=outcome,
        terminal=terminal,
        person=item.person,
        by=by,
        authority=grant_of_decider,
        reason=reason.strip(),
        grant=grant,
        is_member=answers.is_member,
        address_fits=answers.address_fits,
        level_fits=answers.level_fits,
        note=answers.note.strip(),
    )
    leave([stage], StageEnd.DECIDED)
    if later and not terminal:
        open_next(later)
        audit.record("item.passed_on", by=by, target=item, subject=item.person)
        return decision
    step = ITEM.move(item, outcome)
    if outcome == Outcome.REJECTED:
        kind.end(item)
    audit.record(step.event, by=by, target=item, subject=item.person, decision=decision.pk)
    tell_applicant(item, kind=step.mail, reason=decision.reason)
    return decision


def grant_item(item: Item, *, by: User, until: datetime | None = None) -> Grant:
    """Give what the item asks for; DomainError if the person has it by now or the place closed."""
    if refusal := may_be_given(item.person, item.capability):
        raise DomainError(f"{refusal} Reject the request instead.")
    lock_open_organisations([provider_of(item)])
    for place in (item.unit, item.ward, item.ward and item.ward.unit):
        if place and not type(place).objects.filter(still_open(""), pk=place.pk).exists():
            raise DomainError(f"{place} has closed. Reject the request instead.")
    columns = {f"{field}_id": getattr(item, f"{field}_id") for field in SCOPE_FIELDS}
    held = Grant.objects.filter(
        person=item.person, capability=item.capability, revoked_at__isnull=True, **columns
    )
    for ended in held.filter(valid_until__lte=Now()):
        Grant.objects.filter(pk=ended.pk).update(revoked_at=F("valid_until"))
        audit.record("grant.ran_out", by=None, target=ended, subject=item.person)
    if held.exists():
        raise DomainError("This person already has this access. Reject the request instead.")
    grant = Grant.objects.create(
        person=item.person,
        capability=item.capability,
        origin=GrantOrigin.DECISION,
        valid_until=until,
        **columns,
    )
    audit.record("grant.made", by=by, target=grant, subject=item.person)
    return grant


def how_it_ended(item: Item) -> str:
    """E.g. 'Approved by Carol Commissioner at 14:32 on 3 March 2026.'"""
    decision = item.decisions.select_related("by").filter(terminal=True).first()
    by, at = (decision.by, decision.at) if decision else (item.ended_by, item.ended_at)
    moment = timezone.localtime(at)
    who = by.get_full_name() if by else "the service"
    state = state_of(item, item.status)
    return f"{state} by {who} at {moment:%H:%M} on {moment.day} {moment:%B %Y}."
