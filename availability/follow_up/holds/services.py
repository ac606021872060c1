"""Writes of requests to hold a bed. Lock: the row of the ward's totals, before anything is read."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.queries import wards_editable_by, wards_viewable_by
from availability.choices import BedState
from availability.conditions import Condition
from availability.follow_up.choices import HoldStatus
from availability.follow_up.holds.lifecycle import HOLD
from availability.follow_up.holds.queries import editors_of, overdue
from availability.follow_up.rules import may_ask_to_hold, may_withdraw
from availability.models import Bed, HoldRequest
from availability.models.follow_up import ANSWERED_WITHIN
from availability.services import change_bed, current_ones, lock_totals
from core.audit import record
from core.errors import Conflict, DomainError
from core.patients import has_nhs_number
from notifications.services import mark_settled, notify, notify_all
from organisations.models import Ward

MOST_WAITING = 10
LONGEST = timedelta(hours=72)
KEPT_FOR = timedelta(days=90)


@transaction.atomic
def ask_to_hold(
    *, ward: Ward, held_for: str, hours: int, by: User, reference: str = "", note: str = ""
) -> HoldRequest:
    """Ask a ward to hold one bed for so many hours at most, counted from now; its editors are told.

    The same once more, while it waits for its answer, is the same request. DomainError for a ward
    that the person cannot find or that nobody keeps, without a team, with an NHS number, or with
    too many requests that wait.
    """
    totals = lock_totals(ward.pk)
    if not wards_viewable_by(by).filter(pk=ward.pk).exists():
        raise DomainError("You cannot ask this ward.")
    if refusal := may_ask_to_hold(ward) or refused_text(held_for, reference, note):
        raise DomainError(refusal)
    if not held_for:
        raise DomainError("Enter for whom the bed is to be held.")
    if not timedelta() < timedelta(hours=hours) <= LONGEST:
        raise DomainError("Choose for how long the bed is to be held.")
    waiting = HoldRequest.objects.filter(by=by, status=HoldStatus.ASKED)
    same = waiting.filter(ward=totals.ward_id, held_for=held_for, reference=reference).first()
    if same and same.waits:
        return same
    if same:
        end_by_itself(same)
    if waiting.filter(answer_by__gt=Now()).count() >= MOST_WAITING:
        raise DomainError(f"{MOST_WAITING} requests of yours wait for an answer. Withdraw one.")
    editors = list(editors_of(ward))
    if not editors:
        raise DomainError("Nobody answers for this ward here. Telephone it.")
    now = timezone.now()
    until = now + timedelta(hours=hours)
    hold = HoldRequest.objects.create(
        ward=ward,
        by=by,
        asked_at=now,
        answer_by=min(now + ANSWERED_WITHIN, until),
        held_for=held_for,
        reference=reference,
        until=until,
        note=note,
    )
    record("hold.asked", by=by, target=hold, ward=ward.pk)
    context = {"hold": hold, "ward": ward}
    notify_all(editors, kind="hold_asked", address=answer_page(hold), context=context)
    return hold


@transaction.atomic
def accept_hold(*, hold: HoldRequest, bed: Bed, by: User) -> HoldRequest:
    """Hold a free bed of the ward for who asked, until the moment that they named.

    The same once more changes nothing. Conflict if the request has ended, or the bed is not free
    any more; DomainError without the right.
    """
    hold = lock_hold(hold)
    refuse_unless_editor(hold, by)
    if hold.status == HoldStatus.ACCEPTED and (hold.answered_by, hold.bed) == (by, bed):
        return hold
    refuse_unless_waiting(hold, HoldStatus.ACCEPTED)
    if bed.ward_id != hold.ward_id:
        raise DomainError("Choose a bed of this ward.")
    (latest,) = current_ones([bed])
    if Condition.of(latest) != Condition(BedState.AVAILABLE):
        raise Conflict(f"{bed} is not free any more: {latest.state_in_words}. Choose again.")
    change_bed(
        bed=bed,
        state=BedState.RESERVED,
        seen_entry=latest.pk,
        by=by,
        held_for=hold.held_for,
        reference=hold.reference,
        due_at=hold.until,
    )
    return end(hold, HoldStatus.ACCEPTED, by=by, answered_by=by, bed=bed)


@transaction.atomic
def decline_hold(*, hold: HoldRequest, reason: str, by: User) -> HoldRequest:
    """Say that no bed is held, and why. Once more by the same person changes nothing.

    Conflict if the request has ended; DomainError without the right or a reason.
    """
    hold = lock_hold(hold)
    refuse_unless_editor(hold, by)
    if not reason:
        raise DomainError("Enter why no bed can be held.")
    if refusal := refused_text(reason):
        raise DomainError(refusal)
    if (hold.status, hold.answered_by, hold.reason) == (HoldStatus.DECLINED, by, reason):
        return hold
    refuse_unless_waiting(hold, HoldStatus.DECLINED)
    return end(hold, HoldStatus.DECLINED, by=by, answered_by=by, reason=reason)


@transaction.atomic
def withdraw_hold(*, hold: HoldRequest, by: User) -> HoldRequest:
    """Take one's own request back. Once more changes nothing; Conflict if it has been answered."""
    hold = lock_hold(hold)
    if refusal := may_withdraw(hold, by):
        raise DomainError(refusal)
    if hold.status == HoldStatus.WITHDRAWN:
        return hold
    refuse_unless_waiting(hold, HoldStatus.WITHDRAWN)
    return end(hold, HoldStatus.WITHDRAWN, by=by)


