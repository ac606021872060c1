"""Whom an approver confirms each quarter, and how far that is."""

from dataclasses import dataclass

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.choices import APPROVER_CAPABILITIES, Capability
from accounts.models import Grant, User
from approvals.people.reach import Reach, with_place, works_at
from approvals.people.review.models import ReviewAnswer
from approvals.people.review.quarters import Quarter
from organisations.models import Collaborative, Organisation

# The levels, from below: a standard user holds none of them.
LEVELS = APPROVER_CAPABILITIES
NOBODY = Q(pk__in=[])


def holds(*capabilities: str) -> Exists:
    grants = Grant.objects.live().filter(person=OuterRef("pk"), capability__in=capabilities)
    return Exists(grants)


def staff_below(user: User, capability: str, quarter: Quarter) -> QuerySet[User]:
    """Of what somebody approves for with a capability: who is below, and had access by then.

    Who came during the quarter was looked at when they came.
    """
    own_and_above = LEVELS[LEVELS.index(Capability(capability)) :]
    since = Grant.objects.live().filter(person=OuterRef("pk"), valid_from__date__lt=quarter.start)
    return Reach(user, [capability]).staff.filter(~holds(*own_and_above), Exists(since))


def not_confirmed_below(people: QuerySet[User], capability: str) -> QuerySet[User]:
    """Those of the people whom nobody of the levels below the capability's may confirm.

    Of the helpdesk's, who are everybody, whom nobody below even sees: where each works is too much
    to ask of all.
    """
    lower = LEVELS[: LEVELS.index(Capability(capability))]
    if capability == Capability.ADMINISTER:
        seen = Reach(None, lower).people.order_by().values("pk")
        unseen = User.objects.order_by().values("pk").difference(seen)
        return people.filter(Q(holds(lower[-1])) | Q(pk__in=unseen))
    below = NOBODY
    for position, level in enumerate(lower):
        below |= Reach(None, [level]).works_here & ~Q(holds(*LEVELS[position:]))
    # Where somebody works may be unknown: then nothing is true of it, nor its opposite.
    confirmed = Case(When(below, then=Value(True)), default=Value(False))
    return with_place(people).alias(confirmed_below=confirmed).filter(confirmed_below=False)


def to_confirm(user: User, quarter: Quarter) -> QuerySet[User]:
    """Whom the person confirms in the quarter, answered or not: whom nobody below them may."""
    return people_where(user, quarter, own=True)


def from_below(user: User, quarter: Quarter) -> QuerySet[User]:
    """Those whom nobody of the levels below confirmed in time; none before its end."""
    if not quarter.is_overdue:
        return User.objects.none()
    answered = ReviewAnswer.objects.filter(quarter=quarter.start)
    rest = people_where(user, quarter, own=False)
    return rest.exclude(pk__in=to_confirm(user, quarter).values("pk")).exclude(
        pk__in=answered.values("person")
    )


def people_where(user: User, quarter: Quarter, *, own: bool) -> QuerySet[User]:
    found = NOBODY
    for capability in LEVELS:
        if capability in user.capabilities:
            staff = staff_below(user, capability, quarter)
            if own:
                staff = not_confirmed_below(staff, capability)
            found |= Q(pk__in=staff.values("pk"))
    return User.objects.filter(found).exclude(pk=user.pk)


@dataclass(frozen=True)
class Progress:
    """How many of an organisation's people are confirmed."""

    organisation: str
    answered: int
    number: int


def progress_of(people: QuerySet[User], quarter: Quarter) -> list[Progress]:
    """By organisation, in order of their names: 2 queries."""
    answered = Q(review_answers__quarter=quarter.start)
    counts = (
        people.annotate(place=works_at())
        .values("place")
        .annotate(number=Count("pk", distinct=True), answered=Count("pk", answered, distinct=True))
        .order_by()
    )
    counted = list(counts)
    names = Organisation.objects.in_bulk({row["place"] for row in counted} - {None})
    found = [
        Progress(
            names[row["place"]].name if row["place"] else "People without an organisation",
            row["answered"],
            row["number"],
        )
        for row in counted
    ]
    return sorted(found, key=lambda one: one.organisation)


def answers_to(people: list[User], quarter: Quarter) -> dict[int, ReviewAnswer]:
    """By person: 1 query."""
    answers = ReviewAnswer.objects.filter(quarter=quarter.start, person__in=people)
    return {answer.person_id: answer for answer in answers.select_related("by")}


def place_of(person: User) -> tuple[Organisation | None, Collaborative | None]:
    """Where the person is confirmed: their organisation, else what they plan or approve for."""
    key = User.objects.filter(pk=person.pk).values_list(works_at(), flat=True).first()
    if key:
        return Organisation.objects.get(pk=key), None
    grant = person.grants.live().filter(collaborative__isnull=False).first()
    return None, grant.collaborative if grant else None


def number_to_confirm(user: User, quarter: Quarter) -> int:
    """How many have no answer yet."""
    answered = ReviewAnswer.objects.filter(quarter=quarter.start).values("person")
    return to_confirm(user, quarter).exclude(pk__in=answered).count()
