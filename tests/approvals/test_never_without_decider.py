"""Whoever comes and goes, whatever is switched or late: everything that waits has a decider."""

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.choices import Capability, LeavingReason
from accounts.leaving import disable_person, enable_person, revoke_grants
from accounts.models import Grant
from approvals.choices import ItemStatus
from approvals.levels.services import switch_level
from approvals.models import Item, Stage
from approvals.moving import without_decider
from approvals.organisations.services import merge_organisations
from approvals.overdue import move_overdue_up
from core.errors import DomainError
from organisations.choices import ApprovalLevel
from organisations.models import Organisation
from tests.counts import often
from tests.factories.accounts import grant, helpdesk, person
from tests.factories.approvals import submitted_items
from tests.factories.organisations import CollaborativeFactory, OrganisationFactory, WardFactory

NAMES = ("ann.asks", "amina.approver", "carol.commissioner", "rita.region")
STEPS = ("ask", "give", "revoke", "disable", "enable", "switch", "late", "merge")
RIGHTS = (
    Capability.APPROVE_STANDARD,
    Capability.APPROVE_COMMISSIONER,
    Capability.APPROVE_REGIONAL,
)


class Estate:
    def __init__(self):
        self.ward = WardFactory()
        self.provider = self.ward.unit.organisation
        self.scopes = {
            "organisation": self.provider,
            "collaborative": CollaborativeFactory(members=[self.provider]),
            "region": self.ward.unit.region,
        }
        self.people = [person(name) for name in NAMES]
        self.helen = helpdesk()
        for who, right in zip(self.people[1:], RIGHTS, strict=True):
            self.give(who, right)
        self.ask(self.people[0])

    def give(self, who, right=RIGHTS[1]):
        scope = list(self.scopes)[RIGHTS.index(right)]
        held = Grant.objects.filter(person=who, capability=right, revoked_at__isnull=True)
        if not held.exists():
            grant(who, right, **{scope: self.scopes[scope]})

    def ask(self, who):
        submitted_items(person=who, ward=self.ward)

    def revoke(self, who):
        revoke_grants(person=who, by=self.helen, because="Left")

    def disable(self, who):
        disable_person(person=who, by=self.helen, reason=LeavingReason.LEFT)

    def enable(self, who):
        enable_person(person=who, by=self.helen)

    def switch(self, who):
        now = Organisation.objects.get(pk=self.provider.pk)
        levels = {ApprovalLevel.SINGLE: ApprovalLevel.MULTI}
        to = levels.get(ApprovalLevel(now.approval_level), ApprovalLevel.SINGLE)
        switch_level(provider=now, to=to, by=self.helen)

    def merge(self, who):
        successor = OrganisationFactory(
            ods_code="MM1", name="Successor", kind=self.provider.kind, region=self.scopes["region"]
        )
        merge_organisations(organisation=self.provider, successor=successor, by=self.helen)

    def late(self, who):
        Stage.objects.filter(is_current=True, item__person=who).update(due_at=timezone.now())
        move_overdue_up()


@pytest.mark.django_db
@pytest.mark.requirement("CT-04")
@settings(
    max_examples=often(30),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(steps=[("revoke", 2)])
@example(steps=[("switch", 0), ("disable", 1), ("disable", 3)])
@example(steps=[("late", 0), ("revoke", 3), ("merge", 0)])
@given(
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3)), min_size=4, max_size=10)
)
def test_whatever_waits_has_a_decider_who_did_not_ask(db, steps):
    savepoint = transaction.savepoint()
    estate = Estate()
    for step, number in steps:
        try:
            with transaction.atomic():
                getattr(estate, step)(estate.people[number])
        except DomainError:
            # There is nothing to ask for, to disable or to enable.
            continue
        assert not without_decider().exists(), (step, number)
        waiting = Item.objects.filter(status=ItemStatus.SUBMITTED).count()
        assert Stage.objects.filter(is_current=True).count() == waiting
    transaction.savepoint_rollback(savepoint)
