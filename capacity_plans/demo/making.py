"""Makes the plans of the demonstration, in the place and time where it is loaded."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.choices import Capability, GrantOrigin
from accounts.models import Grant, User
from approvals.choices import ItemStatus, Outcome, StageEnd
from approvals.models import Decision, Item, Stage
from approvals.services import decide
from availability.choices import BedState, ClosedReason
from availability.demo.histories import STAYS, USUAL_STAY
from availability.models import Bed
from availability.queries import current_entries
from availability.services import change_beds
from capacity_plans.choices import CHANGEABLE, TAKING, ChangeKind, VersionStatus
from capacity_plans.demo.stories import (
    NOTE,
    PROVIDER,
    SOURCE,
    STORIES,
    WITHOUT_WARDS,
    Ends,
    Event,
    Story,
)
from capacity_plans.figures import Segment, days_of_year, financial_year
from capacity_plans.life.deciding import PLAN_VERSION, submit_version
from capacity_plans.life.services import copy_version, start_plan
from capacity_plans.live.services import note_closures
from capacity_plans.models import Assumption, Change, Line, Plan, Version
from organisations.choices import SecurityLevel, Sex, WardKind
from organisations.models import Collaborative, CollaborativeMember, Organisation, ServiceType

YEARS = 3
OCCUPANCY = 85
# Sessions that a patient attends, where days would be the stay
SESSIONS = 24
CLOSED = 2
KEEPER = "plan.staff@demo.example"


def make_plans(people: dict[str, User], now: datetime) -> None:
    """The plans of all stories; nothing where there is a plan already."""
    if Plan.objects.exists():
        return
    give_wards()
    keeper = make_keeper(people["planner"], now)
    for number, story in enumerate(STORIES):
        collaborative = Collaborative.objects.get(name=story.collaborative)
        planner = people["planner"] if story.collaborative == WITHOUT_WARDS else keeper
        Telling(story, collaborative, planner, people["commissioner"], now, number).tell()
    close_beds(people["ward.staff"])
    note_closures()


def give_wards() -> None:
    """The directory's source names no members of the collaborative that the planner plans for."""
    CollaborativeMember.objects.get_or_create(
        collaborative=Collaborative.objects.get(name=WITHOUT_WARDS),
        organisation=Organisation.objects.get(ods_code=PROVIDER),
        defaults={"source": SOURCE},
    )


def close_beds(staff: User) -> None:
    """A ward of the collaborative that the planner plans for lacks staff, which no plan foresaw."""
    short = Line.objects.filter(
        version__status=VersionStatus.APPROVED,
        version__plan__collaborative__name=WITHOUT_WARDS,
        ward__unit__organisation__ods_code=PROVIDER,
    ).latest("position")
    entries = current_entries(Bed.objects.filter(ward=short.ward)).order_by("-bed__position")
    last = list(entries.select_related("bed")[:CLOSED])
    change_beds(
        beds=[entry.bed for entry in last],
        state=BedState.CLOSED,
        closed_reason=ClosedReason.STAFFING,
        seen_entries=[entry.pk for entry in last],
        by=staff,
    )


def make_keeper(like: User, now: datetime) -> User:
    """Whoever keeps the plans that nobody of the demonstration keeps; cannot log in."""
    keeper = User(
        email=KEEPER,
        first_name="Plan",
        surname="Staff",
        job_title=like.job_title,
        work_postcode=like.work_postcode,
        terms_version=like.terms_version,
        communications=False,
    )
    keeper.set_unusable_password()
    keeper.save()
    names = {story.collaborative for story in STORIES} - {WITHOUT_WARDS}
    Grant.objects.bulk_create(
        Grant(
            person=keeper,
            capability=Capability.PLANS_EDIT,
            origin=GrantOrigin.BOOTSTRAP,
            valid_from=now - timedelta(days=3 * 365),
            collaborative=collaborative,
        )
        for collaborative in Collaborative.objects.filter(name__in=names)
    )
    return keeper


def months_after(day: date, months: int) -> date:
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


