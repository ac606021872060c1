"""The life of a version of a plan, as a table."""

from capacity_plans.choices import VersionStatus
from core.lifecycle import Lifecycle, Step

VERSION = Lifecycle(
    name="plan version",
    states=VersionStatus,
    start=VersionStatus.DRAFT,
    steps={
        (VersionStatus.SCENARIO, VersionStatus.DRAFT): Step(
            "an editor of the plan, if it has no open version", "plan.scenario_made_draft"
        ),
        (VersionStatus.DRAFT, VersionStatus.SUBMITTED): Step(
            "an editor of the plan, if nothing is wrong in it", "plan.submitted"
        ),
        (VersionStatus.SUBMITTED, VersionStatus.DRAFT): Step(
            "an editor of the plan; or the service, when nobody decided or who submitted it left",
            "plan.taken_back",
        ),
        (VersionStatus.SUBMITTED, VersionStatus.APPROVED): Step(
            "the approver of the collaborative, else of its region; never who submitted it",
            "plan.approved",
            "plan_approved",
        ),
        (VersionStatus.SUBMITTED, VersionStatus.RETURNED): Step(
            "the same approver, with a reason", "plan.returned", "plan_returned"
        ),
        (VersionStatus.APPROVED, VersionStatus.SUPERSEDED): Step(
            "the service, when the next version is approved", "plan.superseded"
        ),
    },
)
