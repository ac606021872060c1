"""All that the helpdesk sees of a person on one page; never the text of a mail, nor a secret."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.choices import GrantOrigin, LinkPurpose
from accounts.models import Consent, Disabling, Grant, Link, Registration, User
from accounts.queries import state_of
from accounts.sessions.queries import live_sessions
from approvals.choices import ItemStatus
from approvals.helpdesk.rules import is_verified
from approvals.invitations.choices import InvitationStatus
from approvals.invitations.models import Invitation
from approvals.invitations.queries import shown
from approvals.models import Decision, Item, Stage
from core.audit_export import listed
from core.event_words import in_words
from core.models import AuditEvent
from notifications.kinds import in_words as mail_in_words
from notifications.models import MailState, OutgoingMail

# How many rows of each the page shows, newest first.
MOST_ROWS = 50
NEWEST_EVENTS = 20


@dataclass(frozen=True)
class Table:
    """One table of the page; what is beyond its rows is where `more` leads."""

    title: str
    heads: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    nothing: str
    more: str = ""


def verification_of(person: User) -> list[tuple[str, str]]:
    """Whether the address is proven, and what was mailed for it last: 4 queries."""
    verified = is_verified(person)
    # Used ones name the person; the others are found by address, through an index of their own.
    unused = Q(address=person.email, used_at__isnull=True, superseded_at__isnull=True)
    links = Link.objects.filter(Q(person=person) | unused, purpose=LinkPurpose.VERIFY_ADDRESS)
    last = links.order_by("-created_at").first()
    waiting = Registration.objects.filter(address=person.email).order_by("-pk")[:5]
    lines = [("Email address", "Verified" if verified else "Not verified yet")]
    if last:
        what = state_of(last).label.removeprefix("This link ")
        lines.append(("Last link to verify it", f"Sent {moment(last.created_at)}; {what}"))
    for one in waiting:
        registered = moment(one.registered_at)
        lines.append(("Registration that waits", link(one, f"{one.get_full_name()}, {registered}")))
    places = live_sessions(person).count()
    lines.append(("Logged in", f"In {places} place{'' if places == 1 else 's'}"))
    return lines


def tables_of(person: User) -> list[Table]:
    """What the person asked for, holds, was mailed, and what happened: 21 queries at most."""
    address = f"{reverse('admin:core_auditevent_changelist')}?{urlencode({'q': person.email})}"
    addresses = addresses_of(person)
    sought = urlencode({"q": " ".join(addresses)})
    mails = f"{reverse('admin:notifications_outgoingmail_changelist')}?{sought}"
    return [
        Table(
            "Requests",
            ("Asked for", "When", "State", "Where it waits, or how it ended", ""),
            [row_of_item(item) for item in items_of(person)],
            "The person has asked for nothing.",
        ),
        Table(
            "Access",
            ("Access", "Where it comes from", "From", "Until", "Revoked"),
            [row_of_grant(one) for one in grants_of(person)],
            "The person has no access.",
        ),
        Table(
            "Mail",
            ("When", "Kind", "Subject", "State", "Attempts", "Last error"),
            [row_of_mail(one) for one in mails_of(person, addresses)],
            "Nothing was mailed.",
            mails,
        ),
        Table(
            "Invitations",
            ("To", "By", "State", "Sent", "Offers"),
            [
                (
                    one.organisation or "",
                    one.by,
                    one.get_status_display(),
                    moment(one.sent_at),
                    "; ".join(offer.describe() for offer in one.offered.all()),
                )
                for one in invitations_of(person)
            ],
            "The person was never invited.",
        ),
        Table(
            "Disabled",
            ("When", "By", "Reason", "Note", "Enabled again"),
            [
                (
                    moment(one.at),
                    one.by,
                    one.get_reason_display() or "By themselves",
                    one.note,
                    f"{moment(one.enabled_at)} by {one.enabled_by}" if one.enabled_at else "",
                )
                for one in Disabling.objects.filter(person=person)
                .select_related("by", "enabled_by")
                .order_by("-at")[:MOST_ROWS]
            ],
            "The account was never disabled.",
        ),
        Table(
            "Consents",
            ("When", "What", "Version", "Agreed"),
            [
                (
                    moment(one.at),
                    one.get_kind_display(),
                    one.version,
                    "Yes" if one.agreed else "No",
                )
                for one in Consent.objects.filter(person=person).order_by("-at", "kind")[:MOST_ROWS]
            ],
            "Nothing was asked yet.",
        ),
        Table(
            f"What happened last (the newest {NEWEST_EVENTS})",
            ("When", "What", "By", "About", "Details"),
            [
                (
                    link(one, moment(one.at)),
                    in_words(one.event),
                    one.actor or "The service",
                    one.subject or "",
                    "; ".join(f"{key}: {listed(value)}" for key, value in one.details.items()),
                )
                for one in newest_events(person)
            ],
            "Nothing yet.",
            address,
        ),
    ]


def way_of(item: Item) -> Table:
    """Where an item has waited, and why there: 1 query."""
    stages = item.stages.select_related(*Stage.SCOPE_RELATIONS).order_by("position")
    return Table(
        "Its way",
        ("Stage", "Who decides", "Why", "Since", "Due", "How it ended"),
        [
            (
                one.position,
                one.decider,
                one.because,
                moment(one.opened_at),
                moment(one.due_at),
                one.get_ended_display() or ("Waits here" if one.is_current else ""),
            )
            for one in stages
        ],
        "It has never waited.",
    )


def items_of(person: User) -> list[Item]:
    decisions = Decision.objects.select_related("by").order_by("pk")
    items = Item.objects.filter(person=person).select_related(*Item.SCOPE_RELATIONS)
    stages = Stage.objects.select_related(*Stage.SCOPE_RELATIONS)
    items = items.prefetch_related(Prefetch("stages", stages), Prefetch("decisions", decisions))
    return list(items.order_by("-submitted_at", "-pk")[:MOST_ROWS])


def row_of_item(item: Item) -> tuple[Any, ...]:
    stage = next((one for one in item.stages.all() if one.is_current), None)
    decision = next((one for one in item.decisions.all() if one.terminal), None)
    if stage:
        late = " (late)" if stage.is_late else ""
        where = f"{stage.decider}; due {moment(stage.due_at)}{late}"
    elif decision:
        where = f"By {decision.by}, {moment(decision.at)}. {decision.reason}"
    else:
        where = moment(item.ended_at)
    elsewhere = ""
    if item.status == ItemStatus.SUBMITTED:
        address = reverse("admin:approvals_item_reroute", args=[item.pk])
        elsewhere = format_html('<a href="{}">Send elsewhere</a>', address)
    asked = link(item, item.describe())
    return asked, moment(item.submitted_at), item.get_status_display(), where, elsewhere


def grants_of(person: User) -> list[Grant]:
    """With what each comes from; those in force first."""
    # Not joined: to plan so many joins takes longer than all these queries.
    origins = (
        *("decision__by", "offered_access__invitation__by", "revoked_by"),
        *("continues__decision__by", "continues__organisation"),
    )
    grants = Grant.objects.filter(person=person).select_related(*Grant.SCOPE_RELATIONS)
    grants = grants.prefetch_related(*origins)
    return list(grants.order_by("-revoked_at", "-pk")[:MOST_ROWS])


def row_of_grant(grant: Grant) -> tuple[Any, ...]:
    revoked = ""
    if grant.revoked_at:
        by = grant.revoked_by or "the service"
        revoked = f"{moment(grant.revoked_at)} by {by}. {grant.revoked_because}"
    came = link(grant, grant.describe())
    return came, origin_of(grant), moment(grant.valid_from), moment(grant.valid_until), revoked


def origin_of(grant: Grant) -> str:
    """E.g. "An approver's decision (Carol Commissioner)", through a merger too."""
    label = GrantOrigin(grant.origin).label
    if grant.continues:
        return f"{label}; before that {grant.continues.organisation}: {origin_of(grant.continues)}"
    if hasattr(grant, "decision"):
        return f"{label} ({grant.decision.by.get_full_name()})"
    if hasattr(grant, "offered_access"):
        return f"{label} ({grant.offered_access.invitation.by.get_full_name()})"
    return label


def addresses_of(person: User) -> list[str]:
    """The person's address, then earlier ones that nobody else has now: 2 queries."""
    used = Link.objects.filter(person=person, used_at__isnull=False).values_list("address")
    invited = Invitation.objects.filter(person=person).values_list("address")
    earlier = {address for (address,) in used.union(invited)} - {person.email}
    taken = User.objects.filter(email__in=earlier).values_list("email", flat=True)
    return [person.email, *sorted(earlier.difference(taken))]