def expire_holds() -> None:
    """End the requests that nobody has answered in time; who asked is told. Each by itself."""
    for hold in overdue():
        expire_hold(hold=hold)


@transaction.atomic
def expire_hold(*, hold: HoldRequest) -> None:
    """End a request whose time is over, unless somebody was quicker."""
    hold = lock_hold(hold)
    if hold.status == HoldStatus.ASKED and not hold.waits:
        end_by_itself(hold)


def lock_hold(hold: HoldRequest) -> HoldRequest:
    """The request as it is now, with its ward's totals held until the transaction ends."""
    lock_totals(hold.ward_id)
    return HoldRequest.objects.select_related("ward", "by", "answered_by", "bed").get(pk=hold.pk)


def end_by_itself(hold: HoldRequest) -> None:
    end(hold, HoldStatus.EXPIRED, by=None, ended_at=hold.answer_by)


def end(hold: HoldRequest, to: HoldStatus, *, by: User | None, **fields: Any) -> HoldRequest:
    """Walk a locked request to its end, and tell who asked."""
    step = HOLD.move(hold, to, **{"ended_at": timezone.now(), **fields})
    record(step.event, by=by, target=hold, subject=hold.by, ward=hold.ward_id)
    mark_settled(kinds=["hold_asked"], addresses=[answer_page(hold)])
    if step.mail:
        context = {"hold": hold, "ward": hold.ward}
        notify(person=hold.by, kind=step.mail, address=page_of(hold), context=context)
    return hold


def refuse_unless_editor(hold: HoldRequest, by: User) -> None:
    if not wards_editable_by(by).filter(pk=hold.ward_id).exists():
        raise DomainError("You cannot answer for this ward.")


def refuse_unless_waiting(hold: HoldRequest, to: HoldStatus) -> None:
    HOLD.step(hold.status_now, to)


def refused_text(*texts: str) -> str | None:
    if has_nhs_number("\n".join(texts)):
        return "Remove the NHS number. Nothing about a patient may be entered here."
    return None


def page_of(hold: HoldRequest) -> str:
    """Where who asked sees what becomes of it."""
    return reverse("availability:hold", args=[hold.pk])


def answer_page(hold: HoldRequest) -> str:
    """Where an editor answers it."""
    return reverse("availability:answer_hold", args=[hold.pk])


@transaction.atomic
def withdraw_all(*, person: User, by: User | None) -> None:
    """Withdraw what waits of somebody who is disabled, or may not search any more."""
    if person.is_active and wards_viewable_by(person).exists():
        return
    waiting = HoldRequest.objects.filter(by=person, status=HoldStatus.ASKED)
    # In one order, so that two of these never wait for each other.
    for one in waiting.order_by("ward_id", "pk"):
        hold = lock_hold(one)
        if hold.waits:
            end(hold, HoldStatus.WITHDRAWN, by=by)


def sweep_holds() -> None:
    """Delete requests that ended long ago: what became of the bed stands in its history."""
    HoldRequest.objects.filter(ended_at__lt=timezone.now() - KEPT_FOR).delete()


def forget_holds(person: User) -> None:
    """What somebody who is made anonymous wrote."""
    HoldRequest.objects.filter(by=person).update(reference="", note="")
    HoldRequest.objects.filter(answered_by=person).update(reason="")
