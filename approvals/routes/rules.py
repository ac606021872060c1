"""Which approvers can stand in a route."""

from collections.abc import Sequence

from accounts.choices import Capability
from approvals.choices import ApplicantKind, ApproverKind

PROVIDER, COLLABORATIVE, PLANS, REGION = ApproverKind

# Whoever decides stands above what is asked for: peers never make each other.
OF_WHAT: dict[str, tuple[ApproverKind, ...]] = {
    Capability.AVAILABILITY_VIEW: (PROVIDER, COLLABORATIVE, REGION),
    Capability.AVAILABILITY_EDIT: (PROVIDER, COLLABORATIVE, REGION),
    Capability.PLANS_VIEW: (COLLABORATIVE, REGION),
    Capability.PLANS_EDIT: (PLANS, REGION),
    Capability.APPROVE_STANDARD: (COLLABORATIVE, REGION),
    Capability.APPROVE_COMMISSIONER: (REGION,),
    Capability.APPROVE_REGIONAL: (),
}
# Staff of NHS England belong to regions; of others the service knows no place at all.
OF_WHOM: dict[str, tuple[ApproverKind, ...]] = {
    ApplicantKind.SINGLE_LEVEL: (PROVIDER, COLLABORATIVE, PLANS, REGION),
    ApplicantKind.MULTI_LEVEL: (PROVIDER, COLLABORATIVE, PLANS, REGION),
    ApplicantKind.NHS_ENGLAND: (PLANS, REGION),
    ApplicantKind.OTHER: (PLANS,),
}


def refusal_of(capability: str, asker: str, approvers: Sequence[str]) -> str | None:
    """Why these approvers cannot be the route of what is asked by whom, or None."""
    if len(set(approvers)) < len(approvers):
        return "Name each approver once."
    sensible = sensible_for(capability, asker)
    for kind in approvers:
        if kind not in sensible:
            what, whom = Capability(capability).label, ApplicantKind(asker).label
            return f"“{ApproverKind(kind).label}” cannot decide here: {what}, asked by: {whom}."
    return None


def sensible_for(capability: str, asker: str) -> list[ApproverKind]:
    """The approvers that can stand in the route of what is asked by whom."""
    return [kind for kind in OF_WHAT.get(capability, ()) if kind in OF_WHOM.get(asker, ())]
