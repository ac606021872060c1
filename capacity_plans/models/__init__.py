from capacity_plans.models.calendar import CalendarAddress
from capacity_plans.models.closures import UnplannedClosure
from capacity_plans.models.files import PlanUpload
from capacity_plans.models.plans import Plan, Version
from capacity_plans.models.rows import Assumption, Change, Line

__all__ = [
    "Assumption",
    "CalendarAddress",
    "Change",
    "Line",
    "Plan",
    "PlanUpload",
    "UnplannedClosure",
    "Version",
]
