"""Whatever happens in whatever order, nobody sees or does what a plain model of access forbids."""

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.choices import Capability
from accounts.leaving import disable_person, enable_person, revoke_grants
from accounts.models import Grant, User
from accounts.queries import groups_viewable_by, wards_editable_by
from approvals.choices import OrganisationType, Outcome
from approvals.models import Item
from approvals.moving import withdraw
from approvals.queries import stages_open_to
from approvals.services import Applicant, Ask, decide, submit_request
from core.errors import DomainError
from organisations.choices import ApprovalLevel
from organisations.models import Ward
from tests.counts import LONG
from tests.factories.accounts import grant, helpdesk, person
from tests.factories.approvals import YES
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    RegionFactory,
    ServiceGroupFactory,
    UnitFactory,
    WardFactory,
)

STEPS = 25
VIEW, EDIT = Capability.AVAILABILITY_VIEW, Capability.AVAILABILITY_EDIT
STANDARD, COMMISSIONER = Capability.APPROVE_STANDARD, Capability.APPROVE_COMMISSIONER
REGIONAL, ADMINISTER = Capability.APPROVE_REGIONAL, Capability.ADMINISTER
NAMES = ("ann.asks", "ben.asks", "pat.provider", "cat.commissioner", "ray.region")

names = st.sampled_from(NAMES)
anybody = st.sampled_from((*NAMES, "helen.helpdesk"))
numbers = st.integers(0, 30)


