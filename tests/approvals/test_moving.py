"""What waits moves to who can decide it, and ends without a decision."""

import pytest
from django.db import IntegrityError, transaction

from accounts.choices import Capability, LeavingReason
from accounts.leaving import disable_person, enable_person, revoke_grants
from accounts.models import Grant
from approvals.choices import ItemStatus, Outcome, StageEnd
from approvals.kinds import Kind, kind_of, register_kind
from approvals.models import Decision, Item, Stage
from approvals.moving import end_item, open_ways, withdraw
from approvals.services import decide, how_it_ended
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from notifications.models import Notification
from tests.factories.accounts import UserFactory, commissioner, grant, helpdesk, person
from tests.factories.approvals import YES, submitted_items
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    UnitFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db


def waits_with(item):
    stage = item.stages.get(is_current=True)
    return stage.capability, stage.scope


@pytest.mark.requirement("CT-04")
def test_when_the_only_decider_is_disabled_everything_moves_to_the_next(items, carol, ward):
    rita = person("rita.region")
    grant(rita, Capability.APPROVE_REGIONAL, region=ward.unit.region)
    disable_person(person=carol, by=helpdesk(), reason=LeavingReason.LEFT)
    view, edit = items
    assert waits_with(edit) == (Capability.APPROVE_REGIONAL, ward.unit.region)
    assert waits_with(view) == (Capability.ADMINISTER, None)
    assert edit.stages.get(position=1).ended == StageEnd.NOBODY
    assert Notification.objects.get(person=rita).kind == "awaits_decision"
    assert AuditEvent.objects.filter(event="item.moved").count() == 2


@pytest.mark.requirement("CT-04")
def test_when_a_right_is_revoked_what_it_decided_moves(items, carol):
    revoke_grants(person=carol, by=helpdesk(), because="Moved to another post")
    for item in items:
        assert waits_with(item) == (Capability.ADMINISTER, None)


def test_as_long_as_a_colleague_can_decide_nothing_moves(items, carol, collaborative):
    commissioner(collaborative, "colin.commissioner")
    revoke_grants(person=carol, by=helpdesk(), because="Moved to another post")
    for item in items:
        assert waits_with(item) == (Capability.APPROVE_COMMISSIONER, collaborative)
        assert item.stages.count() == 1


@pytest.mark.requirement("CT-04")
def test_a_colleague_who_asks_is_nobody_who_could_decide(ward, carol, collaborative):
    colin = commissioner(collaborative, "colin.commissioner")
    item = submitted_items(person=colin, ward=ward)[1]
    revoke_grants(person=carol, by=helpdesk(), because="Moved to another post")
    assert waits_with(item) == (Capability.ADMINISTER, None)


@pytest.mark.requirement("CT-04")
@pytest.mark.parametrize("what", ["ward", "unit"])
def test_what_waits_for_a_place_goes_with_it(items, ward, what):
    elsewhere = OrganisationFactory(ods_code="NV9", name="Elsewhere")
    other = CollaborativeFactory(name="Other", members=[elsewhere])
    commissioner(other, "cora.commissioner")
    if what == "ward":
        ward.unit = UnitFactory(ods_code="NV901", name="Far", organisation=elsewhere)
        ward.save()
    else:
        ward.unit.organisation = elsewhere
        ward.unit.save()
    view, edit = items
    assert waits_with(edit) == (Capability.APPROVE_COMMISSIONER, other)
    assert edit.stages.get(position=1).ended == StageEnd.REROUTED
    assert view.stages.count() == 1


def test_what_moves_waits_nowhere_of_its_old_way(items, carol):
    Stage.objects.create(
        item=items[0], position=2, is_current=False, capability=Capability.ADMINISTER
    )
    revoke_grants(person=carol, by=helpdesk(), because="Moved to another post")
    stages = items[0].stages.values_list("position", "is_current", "ended")
    assert list(stages) == [
        (1, False, StageEnd.NOBODY),
        (2, False, StageEnd.NOBODY),
        (3, True, ""),
    ]


@pytest.mark.requirement("CQRS-16")
def test_who_is_disabled_asks_for_nothing_more_and_comes_back_with_what_they_had(items, ward):
    richard = items[0].person
    held = grant(richard, Capability.AVAILABILITY_EDIT, ward=WardFactory(name="Another"))
    helen = helpdesk()
    disabling = disable_person(person=richard, by=helen, reason=LeavingReason.LEFT)
    assert not Grant.objects.live().filter(person=richard).exists()
    for item in items:
        item.refresh_from_db()
        assert (item.status, item.ended_by) == (ItemStatus.WITHDRAWN, helen)
    with pytest.raises(Conflict):
        disable_person(person=richard, by=helen)
    enable_person(person=richard, by=helen)
    assert list(Grant.objects.live().filter(person=richard)) == [held]
    disabling.refresh_from_db()
    assert disabling.enabled_by == helen
    with pytest.raises(Conflict):
        enable_person(person=richard, by=helen)


