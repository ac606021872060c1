"""What happened to an item so far, in words, oldest first."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from approvals.kinds import state_of
from approvals.mine.queries import right_of
from approvals.models import Decision, Item, Stage


@dataclass(frozen=True)
class Event:
    at: datetime
    what: str
    details: tuple[str, ...] = ()


def history_of(item: Item) -> list[Event]:
    """Sent, each stage with why it waited there, reminders, decisions, the end.

    Nothing is queried for items of queries.item_detail.
    """
    events = [Event(item.submitted_at, f"Sent by {item.person.get_full_name()}")]
    before: Stage | None = None
    for stage in item.stages.all():
        since = stage.opened_at or (item.submitted_at if before is None else None)
        if since:
            why = [before.get_ended_display()] if before and before.ended else []
            why += [stage.because] if stage.because else []
            events.append(Event(since, f"To decide: {stage.decider}", tuple(why)))
        if stage.reminded_at:
            events.append(Event(stage.reminded_at, f"Reminder sent to: {stage.decider}"))
        before = stage
    events += [of_decision(item, decision) for decision in item.decisions.all()]
    if item.ended_at:
        by = item.ended_by.get_full_name() if item.ended_by else "the service"
        events.append(Event(item.ended_at, f"{state_of(item, item.status)} by {by}"))
    return sorted(events, key=lambda event: event.at)


def of_decision(item: Item, decision: Decision) -> Event:
    done = state_of(item, decision.outcome)
    who = f"{decision.by.get_full_name()} ({right_of(decision.authority)})"
    details = [f"{question}: {'Yes' if answer else 'No'}" for question, answer in decision.answers]
    if decision.note:
        details.append(f"Why a No is acceptable: {decision.note}")
    if decision.reason:
        details.append(f"Reason: {decision.reason}")
    if decision.grant and decision.grant.valid_until:
        last_day = timezone.localtime(decision.grant.valid_until)
        details.append(f"Last day of the access: {last_day:%-d %B %Y}")
    return Event(decision.at, f"{done} by {who}", tuple(details))
