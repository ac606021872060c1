"""Providers between single and multi level: who switches them, and what follows."""

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from approvals.choices import OrganisationType, StageEnd
from approvals.helpdesk.services import reroute_item
from approvals.levels.models import LevelChange
from approvals.levels.queries import moves_if, with_numbers
from approvals.levels.rules import providers_of
from approvals.levels.services import switch_level
from approvals.models import Stage
from approvals.overdue import move_overdue_up
from approvals.services import Applicant, Ask, submit_request
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from notifications.models import Notification, OutgoingMail
from organisations.choices import ApprovalLevel
from organisations.models import Organisation
from tests.factories.accounts import commissioner, grant, helpdesk, person
from tests.factories.approvals import submitted_items
from tests.factories.invitations import invited_to_edit
from tests.factories.organisations import CollaborativeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

SINGLE, MULTI = ApprovalLevel.SINGLE, ApprovalLevel.MULTI


@pytest.fixture
def provider(ward):
    return ward.unit.organisation


@pytest.fixture
def carol(provider):
    return commissioner(CollaborativeFactory(members=[provider]))


@pytest.fixture
def amina(provider):
    user = person("amina.approver")
    grant(user, Capability.APPROVE_STANDARD, organisation=provider)
    return user


def decider_of(item):
    return item.stages.get(is_current=True).capability


def page_of(provider):
    return reverse("approvals:provider", args=[provider.pk])


@pytest.mark.requirement("CQRS-01")
def test_what_waits_goes_to_the_providers_approver_and_back(ward, provider, carol, amina):
    items = submitted_items(ward=ward)
    assert [decider_of(item) for item in items] == [Capability.APPROVE_COMMISSIONER] * 2
    assert switch_level(provider=provider, to=MULTI, by=carol) == 2
    assert [decider_of(item) for item in items] == [Capability.APPROVE_STANDARD] * 2
    assert items[0].stages.get(position=1).ended == StageEnd.REROUTED
    told = Notification.objects.filter(person=amina).values_list("kind", flat=True)
    assert sorted(told) == ["awaits_decision", "level_switched"]
    assert switch_level(provider=provider, to=SINGLE, by=carol) == 2
    assert [decider_of(item) for item in items] == [Capability.APPROVE_COMMISSIONER] * 2


@pytest.mark.requirement("CQRS-01")
def test_the_history_says_who_and_when_and_is_only_added_to(provider, carol):
    switch_level(provider=provider, to=MULTI, by=carol)
    change = LevelChange.objects.get()
    assert (change.organisation, change.was, change.to, change.by) == (
        *(provider, SINGLE, MULTI),
        carol,
    )
    assert AuditEvent.objects.get(event="provider.level_switched").actor == carol
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        LevelChange.objects.update(to=SINGLE)


@pytest.mark.requirement("CQRS-01")
def test_who_switches_is_a_commissioner_of_its_collaborative_its_region_or_the_helpdesk(
    ward, provider, carol, amina
):
    elsewhere = commissioner(CollaborativeFactory(name="Another"), "cora.commissioner")
    provider.region = ward.unit.region
    provider.save()
    rita = person("rita.region")
    grant(rita, Capability.APPROVE_REGIONAL, region=ward.unit.region)
    for who in (elsewhere, amina, person("sam.searcher")):
        with pytest.raises(DomainError, match="You cannot switch"):
            switch_level(provider=provider, to=MULTI, by=who)
    levels = (MULTI, SINGLE, MULTI)
    for who, to in zip((carol, rita, helpdesk()), levels, strict=True):
        switch_level(provider=provider, to=to, by=who)
    assert LevelChange.objects.count() == 3


def test_a_switch_that_was_made_meanwhile_is_no_second_one(provider, carol):
    switch_level(provider=provider, to=MULTI, by=carol)
    with pytest.raises(Conflict, match="switched already"):
        switch_level(provider=provider, to=MULTI, by=carol)


class TestPage:
    @pytest.mark.requirement("CQRS-01", "CQRS-24")
    def test_says_what_follows_before_it_is_done(self, client, ward, provider, carol, amina):
        submitted_items(ward=ward)
        client.force_login(carol)
        html = client.get(page_of(provider)).content.decode()
        assert (
            "2 waiting requests will move from “Commissioner approver, Thames Valley CYPMHS” to "
            "“Provider approver, The Huntercombe Group”" in html
        )
        assert "Roles that no longer fit" in html
        assert "Amina Approver" in html
        assert client.post(page_of(provider), {"to": "multi"}).status_code == 302
        html = client.get(page_of(provider)).content.decode()
        assert "Roles that no longer fit" not in html
        assert "by Carol Commissioner" in html
        assert "the role of 1 provider approver no longer fits" in html

    @pytest.mark.requirement("CQRS-01")
    def test_warns_of_a_provider_without_approver(self, client, ward, provider, carol):
        submitted_items(ward=ward)
        client.force_login(carol)
        html = client.get(page_of(provider)).content.decode()
        assert "nobody is a provider approver here" in html
        assert "from “Commissioner approver, Thames Valley CYPMHS” to “Helpdesk”" in html

    def test_asks_for_the_password_of_who_logged_in_long_ago(self, client, provider, carol):
        client.force_login(carol)
        session = client.session
        session["proven_at"] = 0
        session.save()
        html = client.post(page_of(provider), {"to": "multi"}, follow=True).content.decode()
        assert "password" in html
        assert not LevelChange.objects.exists()

    @pytest.mark.parametrize("sent", [{}, {"to": "x\0"}, {"to": "multi" * 999}, {"to": "single"}])
    def test_bad_input_changes_nothing(self, client, provider, carol, sent):
        client.force_login(carol)
        assert client.post(page_of(provider), sent).status_code in (400, 409)
        assert not LevelChange.objects.exists()

    def test_of_a_provider_elsewhere_is_not_found(self, client, provider, carol):
        client.force_login(carol)
        elsewhere = OrganisationFactory(ods_code="NV9", name="Elsewhere")
        for address in (page_of(elsewhere), "/approvals/providers/99999999999999999999/"):
            assert client.get(address).status_code == 404

    def test_the_list_finds_by_name(self, client, provider, carol):
        client.force_login(carol)
        for sought, found in (
            ("hunter", True),
            ("nothing", False),
            ("\0", True),
            ("x" * 999, True),
        ):
            html = client.get(reverse("approvals:providers"), {"q": sought}).content.decode()
            assert (page_of(provider) in html) is found, sought


