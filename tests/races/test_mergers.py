"""A merger against who sends or decides a request for the organisation, on real PostgreSQL."""

import pytest

from accounts.choices import Capability
from accounts.models import Grant
from approvals.choices import ItemStatus, OrganisationType, Outcome
from approvals.models import Item
from approvals.organisations.services import merge_organisations
from approvals.people.services import disable
from approvals.services import Applicant, Ask, decide, submit_request
from core.errors import DomainError
from organisations.models import Organisation
from tests.counts import often
from tests.factories.accounts import commissioner, grant, helpdesk, person
from tests.factories.approvals import YES
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    ServiceGroupFactory,
)
from tests.races import at_once

ROUNDS = often(400)

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_sends_or_decides_during_a_merger_is_left_with_neither_old_nor_new():
    group = ServiceGroupFactory()
    successor = OrganisationFactory(ods_code="NEW", ods_name="NEW", name="New Trust")
    collaborative = CollaborativeFactory(members=[successor])
    carol, helen = commissioner(collaborative), helpdesk()
    for number in range(ROUNDS):
        old = OrganisationFactory(ods_code=f"O{number}", ods_name="OLD", name=f"Old {number}")
        collaborative.members.add(old)
        asks, waits = person(f"asks.{number}"), person(f"waits.{number}")
        item = send(waits, old, Ask(Capability.AVAILABILITY_EDIT, old, group)).items.get()

        def one(position, old=old, asks=asks, item=item):
            try:
                if position == 0:
                    merge_organisations(organisation=old, successor=successor, by=helen)
                elif position == 1:
                    send(asks, old, Ask(Capability.AVAILABILITY_VIEW, group, group))
                else:
                    decide(item=item, outcome=Outcome.APPROVED, by=carol, answers=YES)
            except DomainError:
                return "refused"
            return "done"

        answers = at_once(one, 3)
        assert answers[0] == "done", f"round {number}: {answers}"
        left = Item.objects.filter(status=ItemStatus.SUBMITTED, request__organisation=old)
        assert not left.exists(), f"round {number}: {answers}"
        assert not Grant.objects.filter(organisation=old, revoked_at__isnull=True).exists()
        assert not Item.objects.filter(status=ItemStatus.SUBMITTED, organisation=old).exists()
        if answers[2] == "done":
            Grant.objects.live().get(person=waits, organisation=successor)
        waiting = Item.objects.filter(status=ItemStatus.SUBMITTED, stages__is_current=True)
        still = (answers[1] == "done") + (answers[2] != "done")
        assert waiting.filter(person__in=[asks, waits]).count() == still, answers
        assert Organisation.objects.get(pk=old.pk).successor == successor


def test_a_merger_and_who_disables_somebody_of_it_never_wait_for_each_other():
    """Red if who disables takes their own grants first, and the other's in another statement."""
    successor = OrganisationFactory(ods_code="NEW", ods_name="NEW", name="New Trust")
    helen = helpdesk()
    for number in range(ROUNDS):
        old = OrganisationFactory(ods_code=f"O{number}", ods_name="OLD", name=f"Old {number}")
        wendy, pat = person(f"wendy.{number}"), person(f"pat.{number}")
        grant(wendy, Capability.AVAILABILITY_EDIT, organisation=old)
        grant(pat, Capability.APPROVE_STANDARD, organisation=old)

        def one(position, old=old, wendy=wendy, pat=pat):
            if position:
                disable(person=wendy, by=pat, reason="left")
            else:
                merge_organisations(organisation=old, successor=successor, by=helen)

        at_once(one, 2)
        assert not Grant.objects.live().filter(person=wendy).exists()
        assert Grant.objects.live().get(person=pat).organisation == successor


def send(by, organisation, *asks):
    applicant = Applicant(OrganisationType.PROVIDER, organisation)
    return submit_request(by=by, applicant=applicant, asks=list(asks))
