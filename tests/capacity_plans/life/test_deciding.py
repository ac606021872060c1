"""From a draft to a decision, through the common queue."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.choices import Capability
from accounts.leaving import disable_person
from approvals.choices import ItemStatus, Outcome
from approvals.moving import end_item
from approvals.overdue import move_up
from approvals.services import decide
from capacity_plans.choices import ChangeKind, VersionStatus
from capacity_plans.life.deciding import NotReadyError, submit_version, take_back
from capacity_plans.life.services import copy_version
from capacity_plans.models import Version
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from notifications.models import Notification, OutgoingMail
from organisations.models import Ward
from tests.factories.accounts import commissioner, grant, helpdesk, person
from tests.factories.plan_life import approved, approver, decided, planner, returned, submitted
from tests.factories.plans import change, draft, line, plan

pytestmark = pytest.mark.django_db


def stage_of(version):
    return version.item.stages.get(is_current=True)


def now(version):
    return Version.objects.get(pk=version.pk)


class TestSubmitting:
    @pytest.mark.requirement("CPMS-03")
    def test_a_draft_waits_for_the_approver_of_its_collaborative_who_is_told(self):
        version = submitted()
        assert now(version).status == VersionStatus.SUBMITTED
        stage = stage_of(version)
        assert stage.capability == Capability.APPROVE_COMMISSIONER
        assert stage.collaborative == version.plan.collaborative
        told = Notification.objects.get()
        assert told.kind == "plan_awaits_decision"
        assert str(told.person) == str(approver(version.plan.collaborative))
        assert AuditEvent.objects.filter(event="plan.submitted").exists()

    @pytest.mark.requirement("CT-04")
    def test_where_nobody_else_approves_for_the_collaborative_the_region_decides(self):
        version = draft()
        line(version)
        collaborative = version.plan.collaborative
        # Who submits it approves there too, and alone.
        petra = planner(collaborative)
        grant(petra, Capability.APPROVE_COMMISSIONER, collaborative=collaborative)
        rita = person("rita.regional")
        grant(rita, Capability.APPROVE_REGIONAL, region=collaborative.region)
        submit_version(version=version, by=petra)
        stage = stage_of(now(version))
        assert stage.capability == Capability.APPROVE_REGIONAL
        assert "Passed over" in stage.because
        with pytest.raises(DomainError, match="your own request"):
            decide(item=now(version).item, outcome=Outcome.APPROVED, by=petra)

    @pytest.mark.requirement("CT-04")
    def test_when_the_approver_leaves_it_goes_on_to_who_is_there(self):
        version = draft()
        line(version)
        collaborative = version.plan.collaborative
        carol, helen = commissioner(collaborative), helpdesk()
        submit_version(version=version, by=planner(collaborative))
        assert stage_of(now(version)).capability == Capability.APPROVE_COMMISSIONER
        disable_person(person=carol, by=helen, reason="left")
        assert stage_of(now(version)).capability == Capability.ADMINISTER
        assert Notification.objects.filter(person=helen, kind="plan_awaits_decision").exists()
        assert now(decided(now(version), by=helen)).status == VersionStatus.APPROVED

    def test_what_is_not_decided_in_time_moves_up_to_the_region(self):
        version = submitted()
        rita = person("rita.regional")
        grant(rita, Capability.APPROVE_REGIONAL, region=version.plan.collaborative.region)
        stage = stage_of(version)
        stage.due_at = version.created_at
        stage.save()
        assert move_up(stage=stage)
        assert stage_of(now(version)).region == version.plan.collaborative.region
        assert Notification.objects.filter(person=rita, kind="plan_moved_up").exists()

    def test_what_is_not_ready_is_refused_with_all_that_is_wrong(self):
        version = draft()
        petra = planner(version.plan.collaborative)
        with pytest.raises(NotReadyError) as empty:
            submit_version(version=version, by=petra)
        assert len(empty.value.problems) == 1
        of = line(version)
        change(of, date(2026, 9, 1), number=20, kind=ChangeKind.CLOSING)
        change(of, date(2029, 4, 1))
        Ward.objects.update(commissioned_beds=of.baseline + 1)
        with pytest.raises(NotReadyError) as wrong:
            submit_version(version=version, by=petra)
        said = (
            "fewer than 0 beds on 1 September 2026",
            f"starts with {of.baseline}, and the directory says {of.baseline + 1}",
            "1 April 2029, outside the plan",
        )
        for words, problem in zip(said, wrong.value.problems, strict=True):
            assert words in problem
        assert now(version).status == VersionStatus.DRAFT
        assert now(version).item is None

    def test_a_plan_may_have_two_versions_of_different_kinds_waiting_of_one_person(self):
        first = submitted()
        second = draft(plan(first.plan.collaborative, kind="sessional"))
        line(second)
        submit_version(version=second, by=first.item.person)
        assert Version.objects.filter(status=VersionStatus.SUBMITTED).count() == 2

    def test_only_an_editor_submits_and_only_once(self):
        version = submitted()
        with pytest.raises(Conflict, match="no draft any more: waits for approval"):
            submit_version(version=version, by=version.item.person)
        with pytest.raises(DomainError, match="access"):
            submit_version(version=version, by=approver(version.plan.collaborative))


class TestDecidingAndTakingBack:
    @pytest.mark.requirement("CPMS-03")
    def test_what_is_approved_supersedes_the_one_before(self):
        first = approved()
        second = copy_version(version=first, by=first.item.person, status=VersionStatus.DRAFT)
        second = approved(second)
        assert now(first).status == VersionStatus.SUPERSEDED
        assert second.status == VersionStatus.APPROVED
        told = Notification.objects.filter(person=first.item.person)
        assert {one.kind for one in told} == {"plan_approved"}
        events = AuditEvent.objects.filter(event__startswith="plan.").order_by("pk")
        assert [one.event for one in events][-2:] == ["plan.superseded", "plan.approved"]
        assert events.last().actor_id == approver(first.plan.collaborative).pk

    def test_what_is_rejected_is_returned_with_its_reason(self):
        version = returned()
        assert version.status == VersionStatus.RETURNED
        mail = OutgoingMail.objects.get(kind="plan_returned")
        assert mail.person == version.item.person
        assert "The gap is not explained" in mail.text

    def test_another_editor_takes_it_back_and_it_is_submitted_anew(self):
        version = submitted()
        peter = planner(version.plan.collaborative, "peter.planner")
        before = version.item
        take_back(version=version, by=peter)
        assert now(version).status == VersionStatus.DRAFT
        before.refresh_from_db()
        assert (before.status, before.ended_by) == (ItemStatus.WITHDRAWN, peter)
        assert AuditEvent.objects.get(event="plan.taken_back").actor_id == peter.pk
        with pytest.raises(Conflict, match="does not wait"):
            take_back(version=version, by=peter)
        again = submit_version(version=now(version), by=peter)
        assert again.item != before
        assert decided(again).status == VersionStatus.APPROVED
        with pytest.raises(Conflict, match="Approved by Carol Commissioner"):
            take_back(version=version, by=peter)

    def test_who_was_told_of_a_submission_is_told_that_a_colleague_took_it_back(self):
        version = submitted()
        carol = approver(version.plan.collaborative)
        peter = planner(version.plan.collaborative, "peter.planner")
        # Not told of the submission: she may decide since
        approver(version.plan.collaborative, "cora.commissioner")
        take_back(version=version, by=peter)
        told = Notification.objects.filter(kind="plan_taken_back")
        pages = {one.person: one.address for one in told}
        assert pages == {
            carol: reverse("approvals:item", args=[version.item_id]),
            version.item.person: reverse("plans:version", args=[version.pk]),
        }
        assert f"Peter Planner has taken back: {version}" in told[0].text
        mail = OutgoingMail.objects.get(kind="plan_taken_back", person=carol)
        assert "a draft again" in mail.text

    def test_who_takes_back_what_they_submitted_is_not_told_so(self):
        version = submitted()
        take_back(version=version, by=version.item.person)
        told = Notification.objects.get(kind="plan_taken_back")
        assert told.person == approver(version.plan.collaborative)

    def test_who_may_not_change_the_plan_takes_nothing_back(self):
        version = submitted()
        with pytest.raises(DomainError, match="access"):
            take_back(version=version, by=approver(version.plan.collaborative))
        assert now(version).status == VersionStatus.SUBMITTED

    def test_what_nobody_decides_is_a_draft_again_and_who_submitted_it_hears_of_it(self):
        version = submitted()
        end_item(item=version.item, to=ItemStatus.EXPIRED, by=None)
        assert now(version).status == VersionStatus.DRAFT
        assert "is a draft again" in Notification.objects.get(kind="plan_expired").text
        assert AuditEvent.objects.get(event="plan.taken_back").actor_id is None

    def test_when_who_submitted_it_leaves_it_is_a_draft_again(self):
        version = submitted()
        disable_person(person=version.item.person, by=helpdesk(), reason="left")
        assert now(version).status == VersionStatus.DRAFT