@pytest.mark.requirement("CQRS-01", "CQRS-05")
def test_pending_invitations_become_the_commissioners_and_everybody_is_told(
    client, ward, provider, carol, amina
):
    switch_level(provider=provider, to=MULTI, by=carol)
    invitation = invited_to_edit(by=amina)
    pending = reverse("approvals:invitations_pending")
    client.force_login(carol)
    assert invitation.address not in client.get(pending).content.decode()
    assert "1 pending invitation of the provider" in client.get(page_of(provider)).content.decode()
    client.post(page_of(provider), {"to": "single"})
    assert invitation.address in client.get(pending).content.decode()
    told = OutgoingMail.objects.filter(kind="level_switched", address=amina.email).latest("pk")
    assert "Nobody has accepted 1 invitation of the provider's approvers yet." in told.text
    elsewhere = commissioner(CollaborativeFactory(name="Another"), "cora.commissioner")
    client.force_login(elsewhere)
    assert invitation.address not in client.get(pending).content.decode()


@pytest.mark.parametrize("others", [0, 4])
def test_the_list_costs_one_query_however_many(ward, carol, others, django_assert_num_queries):
    submitted_items(ward=ward)
    collaborative = carol.grants.get().collaborative
    for number in range(others):
        collaborative.members.add(OrganisationFactory(ods_code=f"NX{number}"))
    assert carol.capabilities
    with django_assert_num_queries(1):
        found = list(with_numbers(providers_of(carol)))
    assert len(found) == others + 1
    assert (found[0].approvers, max(one.waiting for one in found)) == (0, 2)


def test_a_switch_costs_little_for_each_request(ward, provider, carol, amina):
    """What waits is held until all of it has moved (lock_timeout)."""

    def cost(names, to):
        for name in names:
            submitted_items(person=person(name), ward=ward)
        with CaptureQueriesContext(connection) as looked:
            moves_if(provider, to)
        with CaptureQueriesContext(connection) as switched:
            switch_level(provider=provider, to=to, by=carol)
        return len(looked), len(switched)

    few = cost(["adam.able"], MULTI)
    switch_level(provider=provider, to=SINGLE, by=carol)
    many = cost(["bea.bold", "cyril.cope", "dora.deed"], MULTI)
    # Of each the postcode; when it is done, the events of both requests and one notification too.
    assert many[0] - few[0] <= 3 * 2
    assert many[1] - few[1] <= 3 * (2 + 2 + 3)


def test_a_preview_changes_nothing(ward, provider, carol, amina):
    submitted_items(ward=ward)
    assert [move.number for move in moves_if(provider, MULTI)] == [2]
    assert moves_if(provider, SINGLE) == []
    assert Organisation.objects.get(pk=provider.pk).approval_level == SINGLE


@pytest.mark.requirement("CQRS-01", "CT-04")
def test_what_the_level_does_not_affect_stays_where_the_helpdesk_sent_it(
    ward, provider, carol, amina
):
    rita, helen = person("rita.region"), helpdesk()
    grant(rita, Capability.APPROVE_REGIONAL, region=ward.unit.region)
    request = submit_request(
        by=person("ned.newcomer"),
        applicant=Applicant(OrganisationType.PROVIDER, provider),
        asks=[Ask(Capability.APPROVE_STANDARD, provider)],
    )
    item = request.items.get()
    to = Stage(capability=Capability.APPROVE_REGIONAL, region=ward.unit.region)
    reroute_item(item=item, to=to, reason="She knows them", by=helen)
    assert moves_if(provider, MULTI) == []
    assert switch_level(provider=provider, to=MULTI, by=carol) == 0
    assert decider_of(item) == Capability.APPROVE_REGIONAL


def test_the_preview_leaves_above_what_was_not_decided_in_time(ward, provider, carol, amina):
    rita = person("rita.region")
    grant(rita, Capability.APPROVE_REGIONAL, region=ward.unit.region)
    submitted_items(ward=ward)
    Stage.objects.update(due_at=timezone.now())
    move_overdue_up()
    # Only the ward's region is known.
    assert [move.number for move in moves_if(provider, MULTI)] == [1]
