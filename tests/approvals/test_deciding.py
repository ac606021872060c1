import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.choices import Capability, GrantOrigin
from accounts.models import Grant
from accounts.queries import groups_viewable_by, wards_editable_by
from approvals.choices import ItemStatus, OrganisationType, Outcome, StageEnd
from approvals.lifecycle import ITEM
from approvals.models import Decision, Stage
from approvals.moving import due_from_now
from approvals.services import Applicant, decide, submit_request
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from notifications.models import Notification, OutgoingMail
from tests.factories.accounts import UserFactory, commissioner, grant, helpdesk, person
from tests.factories.approvals import YES, asks_to_edit
from tests.factories.organisations import CollaborativeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("CPMS-28")
def test_approval_grants_at_once_what_was_asked_and_nothing_else(items, carol, ward):
    view, edit = items
    decide(item=view, outcome=Outcome.APPROVED, by=carol, answers=YES)
    richard = view.person
    assert list(groups_viewable_by(richard)) == [ward.service_type.group]
    assert not wards_editable_by(richard).exists()
    edit.refresh_from_db()
    assert edit.status == ItemStatus.SUBMITTED
    decide(item=edit, outcome=Outcome.APPROVED, by=carol, answers=YES)
    assert list(wards_editable_by(richard)) == [ward]
    assert edit.decisions.get().grant.origin == GrantOrigin.DECISION


def test_rejection_grants_nothing_and_keeps_the_reason(items, carol):
    decision = decide(item=items[0], outcome=Outcome.REJECTED, by=carol, reason="Not known here")
    assert decision.grant is None
    assert decision.reason == "Not known here"
    assert not Grant.objects.filter(person=items[0].person).exists()


@pytest.mark.requirement("CQRS-11")
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_reject_needs_a_reason(items, carol, reason):
    with pytest.raises(DomainError, match="Enter a reason"):
        decide(item=items[0], outcome=Outcome.REJECTED, by=carol, reason=reason)
    assert not Decision.objects.exists()


@pytest.mark.requirement("CPMS-29")
def test_each_decision_mails_the_applicant_naming_the_access(items, carol):
    decide(item=items[0], outcome=Outcome.APPROVED, by=carol, answers=YES)
    decide(item=items[1], outcome=Outcome.REJECTED, by=carol, reason="Not on this ward")
    answers = OutgoingMail.objects.filter(address="richard.test1@trust.example")
    approved, declined = answers.order_by("pk")
    assert approved.subject == "NECS CPMS Access Request Approval"
    assert "Dear Richard Test1" in approved.text
    assert (
        "Your request for Bed/Session Availability access has been approved "
        "(Access Level: Availability viewer, Service group: CYPMHS (CAMHS))." in approved.text
    )
    assert declined.subject == "NECS CPMS Access Request Declined"
    assert "Not on this ward" in declined.text
    assert "Not on this ward" in declined.html
    assert not mail.outbox  # nothing leaves inside the transaction


def test_decision_is_audited_with_decider_and_person(items, carol):
    decide(item=items[0], outcome=Outcome.APPROVED, by=carol, answers=YES)
    event = AuditEvent.objects.get(event="item.approved")
    assert (event.actor, event.subject) == (carol, items[0].person)
    assert event.target == f"approvals.item:{items[0].pk}"


def test_an_item_ends_once(items, carol):
    decide(item=items[0], outcome=Outcome.APPROVED, by=carol, answers=YES)
    with pytest.raises(Conflict, match="Approved by Carol Commissioner at"):
        decide(item=items[0], outcome=Outcome.REJECTED, by=carol, reason="Too late")
    assert Decision.objects.count() == 1


def test_nobody_decides_on_the_own_request(items, carol):
    richard = items[0].person
    grant(richard, Capability.APPROVE_COMMISSIONER, collaborative=carol.grants.get().collaborative)
    with pytest.raises(DomainError, match="own request"):
        decide(item=items[0], outcome=Outcome.APPROVED, by=richard, answers=YES)


@pytest.mark.requirement("CPMS-27")
def test_only_the_named_right_decides(items, carol):
    elsewhere = commissioner(CollaborativeFactory(name="Elsewhere"), "colin.commissioner")
    for stranger in (elsewhere, helpdesk(), UserFactory(email="nobody@trust.example")):
        with pytest.raises(DomainError, match="decided by: Commissioner approver, Thames Valley"):
            decide(item=items[0], outcome=Outcome.APPROVED, by=stranger, answers=YES)
    assert not Decision.objects.exists()


def test_a_revoked_right_decides_nothing(items, carol, ward):
    Grant.objects.filter(person=carol).update(revoked_at=items[0].submitted_at)
    with pytest.raises(DomainError):
        decide(item=items[0], outcome=Outcome.APPROVED, by=carol, answers=YES)


def test_nothing_new_on_an_organisation_that_closed_meanwhile(items, carol, ward):
    provider = ward.unit.organisation
    provider.closed_on = items[0].submitted_at.date()
    provider.save()
    with pytest.raises(DomainError, match="The Huntercombe Group has closed"):
        decide(item=items[1], outcome=Outcome.APPROVED, by=carol, answers=YES)
    assert not Grant.objects.filter(person=items[1].person).exists()


def test_nothing_is_asked_of_an_organisation_that_closed(ward):
    closed = ward.unit.organisation
    closed.closed_on = timezone.localdate()
    closed.save()
    own = OrganisationFactory(ods_code="NV9", name="Another")
    with pytest.raises(DomainError, match="The Huntercombe Group has closed"):
        submit_request(
            by=UserFactory(),
            applicant=Applicant(OrganisationType.PROVIDER, own),
            asks=asks_to_edit(ward),
        )