@pytest.mark.requirement("CQRS-18")
def test_who_lost_all_access_can_ask_anew(items, carol, ward):
    richard = items[0].person
    decide(item=items[0], outcome=Outcome.APPROVED, by=carol, answers=YES)
    ended = revoke_grants(person=richard, by=carol, because="Works elsewhere")
    assert [one.revoked_by for one in Grant.objects.filter(pk__in=[g.pk for g in ended])] == [carol]
    assert not Grant.objects.live().filter(person=richard).exists()
    again = submitted_items(person=richard, ward=ward)
    assert [item.capability for item in again] == [Capability.AVAILABILITY_VIEW]


@pytest.mark.requirement("CQRS-14")
def test_who_asked_can_withdraw_and_nobody_else(items, carol):
    view = items[0]
    with pytest.raises(DomainError, match="Only who asked"):
        withdraw(item=view, by=carol)
    withdraw(item=view, by=view.person)
    view.refresh_from_db()
    assert view.status == ItemStatus.WITHDRAWN
    assert not view.stages.filter(is_current=True).exists()
    assert how_it_ended(view).startswith("Withdrawn by Richard Test1 at ")
    with pytest.raises(Conflict, match="Withdrawn by Richard Test1"):
        decide(item=view, outcome=Outcome.APPROVED, by=carol, answers=YES)
    with pytest.raises(Conflict):
        withdraw(item=view, by=view.person)


def test_who_asked_is_told_when_a_request_expires(items):
    end_item(item=items[0], to=ItemStatus.EXPIRED, by=None)
    told = Notification.objects.get(person=items[0].person)
    assert (told.kind, items[0].decisions.count()) == ("access_expired", 0)


@pytest.mark.requirement("CQRS-09")
def test_deciders_are_told_once_for_all_that_is_asked_of_them(items, carol):
    told = Notification.objects.get(person=carol)
    assert told.kind == "awaits_decision"
    assert told.text.startswith("Richard Test1 asks for")
    assert "1 more" in told.text


class TestAnotherKind:
    """What awaits a decision is registered, and needs no request."""

    @pytest.fixture
    def approved(self):
        """The items of the kind 'sample' that were approved, and that ended otherwise."""
        done = {"approved": [], "ended": []}

        def approve(item, *, by, until):
            done["approved"].append(item)

        register_kind(
            Kind(
                code="sample",
                label="Sample",
                template="approvals/partials/access.html",
                describe=lambda item: "A sample",
                mail_context=lambda item: {"area": "Sample", "access": "A sample"},
                route=lambda items: [
                    [
                        Stage(
                            capability=Capability.APPROVE_COMMISSIONER,
                            collaborative=item.collaborative,
                        )
                    ]
                    for item in items
                ],
                provider=lambda item: None,
                approve=approve,
                end=done["ended"].append,
            )
        )
        return done

    @pytest.fixture
    def item(self, approved, collaborative, carol):
        item = Item.objects.create(
            kind="sample",
            person=UserFactory(),
            capability=Capability.PLANS_EDIT,
            collaborative=collaborative,
        )
        open_ways(zip([item], kind_of(item).route([item]), strict=True))
        return item

    def test_it_is_in_the_queue_and_on_its_page(self, item, carol, client):
        client.force_login(carol)
        assert "Richard Test1" in client.get("/approvals/").content.decode()
        assert client.get(f"/approvals/{item.pk}/").status_code == 200

    def test_approving_does_what_it_says_and_gives_no_access(self, item, approved, carol):
        decision = decide(item=item, outcome=Outcome.APPROVED, by=carol)
        assert (approved["approved"], decision.grant) == ([item], None)

    def test_what_is_withdrawn_is_told_to_the_kind(self, item, approved):
        withdraw(item=item, by=item.person)
        assert approved["ended"] == [item]

    def test_what_is_rejected_is_told_to_the_kind(self, item, approved, carol):
        decide(item=item, outcome=Outcome.REJECTED, by=carol, reason="Not now")
        assert (approved["approved"], approved["ended"]) == ([], [item])

    def test_a_decision_cannot_pass_for_one_of_another_kind(self, item, carol):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(
                item=item,
                stage=item.stages.get(),
                outcome=Outcome.REJECTED,
                terminal=True,
                person=item.person,
                by=carol,
                authority=carol.grants.get(),
                reason="No",
            )