class Access(RuleBasedStateMachine):
    """Two providers with two wards each in one collaborative; the first decides for itself.

    The model: `held` are (name, capability, scope); `waiting` are items with name, capability,
    scope and the right that decides; scopes are rows, compared by what they are.
    """

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.group, self.region = ServiceGroupFactory(), RegionFactory()
        self.providers = [
            OrganisationFactory(
                ods_code=f"MM{number}",
                name=f"Provider {number}",
                region=self.region,
                approval_level=level,
            )
            for number, level in enumerate((ApprovalLevel.MULTI, ApprovalLevel.SINGLE))
        ]
        self.units = [
            UnitFactory(ods_code=f"MM{number}01", organisation=provider)
            for number, provider in enumerate(self.providers)
        ]
        self.unit_of = {
            WardFactory(unit=unit, name=f"Ward {unit.pk} {number}").pk: unit
            for unit in self.units
            for number in range(2)
        }
        self.collaborative = CollaborativeFactory(members=self.providers)
        self.people = {name: person(name) for name in NAMES} | {"helen.helpdesk": helpdesk()}
        self.active = set(self.people)
        self.held = {("helen.helpdesk", ADMINISTER, None)}
        self.waiting = {}
        self.gone = []
        self.give("pat.provider", STANDARD, self.providers[0])
        self.give("cat.commissioner", COMMISSIONER, self.collaborative)
        self.give("ray.region", REGIONAL, self.region)

    def teardown(self):
        connection.check_constraints()
        transaction.savepoint_rollback(self.savepoint)

    # What the model knows

    def give(self, name, capability, scope):
        if (name, capability, scope) not in self.held:
            grant(self.people[name], capability, **{scope._meta.model_name: scope})
            self.held.add((name, capability, scope))

    def holders(self, right):
        return {name for name, *held in self.held if tuple(held) == right} & self.active

    def who_decides(self, name, scope):
        """The right that decides, by the table of the domain."""
        provider = self.unit_of[scope.pk].organisation if isinstance(scope, Ward) else None
        provider = provider or self.providers[0]
        first = (
            (STANDARD, provider)
            if provider.approval_level == ApprovalLevel.MULTI
            else (COMMISSIONER, self.collaborative)
        )
        ways = (first, (REGIONAL, self.region), (ADMINISTER, None))
        return next(right for right in ways if self.holders(right) - {name})

    def rights_ended(self):
        for item, (name, capability, scope, right) in self.waiting.items():
            if not self.holders(right) - {name}:
                way = self.who_decides(name, scope)
                self.waiting[item] = (name, capability, scope, way)

    def some_item(self, number):
        items = [*self.waiting, *self.gone]
        return items[number % len(items)] if items else None

    # What happens

    @rule(name=names, number=numbers, is_view=st.booleans())
    def ask(self, name, number, is_view):
        scope = self.group if is_view else self.ward(number)
        capability = VIEW if is_view else EDIT
        known = {(one, kind, where) for one, kind, where, _ in self.waiting.values()} | self.held
        if name not in self.active or (name, capability, scope) in known:
            return
        request = submit_request(
            by=self.people[name],
            applicant=Applicant(OrganisationType.PROVIDER, self.providers[0]),
            asks=[Ask(capability, scope, self.group)],
        )
        self.waiting[request.items.get()] = (name, capability, scope, self.who_decides(name, scope))

    @rule(name=anybody, number=numbers, approve=st.booleans())
    def decide(self, name, number, approve):
        item = self.some_item(number)
        if item is None:
            return
        asked = self.waiting.get(item)
        allowed = asked and name in self.holders(asked[3]) and name != asked[0]
        grants = Grant.objects.count()
        by = User.objects.get(pk=self.people[name].pk)
        outcome = Outcome.APPROVED if approve else Outcome.REJECTED
        try:
            decide(item=item, outcome=outcome, by=by, reason="Not known here", answers=YES)
        except DomainError:
            assert not allowed
            assert Grant.objects.count() == grants
            return
        assert allowed
        self.gone.append(item)
        del self.waiting[item]
        if approve:
            self.held.add(asked[:3])

    @rule(name=anybody, number=numbers)
    def withdraw(self, name, number):
        item = self.some_item(number)
        if item is None:
            return
        allowed = item in self.waiting and self.waiting[item][0] == name
        try:
            withdraw(item=item, by=self.people[name])
        except DomainError:
            assert not allowed
        else:
            assert allowed
            self.gone.append(item)
            del self.waiting[item]

    @rule(name=names)
    def revoke(self, name):
        revoke_grants(
            person=self.people[name], by=self.people["helen.helpdesk"], because="Works elsewhere"
        )
        self.held = {held for held in self.held if held[0] != name}
        self.rights_ended()

    @rule(name=names)
    def disable_or_enable(self, name):
        helen = self.people["helen.helpdesk"]
        if name not in self.active:
            enable_person(person=self.people[name], by=helen)
            self.active.add(name)
            return
        disable_person(person=self.people[name], by=helen)
        self.active.remove(name)
        for item in [item for item, asked in self.waiting.items() if asked[0] == name]:
            self.gone.append(item)
            del self.waiting[item]
        self.rights_ended()

    @rule(
        who=st.sampled_from(
            (("pat.provider", STANDARD), ("cat.commissioner", COMMISSIONER), ("ben.asks", STANDARD))
        )
    )
    def appoint(self, who):
        scope = self.providers[0] if who[1] == STANDARD else self.collaborative
        self.give(*who, scope)

    @rule(number=numbers, to=st.integers(0, 1))
    def move_ward(self, number, to):
        ward = self.ward(number)
        if ward.unit == self.units[to]:
            return
        ward.unit = self.units[to]
        ward.save()
        self.unit_of[ward.pk] = self.units[to]
        for item, (name, capability, scope, _) in self.waiting.items():
            if scope == ward:
                way = self.who_decides(name, scope)
                self.waiting[item] = (name, capability, scope, way)

    def ward(self, number):
        keys = sorted(self.unit_of)
        return Ward.objects.get(pk=keys[number % len(keys)])

    # What must be true of somebody after each step

    @invariant()
    def everybody_sees_and_decides_what_the_model_allows(self):
        for name, somebody in self.people.items():
            one = User.objects.get(pk=somebody.pk)
            held = {kept[1:] for kept in self.held if kept[0] == name and name in self.active}
            edits = {scope.pk for capability, scope in held if capability == EDIT}
            assert set(wards_editable_by(one).values_list("pk", flat=True)) == edits
            assert list(groups_viewable_by(one)) == (
                [self.group] if (VIEW, self.group) in held else []
            )
            decides = {
                item.pk
                for item, (asker, _, _, right) in self.waiting.items()
                if right in held and asker != name
            }
            waits = stages_open_to(one).filter(is_current=True)
            assert set(waits.values_list("item_id", flat=True)) == decides
        waits = Item.objects.filter(stages__is_current=True).values_list("pk", flat=True)
        assert set(waits) == {item.pk for item in self.waiting}


@pytest.mark.django_db
@pytest.mark.requirement("CPMS-27", "CPMS-28", "CT-04", "CQRS-18")
def test_nobody_sees_or_does_what_the_model_forbids():
    """20,000 steps in the long run, 50 otherwise: each asks what everybody sees."""
    run_state_machine_as_test(
        Access,
        settings=settings(
            max_examples=800 if LONG else 2,
            stateful_step_count=STEPS,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