class Telling:
    """One story, from its first version to its last."""

    def __init__(
        self,
        story: Story,
        collaborative: Collaborative,
        planner: User,
        approver: User,
        now: datetime,
        number: int,
    ):
        self.story, self.collaborative = story, collaborative
        self.planner, self.approver, self.now, self.number = planner, approver, now, number
        self.today = timezone.localdate(now)
        self.april = date(financial_year(self.today), 4, 1)
        self.versions = story.approved + (story.ends is not Ends.APPROVED)

    def tell(self) -> None:
        """What was approved in the past is written with its day; what is in hand is sent now."""
        version = None
        for back in reversed(range(self.versions)):
            version = self.next_version(version, back)
            self.fill(version, back)
            if back or self.story.ends is Ends.APPROVED:
                self.approve(version, back)
        if version is None:
            return
        if self.story.ends in (Ends.WAITS, Ends.RETURNED):
            version = submit_version(version=version, by=self.planner)
        if self.story.ends is Ends.RETURNED and version.item:
            decide(
                item=version.item,
                outcome=Outcome.REJECTED,
                by=self.approver,
                reason=self.story.reason,
            )
        for name in self.story.scenarios:
            scenario = copy_version(
                version=version, by=self.planner, status=VersionStatus.SCENARIO, name=name
            )
            self.assume(scenario, name)

    def next_version(self, former: Version | None, back: int) -> Version:
        """Each begins a year after the one before it; the last but one counts now."""
        in_hand = self.story.ends is not Ends.APPROVED
        first_year = self.april.year - max(back - in_hand, 0)
        if former is None:
            version = start_plan(
                collaborative=self.collaborative,
                kind=self.story.kind,
                first_year=first_year,
                years=YEARS,
                by=self.planner,
            )
        else:
            version = copy_version(version=former, by=self.planner, status=VersionStatus.DRAFT)
        version.first_year = first_year
        version.population = self.story.population
        version.notes = NOTE
        version.created_at = self.moment(back) - timedelta(days=20)
        version.save()
        return version

    def moment(self, back: int) -> datetime:
        """When the version was submitted: the older, the longer ago."""
        if not back and self.story.ends is not Ends.APPROVED:
            return self.now - timedelta(hours=3)
        return self.now - timedelta(days=365 * back + 70 + 9 * self.number)

    def fill(self, version: Version, back: int) -> None:
        """Lines that agree with the directory today, and the changes that were known by then."""
        Change.objects.filter(line__version=version).delete()
        lines = list(version.lines.exclude(ward=None))
        wanted = [event for event in self.story.events if event.back >= back]
        changes = [found for event in wanted if (found := self.change(event, lines, version))]
        for line in lines:
            grown = sum(self.grown(line, change) for change in changes)
            line.baseline = max((line.directory_figure or 0) - grown, 0)
            since = "opened" if grown > 0 else "closed"
            line.difference = f"{abs(grown)} {since} since the plan's first day" if grown else ""
        Line.objects.bulk_update(lines, ["baseline", "difference"])
        Change.objects.bulk_create(changes)
        self.plan_wards(version, back, len(lines))
        self.assume(version)

    def change(self, event: Event, lines: list[Line], version: Version) -> Change | None:
        """The change, if it happens in the version's years and the line has that many."""
        line, on = lines[event.line % len(lines)], months_after(self.april, event.month)
        to = None if event.to is None else lines[event.to % len(lines)]
        if on <= version.starts_on or on > version.ends_on or to == line:
            return None
        if event.kind in TAKING and event.number * 2 > (line.directory_figure or 0):
            return None
        lasts = months_after(on, event.lasts) - timedelta(days=1) if event.lasts else None
        return Change(
            line=line,
            on=on,
            kind=event.kind,
            number=event.number,
            until=lasts,
            to_line=to,
            reason=event.reason,
            reference=event.reference,
        )

    def grown(self, line: Line, change: Change) -> int:
        """How many the line has gained by a change until today, for good."""
        if change.until or change.on > self.today:
            return 0
        sign = -1 if change.kind in TAKING else 1
        gains = change.to_line == line
        return change.number if gains else sign * change.number * (change.line == line)

    def plan_wards(self, version: Version, back: int, lines: int) -> None:
        """Those known by then, each with its opening; like the first ward of the plan."""
        version.lines.filter(ward=None).delete()
        like = version.lines.select_related("ward").first()
        wanted = [one for one in self.story.planned if one.back >= back]
        for position, planned in enumerate(wanted, start=lines + 1):
            line = Line.objects.create(
                version=version,
                position=position,
                planned_name=planned.name,
                unit=like.ward.unit if like and like.ward else None,
                service_type=like.service_type if like else self.some_type(),
                sex=like.sex if like else Sex.MALE,
                security_level=like.security_level if like else SecurityLevel.LOW,
                baseline=0,
            )
            Change.objects.create(
                line=line,
                on=months_after(self.april, planned.month),
                kind=ChangeKind.OPENING,
                number=planned.beds,
                reason="A new ward, as agreed with NHS England",
                reference=f"BC-03{position:02}",
            )

    def some_type(self) -> ServiceType:
        return ServiceType.objects.filter(group=self.collaborative.service_group_id)[0]

    def assume(self, version: Version, scenario: str = "") -> None:
        """So many admissions for each segment that the story's share of its beds is needed."""
        beds: dict[Segment, int] = {}
        types = {}
        for line in version.lines.select_related("service_type"):
            beds[line.segment] = beds.get(line.segment, 0) + (line.directory_figure or 0)
            types[line.service_type_id] = line.service_type.code
        version.assumptions.all().delete()
        occupancy = 90 if scenario.startswith("Occupancy") else OCCUPANCY
        referrals = 0.85 if scenario.startswith("Fewer") else 1.0
        longer = 1.15 if scenario.startswith("Longer") else 1.0
        Assumption.objects.bulk_create(
            self.assumption(version, segment, number, types, occupancy, referrals, longer)
            for segment, number in beds.items()
        )

    def assumption(
        self,
        version: Version,
        segment: Segment,
        beds: int,
        types: dict[int, str],
        occupancy: int,
        referrals: float,
        longer: float,
    ) -> Assumption:
        is_sessional = self.story.kind == WardKind.SESSIONAL
        stay = SESSIONS if is_sessional else STAYS.get(types[segment.service_type], USUAL_STAY)
        needed = (beds or 8) * self.story.need
        year = days_of_year(version.first_year)
        admissions = max(round(needed * OCCUPANCY / 100 * year / stay), 1)
        return Assumption(
            version=version,
            service_type_id=segment.service_type,
            sex=segment.sex,
            security_level=segment.security_level,
            referrals=round(admissions * 1.4 * referrals),
            admissions=max(round(admissions * referrals), 1),
            yearly_change=Decimal("1.5") if self.story.need > 1 else Decimal("-1.0"),
            length_of_stay=Decimal(round(stay * longer)),
            occupancy=occupancy,
            inside_flow=88,
            source=SOURCE,
        )

    def approve(self, version: Version, back: int) -> None:
        """As the queue did at that time: the item, its stage and decision, and what it replaced."""
        submitted = self.moment(back)
        decided = submitted + timedelta(hours=26)
        scope = {"collaborative": self.collaborative}
        item = Item.objects.create(
            kind=PLAN_VERSION,
            person=self.planner,
            capability=Capability.PLANS_EDIT,
            routing_group=self.collaborative.service_group,
            status=ItemStatus.APPROVED,
            submitted_at=submitted,
            **scope,
        )
        stage = Stage.objects.create(
            item=item,
            position=1,
            is_current=False,
            capability=Capability.APPROVE_COMMISSIONER,
            opened_at=submitted,
            due_at=submitted + timedelta(hours=48),
            ended=StageEnd.DECIDED,
            **scope,
        )
        Decision.objects.create(
            item=item,
            kind=PLAN_VERSION,
            stage=stage,
            outcome=Outcome.APPROVED,
            terminal=True,
            person=self.planner,
            by=self.approver,
            authority=self.approver.grants.get(capability=Capability.APPROVE_COMMISSIONER, **scope),
            at=decided,
        )
        before = version.plan.versions.filter(status=VersionStatus.APPROVED)
        before.update(status=VersionStatus.SUPERSEDED)
        Version.objects.filter(pk=version.pk, status__in=CHANGEABLE).update(
            status=VersionStatus.APPROVED, item=item
        )
