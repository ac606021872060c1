"""Versions of plans in each state, as the services bring them there."""

from accounts.choices import Capability
from accounts.models import User
from approvals.choices import Outcome
from approvals.services import decide
from capacity_plans.life.deciding import submit_version
from capacity_plans.models import Version
from organisations.models import Collaborative
from tests.factories.accounts import grant, person
from tests.factories.plans import draft, line


def planner(collaborative: Collaborative, name: str = "petra.planner") -> User:
    """Who may change the plans of a collaborative."""
    return holder(Capability.PLANS_EDIT, collaborative, name)


def approver(collaborative: Collaborative, name: str = "carol.commissioner") -> User:
    return holder(Capability.APPROVE_COMMISSIONER, collaborative, name)


def holder(capability: str, collaborative: Collaborative, name: str) -> User:
    user = person(name)
    if not user.grants.filter(capability=capability, collaborative=collaborative).exists():
        grant(user, capability, collaborative=collaborative)
    return user


def submitted(version: Version | None = None, by: User | None = None) -> Version:
    """What waits for the collaborative's approver; a version without a line gets one."""
    version = version or draft()
    if not version.lines.exists():
        line(version)
    approver(version.plan.collaborative)
    return submit_version(version=version, by=by or planner(version.plan.collaborative))


def decided(version: Version, outcome: str = Outcome.APPROVED, by: User | None = None) -> Version:
    """What was submitted, as Carol decided."""
    reason = "" if outcome == Outcome.APPROVED else "The gap is not explained"
    assert version.item
    by = by or approver(version.plan.collaborative)
    decide(item=version.item, outcome=outcome, by=by, reason=reason)
    return Version.objects.get(pk=version.pk)


def approved(version: Version | None = None) -> Version:
    """A version that counts: submitted by Petra, approved by Carol."""
    return decided(submitted(version))


def returned(version: Version | None = None) -> Version:
    return decided(submitted(version), Outcome.REJECTED)