def mails_of(person: User, addresses: Iterable[str]) -> Iterable[OutgoingMail]:
    """Mail to the person or to one of these addresses, without its text."""
    to = Q(person=person)
    for address in addresses:
        to |= Q(address__iexact=address)
    mails = OutgoingMail.objects.filter(to)
    return mails.defer("text", "html").order_by("-pk")[:MOST_ROWS]


def row_of_mail(mail: OutgoingMail) -> tuple[Any, ...]:
    state = mail.get_state_display()
    if mail.state == MailState.SENT:
        state = f"{state} {moment(mail.sent_at)}"
    elif mail.state == MailState.QUEUED:
        state = f"{state}, next attempt {moment(mail.next_attempt_at)}"
    else:
        address = reverse("admin:notifications_outgoingmail_resend", args=[mail.pk])
        state = format_html('{} <a href="{}">Send again</a>', state, address)
    kind = link(mail, mail_in_words(mail.kind))
    return moment(mail.queued_at), kind, mail.subject, state, mail.attempts, mail.last_error


def invitations_of(person: User) -> Iterable[Invitation]:
    pending = Q(address=person.email, status=InvitationStatus.PENDING)
    mine = Invitation.objects.filter(Q(person=person) | pending)
    return shown(mine).order_by("-pk")[:MOST_ROWS]


def newest_events(person: User) -> list[AuditEvent]:
    """By or about the person; each way through its own index: 2 queries."""
    found: dict[int, AuditEvent] = {}
    for way in ("actor", "subject"):
        events = AuditEvent.objects.filter(**{way: person}).select_related("actor", "subject")
        found |= {one.pk: one for one in events.order_by("-at")[:NEWEST_EVENTS]}
    return sorted(found.values(), key=lambda one: (one.at, one.pk), reverse=True)[:NEWEST_EVENTS]


def moment(at: datetime | None) -> str:
    """E.g. '3 March 2026, 14:32'."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y, %H:%M}"


def link(row: Model, text: str) -> str:
    """The text, leading to the row's page in the admin."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(name, args=[row.pk]), text)
