"""Plans are started, versions copied, discarded and compared."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from capacity_plans.choices import ChangeKind, VersionStatus
from capacity_plans.life.comparing import comparison_of
from capacity_plans.life.queries import history_of
from capacity_plans.life.services import (
    copy_version,
    discard_version,
    make_draft,
    start_plan,
)
from capacity_plans.models import Assumption, Change, Line, Version
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from organisations.models import Ward
from tests.factories.accounts import grant, person
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    UnitFactory,
    WardFactory,
)
from tests.factories.plan_life import approved, decided, planner, returned, submitted
from tests.factories.plans import assumption, change, draft, line, plan
from tests.factories.sessions import sessional_ward

pytestmark = pytest.mark.django_db


def full_draft():
    version = draft()
    first, second = line(version), line(version, WardFactory(name="Tamarind"))
    change(first, date(2026, 9, 1))
    change(first, date(2027, 1, 1), kind=ChangeKind.TRANSFER, to_line=second)
    assumption(version, first)
    return version


class TestStarting:
    @pytest.mark.requirement("CPMS-03")
    def test_a_plan_begins_with_the_open_wards_of_its_members(self):
        ward = WardFactory()
        closed = WardFactory(name="Closed")
        Ward.objects.filter(pk=closed.pk).update(closed_on=timezone.localdate() - timedelta(1))
        secure = ServiceGroupFactory(code="adult_secure", name="Adult Secure", position=2)
        other_type = ServiceTypeFactory(code="low", name="Low secure", group=secure, position=1)
        WardFactory(name="Of another group", service_type=other_type)
        elsewhere = UnitFactory(
            ods_code="NV999", organisation=OrganisationFactory(ods_code="NV9", name="Elsewhere")
        )
        WardFactory(name="Of no member", unit=elsewhere)
        sessional = sessional_ward(unit=ward.unit, service_type=ward.service_type)
        collaborative = CollaborativeFactory(members=[ward.unit.organisation])
        petra = planner(collaborative)
        given = {"collaborative": collaborative, "first_year": 2026, "years": 3, "by": petra}
        beds = start_plan(kind="inpatient", **given)
        found = beds.lines.get()
        assert (found.ward, found.baseline) == (ward, ward.commissioned_beds)
        assert found.directory_figure == found.baseline
        assert (beds.number, beds.status, beds.created_by) == (1, VersionStatus.DRAFT, petra)
        sessions = start_plan(kind="sessional", **given)
        assert sessions.lines.get().ward == sessional
        assert sessions.lines.get().baseline == sessional.sessions_a_day
        with pytest.raises(Conflict, match=r"open version already: version 1 \(draft\)"):
            start_plan(kind="inpatient", **given)
        assert AuditEvent.objects.filter(event="plan.started").count() == 2

    @pytest.mark.requirement("CPMS-24")
    def test_only_for_a_collaborative_whose_plans_the_person_edits(self):
        collaborative = CollaborativeFactory()
        viewer = person("vera.viewer")
        grant(viewer, Capability.PLANS_VIEW, collaborative=collaborative)
        given = {"kind": "inpatient", "first_year": 2026, "years": 3}
        with pytest.raises(DomainError, match="access"):
            start_plan(collaborative=collaborative, by=viewer, **given)
        closed = CollaborativeFactory(
            name="Perinatal",
            service_group=ServiceGroupFactory(
                code="perinatal", name="Perinatal", position=3, open_to_plans=False
            ),
        )
        with pytest.raises(DomainError, match="access"):
            start_plan(collaborative=closed, by=planner(closed), **given)
        assert not Version.objects.exists()


class TestCopying:
    def test_a_copy_has_all_rows_and_its_own(self, django_assert_num_queries):
        source = approved(full_draft())
        copy = copy_version(
            version=source, by=source.item.person, status=VersionStatus.DRAFT, name="Ignored"
        )
        assert (copy.number, copy.name, copy.based_on, copy.item) == (2, "", source, None)
        assert comparison_of(source, copy).is_same
        assert Line.objects.count() == Change.objects.count() == 4
        assert Assumption.objects.count() == 2
        moved = Change.objects.get(line__version=copy, kind=ChangeKind.TRANSFER)
        assert moved.to_line.version == copy

    def test_the_queries_do_not_grow_with_the_rows(self, django_assert_max_num_queries):
        numbers = []
        for lines in (2, 12):
            version = draft(plan(CollaborativeFactory(name=f"With {lines}")))
            for number in range(lines):
                change(line(version, WardFactory(name=f"Ward {number}")), date(2026, 9, 1))
            petra = planner(version.plan.collaborative)
            with django_assert_max_num_queries(40) as made:
                copy_version(version=version, by=petra, status=VersionStatus.SCENARIO, name="Same")
            numbers.append(len(made))
        assert numbers[0] == numbers[1]

    def test_there_is_one_open_version_and_one_scenario_of_a_name(self):
        version = full_draft()
        petra = planner(version.plan.collaborative)
        with pytest.raises(Conflict, match="open version already"):
            copy_version(version=version, by=petra, status=VersionStatus.DRAFT)
        copy_version(version=version, by=petra, status=VersionStatus.SCENARIO, name=" Fewer ")
        for name, words in (
            ("Fewer", "already"),
            ("  ", "Enter a name"),
            ("x" * 81, "shorter"),
            ("For 943 476 5919", "NHS number"),
        ):
            with pytest.raises(DomainError, match=words):
                copy_version(version=version, by=petra, status=VersionStatus.SCENARIO, name=name)
        assert Version.objects.count() == 2

    def test_a_scenario_becomes_the_draft_when_no_version_is_open(self):
        version = submitted(full_draft())
        petra = version.item.person
        scenario = copy_version(
            version=version, by=petra, status=VersionStatus.SCENARIO, name="Fewer"
        )
        with pytest.raises(Conflict, match="waits for approval"):
            make_draft(version=scenario, by=petra)
        version = Version.objects.get(pk=version.pk)
        decided(version)
        made = make_draft(version=scenario, by=petra)
        assert (made.number, made.name, made.status) == (2, "", VersionStatus.DRAFT)
        with pytest.raises(Conflict):
            make_draft(version=version, by=petra)

    def test_a_draft_is_discarded_with_its_rows_and_nothing_else(self):
        source = returned(full_draft())
        petra = source.item.person
        made = copy_version(version=source, by=petra, status=VersionStatus.DRAFT)
        scenario = copy_version(version=made, by=petra, status=VersionStatus.SCENARIO, name="Fewer")
        discard_version(version=made, by=petra)
        scenario.refresh_from_db()
        assert scenario.based_on == source
        assert set(Version.objects.all()) == {source, scenario}
        with pytest.raises(Conflict):
            discard_version(version=source, by=petra)
        with pytest.raises(DomainError, match="access"):
            discard_version(version=scenario, by=person("nora.nothing"))
        approved(make_draft(version=copied_twice(scenario, petra), by=petra))
        with pytest.raises(DomainError, match="version 2 was made from it"):
            discard_version(version=scenario, by=petra)


def copied_twice(scenario, petra):
    return copy_version(
        version=scenario, by=petra, status=VersionStatus.SCENARIO, name="Fewer still"
    )


class TestComparing:
    def test_every_line_that_differs_is_named_with_what_differs(self, django_assert_num_queries):
        old = approved(full_draft())
        new = copy_version(version=old, by=old.item.person, status=VersionStatus.DRAFT)
        first, second = new.lines.all()
        Line.objects.filter(pk=first.pk).update(baseline=10, difference="Two are not funded")
        Change.objects.filter(line=first, kind=ChangeKind.TRANSFER).delete()
        Change.objects.filter(line=first).update(number=5)
        second.delete()
        Line.objects.create(
            version=new,
            position=9,
            planned_name="New house",
            service_type=first.service_type,
            sex="female",
            baseline=0,
        )
        Assumption.objects.filter(version=new).update(occupancy=90)
        assert old.plan == new.plan
        with django_assert_num_queries(6):
            found = comparison_of(old, new)
            lines = {one.name: (one.kind, one.details) for one in found.lines}
            assumed = found.assumptions[0]
            tables = (found.totals, found.segments, found.monthly)
        kinds = {name.partition(",")[0]: kind for name, (kind, _) in lines.items()}
        assert kinds == {
            "CAMHS-Kennet-ED": "Changed",
            "New house (planned)": "Added",
            "Tamarind": "Removed",
        }
        changed = next(details for kind, details in lines.values() if kind == "Changed")
        assert ("Commissioned beds at first", "12", "10") in changed
        assert ("Why it is not the directory’s", "none", "Two are not funded") in changed
        increase = "Increase of {} on 1 September 2026: Business case agreed"
        assert ("Change", increase.format(2), "none") in changed
        assert ("Change", "none", increase.format(5)) in changed
        assert any("Transfer to another line of 2" in old for _, old, _ in changed)
        assert assumed.details == [("Occupancy, percent", "85", "90")]
        row = tables[0].rows[0]
        assert (row.name, row.old, row.new) == ("March 2027, planned", "26", "15")
        assert row.difference == "−11"
        assert len(tables[2].rows) == 36
        assert len(tables[1]) == 2
        assert found.summary == "Lines: 1 added, 1 changed, 1 removed. Assumptions: 1 changed."

    def test_history_says_who_did_what_and_why(self, django_assert_num_queries):
        first = returned(full_draft())
        petra = first.item.person
        second = copy_version(version=first, by=petra, status=VersionStatus.DRAFT)
        for size in (1, 2):
            if size == 2:
                approved(second)
            with django_assert_num_queries(3):
                lived = history_of(Version.objects.filter(plan=first.plan))
        newest, oldest = lived
        assert [(event.what, event.by) for event in newest.events] == [
            ("Made from version 1", "Petra Planner"),
            ("Submitted", "Petra Planner"),
            ("Approved", "Carol Commissioner"),
        ]
        assert oldest.events[-1].what == "Returned"
        assert oldest.events[-1].reason == "The gap is not explained"

    def test_the_name_of_a_scenario_is_told_to_nobody_else(self, client):
        source = full_draft()
        petra = planner(source.plan.collaborative)
        scenario = copy_version(
            version=source, by=petra, status=VersionStatus.SCENARIO, name="Close Tamarind"
        )
        discard_version(version=source, by=petra)
        made = approved(copy_version(version=scenario, by=petra, status=VersionStatus.DRAFT))
        rita = person("rita.reader")
        grant(rita, Capability.PLANS_VIEW, collaborative=made.plan.collaborative)
        client.force_login(rita)
        for name, key in (("version", made.pk), ("history", made.plan_id)):
            page = client.get(reverse(f"plans:{name}", args=[key])).content.decode()
            assert "a scenario" in page.lower()
            assert "Close Tamarind" not in page

    def test_scenarios_have_a_heading_of_their_own_below_the_versions(self, client):
        first = approved()
        petra = first.item.person
        for name in ("Earlier", "Later"):
            copy_version(version=first, by=petra, status=VersionStatus.SCENARIO, name=name)
        copy_version(version=first, by=petra, status=VersionStatus.DRAFT)
        client.force_login(petra)
        page = client.get(reverse("plans:history", args=[first.plan_id])).content.decode()
        order = ("Versions</h2>", "Version 2</a>", "Version 1</a>", "Scenarios</h2>")
        order += ("Scenario Later</a>", "Scenario Earlier</a>")
        places = [page.index(words) for words in order]
        assert places == sorted(places)
