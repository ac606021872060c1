"""What the page of a version shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import User
from approvals.models import Decision
from capacity_plans.choices import VersionStatus
from capacity_plans.figures import months_from
from capacity_plans.kept import Kept
from capacity_plans.live.queries import open_now
from capacity_plans.models import Version
from capacity_plans.reading import tables
from capacity_plans.reading.drawing import Drawn, drawn
from capacity_plans.reading.pictures import projection_chart
from capacity_plans.reading.queries import COLOURS, decision_on
from capacity_plans.words import day_in_words
from core.compiled import compiled
from crispy_nhsuk.summary import SummaryRow

CHART = "availability/overview/partials/line_chart"
CHARTS: Kept[SafeString] = Kept(200)


@dataclass(frozen=True)
class VersionPage:
    """A version in a financial year or all of them, as of a day.

    1 query if what follows from it is kept, or 4; 1 more each if it was submitted, and if today
    lies in it: what is open is asked anew.
    """

    version: Version
    asked_year: str
    today: date

    @cached_property
    def months(self) -> Sequence[date]:
        return months_from(self.version.starts_on, self.version.years * 12)

    @cached_property
    def now(self) -> int | None:
        """Which month of the plan is this one."""
        return tables.position_of(self.months, self.today)

    @property
    def month_shown(self) -> date:
        return self.months[self.now or 0]

    @cached_property
    def drawn(self) -> Drawn | None:
        spans = tables.spans_of(self.months, self.asked_year, self.today)
        return drawn(self.version, spans, self.now)

    @cached_property
    def decision(self) -> Decision | None:
        return decision_on(self.version)

    @property
    def colour(self) -> str:
        """Of the tag of its state."""
        return COLOURS[self.version.status]

    @property
    def facts(self) -> list[SummaryRow]:
        """Who, what and when."""
        version = self.version
        rows = [SummaryRow("Financial years", [version.period])]
        if version.created_by:
            rows.append(SummaryRow("Begun", [by_on(version.created_by, version.created_at)]))
        if version.based_on:
            rows.append(SummaryRow("Copied from", [version.origin.capitalize()]))
        if version.item:
            item = version.item
            rows.append(SummaryRow("Submitted", [by_on(item.person, item.submitted_at)]))
        if self.decision:
            returned = version.status == VersionStatus.RETURNED
            key = "Returned" if returned else "Approved"
            words = [by_on(self.decision.by, self.decision.at), self.decision.reason]
            rows.append(SummaryRow(key, words))
        if version.population:
            rows.append(SummaryRow("Population", [f"{version.population:,} people"]))
        return rows

    @property
    def chart_title(self) -> str:
        return f"{self.version.plan.counts.capitalize()} by month"

    @cached_property
    def live(self) -> int | None:
        """What is open now: asked each time; None outside the plan."""
        return None if self.now is None else open_now(self.version)

    @property
    def projection_chart(self) -> SafeString:
        """With what is open now: drawn anew when that has changed."""
        kept = CHARTS.get(self.version, self.now, self.live)
        return kept or CHARTS.keep(self.drawn_chart(), self.version, self.now, self.live)

    def drawn_chart(self) -> SafeString:
        if self.drawn is None:
            return SafeString()
        chart = projection_chart(
            self.months,
            self.drawn.total,
            self.drawn.baseline,
            self.chart_title,
            live=self.live,
            now=self.now,
        )
        return compiled(CHART, {"chart": chart})


def by_on(person: User, at: datetime) -> str:
    """E.g. 'Carol Commissioner, 3 March 2026'."""
    return f"{person.get_full_name()}, {day_in_words(timezone.localtime(at))}"
