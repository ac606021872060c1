"""How the approver was chosen."""

import pytest
from django.urls import reverse

from accounts.leaving import revoke_grants
from approvals.choices import Outcome
from approvals.models import Stage
from approvals.services import decide
from approvals.why.queries import steps_of, ways_open_to
from organisations.choices import ApprovalLevel
from tests.factories.accounts import helpdesk, person
from tests.factories.approvals import submitted_items
from tests.factories.organisations import CollaborativeFactory, RegionFactory

pytestmark = pytest.mark.django_db


def edit_of(ward, **fields):
    return submitted_items(ward=ward, **fields)[1]


def page_for(client, who, item):
    client.force_login(who)
    return client.get(reverse("approvals:why", args=[item.pk]))


class TestBecause:
    @pytest.mark.requirement("CPMS-27")
    def test_names_the_collaborative_and_what_it_covers(self, ward, carol):
        assert edit_of(ward).stages.get().because == (
            "Single-level provider: the collaborative that has The Huntercombe Group as member "
            "and covers South East decides."
        )

    @pytest.mark.requirement("CPMS-27")
    def test_names_who_was_passed_over_and_why(self, ward):
        ward.unit.organisation.approval_level = ApprovalLevel.MULTI
        ward.unit.organisation.save()
        assert edit_of(ward).stages.get().because == (
            "Multi-level provider: the helpdesk decides. Passed over: Provider approver, The "
            "Huntercombe Group (nobody is there who could decide); Regional approver, South East "
            "(nobody is there who could decide)."
        )

    def test_says_that_no_collaborative_covers_the_region(self, ward):
        north = RegionFactory(code="Y62", name="North West", position=6)
        CollaborativeFactory(region=north, members=[ward.unit.organisation])
        assert (
            "Approver of the provider's collaborative (no collaborative has The Huntercombe "
            "Group as member and covers South East)" in edit_of(ward).stages.get().because
        )

    def test_fits_its_column_whatever_the_names(self, ward):
        organisation = ward.unit.organisation
        organisation.name = "An organisation " * 12
        organisation.save()
        because = edit_of(ward).stages.get().because
        assert because.endswith("…")
        assert len(because) == Stage._meta.get_field("because").max_length


class TestPage:
    @pytest.mark.requirement("CPMS-27")
    def test_shows_the_whole_way(self, client, ward, carol):
        item = edit_of(ward)
        helen = helpdesk()
        revoke_grants(person=carol, by=helen, because="Moved")
        decide(item=item, outcome=Outcome.REJECTED, by=helen, reason="Not known")
        html = page_for(client, helen, item).content.decode()
        assert "1. Commissioner approver, Thames Valley CYPMHS" in html
        assert "Nobody was left there to decide" in html
        assert "2. Helpdesk" in html
        assert "Declined by Helen Helpdesk" in html
        assert "Richard Test1" in html

    def test_who_asked_reads_roles_and_no_names(self, client, ward, carol):
        item = edit_of(ward)
        decide(item=item, outcome=Outcome.REJECTED, by=carol, reason="Not known")
        html = page_for(client, item.person, item).content.decode()
        assert "Commissioner approver, Thames Valley CYPMHS" in html
        assert "Declined" in html
        assert "Carol" not in html

    def test_nobody_else_reads_it(self, client, ward, carol):
        item = edit_of(ward)
        assert page_for(client, person("sam.searcher"), item).status_code == 404
        assert page_for(client, carol, item).status_code == 200
        assert page_for(client, helpdesk(), item).status_code == 200

    def test_is_linked_from_the_decision_the_requests_and_the_admin(self, client, ward, carol):
        item = edit_of(ward)
        link = f'href="{reverse("approvals:why", args=[item.pk])}"'
        for who, page in (
            (carol, reverse("approvals:item", args=[item.pk])),
            (item.person, reverse("access:yours")),
            (helpdesk(), reverse("admin:approvals_item_change", args=[item.pk])),
        ):
            client.force_login(who)
            assert link in client.get(page).content.decode(), page

    def test_costs_the_same_however_long_the_way(self, ward, carol, django_assert_num_queries):
        item = edit_of(ward)
        assert not item.person.capabilities
        for steps in (1, 2):
            if steps == 2:
                revoke_grants(person=carol, by=helpdesk(), because="Moved")
            with django_assert_num_queries(4):
                found = steps_of(ways_open_to(item.person).get(pk=item.pk))
                assert len([step.stage.decider for step in found]) == steps