def test_nothing_new_on_a_ward_that_closed_meanwhile(items, carol, ward):
    ward.closed_on = items[0].submitted_at.date()
    ward.save()
    with pytest.raises(DomainError, match="has closed"):
        decide(item=items[1], outcome=Outcome.APPROVED, by=carol, answers=YES)


def test_what_is_held_by_now_is_not_granted_twice(items, carol, ward):
    grant(items[1].person, Capability.AVAILABILITY_EDIT, ward=ward)
    with pytest.raises(DomainError, match="already has this access"):
        decide(item=items[1], outcome=Outcome.APPROVED, by=carol, answers=YES)


def test_an_expired_grant_can_be_given_anew(items, carol, ward):
    old = grant(items[1].person, Capability.AVAILABILITY_EDIT, ward=ward)
    old.valid_until = items[1].submitted_at
    old.save()
    decide(item=items[1], outcome=Outcome.APPROVED, by=carol, answers=YES)
    assert list(wards_editable_by(items[1].person)) == [ward]


def test_two_stages_pass_from_one_approver_to_the_next(items, carol):
    item = items[0]
    Stage.objects.create(item=item, position=2, is_current=False, capability=Capability.ADMINISTER)
    helen = helpdesk()
    first_decision = decide(item=item, outcome=Outcome.APPROVED, by=carol, answers=YES)
    assert not first_decision.terminal
    assert not Grant.objects.filter(person=item.person).exists()
    first, second = item.stages.all()
    assert (first.is_current, first.ended) == (False, StageEnd.DECIDED)
    assert second.is_current
    assert Notification.objects.filter(person=helen, kind="awaits_decision").count() == 1
    decide(item=item, outcome=Outcome.APPROVED, by=helen, answers=YES)
    item.refresh_from_db()
    assert item.status == ItemStatus.APPROVED
    assert Grant.objects.filter(person=item.person).count() == 1


@pytest.mark.parametrize("start", ItemStatus.values)
@pytest.mark.parametrize("to", ItemStatus.values)
def test_every_pair_of_statuses_follows_the_table(items, start, to):
    item = items[0]
    item.status = start
    ended = {"ended_at": timezone.now()} if to in ("withdrawn", "expired") else {}
    # Nothing becomes of what has ended, and nothing is submitted again.
    if start == "submitted" and to != "submitted":
        ITEM.move(item, to, **ended)
        item.refresh_from_db()
        assert item.status == to
    else:
        with pytest.raises(Conflict):
            ITEM.move(item, to, **ended)


class TestDatabase:
    """What the database itself refuses, whatever the code does."""

    def decision(self, item, by, **fields):
        values = {
            "item": item,
            "stage": item.stages.first(),
            "outcome": Outcome.REJECTED,
            "terminal": True,
            "person": item.person,
            "by": by,
            "authority": by.grants.first(),
            "reason": "Because",
        }
        return Decision.objects.create(**values | fields)

    def test_a_second_terminal_decision(self, items, carol):
        self.decision(items[0], carol)
        second = Stage.objects.create(
            item=items[0], position=2, is_current=False, capability=Capability.ADMINISTER
        )
        with pytest.raises(IntegrityError, match="decision_ends_item_once"):
            self.decision(items[0], carol, stage=second)

    def test_a_decision_on_the_own_request(self, items, carol):
        with pytest.raises(IntegrityError, match="decision_not_on_own_request"):
            self.decision(items[0], items[0].person, authority=carol.grants.get())

    def test_a_decision_that_names_another_applicant(self, items, carol):
        with pytest.raises(IntegrityError, match="decision_person_is_the_items"):
            self.decision(items[0], carol, person=helpdesk())

    def test_a_rejection_without_reason(self, items, carol):
        with pytest.raises(IntegrityError, match="decision_rejection_has_reason"):
            self.decision(items[0], carol, reason="")

    def test_an_approval_without_grant(self, items, carol):
        with pytest.raises(IntegrityError, match="decision_grants_when_approved"):
            self.decision(
                items[0],
                carol,
                outcome=Outcome.APPROVED,
                is_member=True,
                address_fits=True,
                level_fits=True,
            )

    def test_a_grant_by_decision_without_decision(self, items, ward):
        with pytest.raises(IntegrityError, match="grant_has_its_decision"), transaction.atomic():
            Grant.objects.create(
                person=items[0].person,
                capability=Capability.AVAILABILITY_EDIT,
                ward=ward,
                origin=GrantOrigin.DECISION,
            )
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_the_same_grant_twice(self, ward):
        richard = UserFactory()
        grant(richard, Capability.AVAILABILITY_EDIT, ward=ward)
        with pytest.raises(IntegrityError, match="grant_once_while_live"):
            grant(richard, Capability.AVAILABILITY_EDIT, ward=ward)

    @pytest.mark.parametrize(
        ("capability", "scopes"),
        [
            (Capability.AVAILABILITY_EDIT, ()),
            (Capability.AVAILABILITY_EDIT, ("ward", "unit")),
            (Capability.AVAILABILITY_VIEW, ("ward",)),
            (Capability.ADMINISTER, ("organisation",)),
        ],
    )
    def test_a_scope_that_does_not_fit_the_capability(self, ward, capability, scopes):
        places = {"ward": ward, "unit": ward.unit, "organisation": ward.unit.organisation}
        with pytest.raises(IntegrityError, match="grant_scope_fits_capability"):
            grant(UserFactory(), capability, **{scope: places[scope] for scope in scopes})

    def test_anything_new_on_a_closed_organisation(self, ward):
        provider = ward.unit.organisation
        provider.closed_on = due_from_now().date().replace(year=2020)
        provider.save()
        with pytest.raises(IntegrityError, match="grant_on_closed_organisation"):
            grant(person("wendy.ward"), Capability.AVAILABILITY_EDIT, ward=ward)
