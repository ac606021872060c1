"""Two people on one plan, on real PostgreSQL, each in a connection of its own."""

import time

import pytest
from django.db import transaction

from approvals.choices import Outcome
from approvals.services import decide
from capacity_plans.choices import OPEN, VersionStatus
from capacity_plans.files.services import keep_upload
from capacity_plans.life.deciding import submit_version, take_back
from capacity_plans.life.services import copy_version, discard_version, start_plan
from capacity_plans.models import PlanUpload, Version
from capacity_plans.services import begin_change
from core.errors import DomainError
from tests.counts import often
from tests.factories.organisations import CollaborativeFactory
from tests.factories.plan_life import approved, approver, planner, returned, submitted
from tests.factories.plans import draft, line, plan
from tests.races import at_once

ROUNDS = often(400)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def petra():
    return planner(plan().collaborative)


def now(version):
    return Version.objects.get(pk=version.pk)


def tried(*doings):
    """What became of each of several doings at the same moment: 'done', or the refusal."""

    def one(position):
        try:
            doings[position]()
        except DomainError as refusal:
            return str(refusal)
        return "done"

    return at_once(one, len(doings))


def fresh(petra):
    """The only version of its plan: a draft with a line."""
    Version.objects.filter(status__in=OPEN).exclude(status=VersionStatus.SUBMITTED).delete()
    version = draft(plan(), number=Version.objects.count() + 1, created_by=petra)
    line(version)
    return version


def test_what_was_submitted_is_what_was_looked_at(petra):
    """An edit comes before the submission, which then finds the plan empty, or is refused."""
    for number in range(ROUNDS):
        version = fresh(petra)
        approver(version.plan.collaborative)

        @transaction.atomic
        def empty(version=version, number=number):
            held = begin_change(version, by=petra)
            held.lines.all().delete()
            # So that it is under way when the other looks, too.
            time.sleep(0.05 * (number % 2))

        answers = tried(empty, lambda version=version: submit_version(version=version, by=petra))
        after = now(version)
        assert answers.count("done") == 1, (number, answers)
        if answers[0] == "done":
            assert "no line" in answers[1], (number, answers)
            assert after.status == VersionStatus.DRAFT
        else:
            assert "was submitted by" in answers[0], (number, answers)
            assert (after.status, after.lines.count()) == (VersionStatus.SUBMITTED, 1)
            take_back(version=version, by=petra)


def test_a_version_is_approved_or_taken_back_and_never_both(petra):
    carol = approver(plan().collaborative)
    for number in range(ROUNDS):
        version = submitted(fresh(petra), by=petra)
        answers = tried(
            lambda v=version: decide(item=v.item, outcome=Outcome.APPROVED, by=carol),
            lambda v=version: take_back(version=v, by=petra),
        )
        assert answers.count("done") == 1, (number, answers)
        wanted = VersionStatus.APPROVED if answers[0] == "done" else VersionStatus.DRAFT
        assert now(version).status == wanted, (number, answers)
        one_approved = Version.objects.filter(status=VersionStatus.APPROVED).count()
        assert one_approved <= 1


def test_of_two_approvers_one_decides(petra):
    collaborative = plan().collaborative
    carol = approver(collaborative)
    colin = approver(collaborative, "colin.commissioner")
    for number in range(ROUNDS):
        version = submitted(fresh(petra), by=petra)
        answers = tried(
            lambda v=version: decide(item=v.item, outcome=Outcome.APPROVED, by=carol),
            lambda v=version: decide(
                item=v.item, outcome=Outcome.REJECTED, by=colin, reason="Not explained"
            ),
        )
        assert answers.count("done") == 1, (number, answers)
        wanted = VersionStatus.APPROVED if answers[0] == "done" else VersionStatus.RETURNED
        assert now(version).status == wanted, (number, answers)


def test_a_plan_that_two_people_start_has_one_draft():
    for number in range(ROUNDS):
        collaborative = CollaborativeFactory(name=f"Collaborative {number}")
        people = [planner(collaborative, name) for name in ("petra.planner", "peter.planner")]
        if number % 2:
            # Begun before, and discarded: the plan itself is there.
            plan(collaborative)
        given = {"collaborative": collaborative, "kind": "inpatient", "first_year": 2026}
        answers = tried(
            *(lambda by=by, given=given: start_plan(years=3, by=by, **given) for by in people)
        )
        assert answers.count("done") == 1, (number, answers)
        assert Version.objects.filter(plan__collaborative=collaborative).count() == 1


def test_of_two_drafts_from_different_versions_there_is_one(petra):
    sources = [approved(fresh(petra)), returned(fresh(petra))]
    for number in range(ROUNDS):
        answers = tried(
            *(
                lambda of=of: copy_version(version=of, by=petra, status=VersionStatus.DRAFT)
                for of in sources
            )
        )
        assert answers.count("done") == 1, (number, answers)
        Version.objects.filter(status=VersionStatus.DRAFT).delete()


def test_what_a_submitted_version_was_made_from_is_not_discarded(petra):
    """Whichever is first: the draft loses its origin, or the scenario has to stay."""
    source = approved(fresh(petra))
    approver(source.plan.collaborative)
    for number in range(ROUNDS):
        scenario = copy_version(
            version=source, by=petra, status=VersionStatus.SCENARIO, name=f"Scenario {number}"
        )
        version = copy_version(version=scenario, by=petra, status=VersionStatus.DRAFT)

        @transaction.atomic
        def submit(version=version):
            submit_version(version=version, by=petra)
            # So that it is under way when the other looks, too.
            time.sleep(0.05 * (number % 2))  # noqa: B023 - done before the next round

        answers = tried(submit, lambda of=scenario: discard_version(version=of, by=petra))
        assert answers[0] == "done", (number, answers)
        after = now(version)
        assert after.status == VersionStatus.SUBMITTED
        if answers[1] == "done":
            assert after.based_on_id == source.pk
        else:
            assert "was made from it" in answers[1], (number, answers)
            assert after.based_on_id == scenario.pk
        take_back(version=version, by=petra)
        discard_version(version=version, by=petra)
        Version.objects.filter(pk=scenario.pk).delete()


def test_a_file_for_a_version_that_is_discarded_is_kept_before_or_refused(petra):
    for _ in range(ROUNDS):
        version = fresh(petra)
        answers = tried(
            lambda version=version: keep_upload(version=version, rows={}, by=petra),
            lambda version=version: discard_version(version=version, by=petra),
        )
        assert answers[0] in ("done", "This version was discarded.")
        assert answers[1] == "done"
        assert not PlanUpload.objects.exists()
