"""Of the table, the lines of plans."""

from tests.sweeps.authorization.lines import (
    AUDIT,
    EDIT_PLANS,
    EVERYBODY,
    LIMITS,
    MAIL,
    NOTIFICATION,
    READ_PLANS,
    Page,
)

ROWS = tuple(f"capacity_plans_{rows}" for rows in ("version", "line", "change", "assumption"))
MADE = ("capacity_plans_plan", *ROWS, AUDIT)
SUBMITTED = (
    "capacity_plans_version",
    "approvals_item",
    "approvals_stage",
    MAIL,
    NOTIFICATION,
    AUDIT,
)
LISTED = ("listed version",)


def change(name: str, of: str, writes: tuple[str, ...]) -> Page:
    """What somebody does with a version of a plan that they may change."""
    return Page(f"plans:{name}", EDIT_PLANS, EDIT_PLANS, of=of, shows=LISTED, writes=writes)


LIFE_PAGES = [
    change("start", "collaborative to plan", MADE),
    change("copy", "own version", MADE),
    change("discard", "own draft", MADE),
    change("submit", "own draft", SUBMITTED),
    change("take_back", "own version", SUBMITTED),
    change("make_draft", "own version", MADE),
    Page("plans:what_if", READ_PLANS, of="plan version", shows=LISTED),
    Page(
        "plans:adjust",
        "",
        EDIT_PLANS,
        of="own draft",
        shows=LISTED,
        writes=("capacity_plans_version", "capacity_plans_assumption", AUDIT),
    ),
    Page("plans:scenarios", EDIT_PLANS, of="own plan", shows=LISTED),
    Page("plans:chance", READ_PLANS, query="beds=10&admissions=100&length_of_stay=30"),
    Page("plans:compare", READ_PLANS, of="plan version", shows=LISTED),
    Page("plans:history", READ_PLANS, of="plan", shows=LISTED),
]

CALENDAR = ("capacity_plans_calendaraddress", AUDIT)
EXPORTS = ("plans:export_xlsx", "plans:export_csv")
BLANKS = ("plans:import_template_xlsx", "plans:import_template_csv")

FILE_PAGES = [
    Page("plans:calendar", READ_PLANS, shows=("calendar address",)),
    Page("plans:new_calendar", READ_PLANS, READ_PLANS, writes=CALENDAR, proof=True),
    Page("plans:withdraw_calendar", "", READ_PLANS, of="calendar address", writes=CALENDAR),
    # Open to who has the address, whoever asks; to nobody else
    Page("plans:calendar_feed", EVERYBODY, of="calendar", records=(LIMITS,)),
    # A version as a file, and a draft or scenario from one
    *(Page(name, READ_PLANS, of="plan version") for name in EXPORTS),
    *(Page(name, EDIT_PLANS, of="own draft") for name in BLANKS),
    Page(
        "plans:import",
        EDIT_PLANS,
        EDIT_PLANS,
        of="own draft",
        shows=("listed version",),
        writes=("capacity_plans_planupload",),
    ),
    Page(
        "plans:import_check",
        EDIT_PLANS,
        EDIT_PLANS,
        of="own draft",
        shows=("listed version",),
    ),
]

LINE, CHANGE, ASSUMPTION = "line to edit", "change to edit", "assumption to edit"
WROTE = (*ROWS, AUDIT)

EDITING_PAGES = [
    Page("plans:edit", EDIT_PLANS, of="own draft", shows=LISTED),
    change("edit_details", "own draft", WROTE),
    Page(
        "plans:add_wards",
        EDIT_PLANS,
        EDIT_PLANS,
        of="own draft",
        shows=(*LISTED, "ward to plan"),
        writes=WROTE,
    ),
    change("add_planned_ward", "own draft", WROTE),
    change("order_lines", "own draft", WROTE),
    change("add_assumption", "own draft", WROTE),
    *(
        change(name, LINE, WROTE)
        for name in ("edit_line", "take_directory", "remove_line", "add_change")
    ),
    *(change(name, CHANGE, WROTE) for name in ("edit_change", "move_change", "remove_change")),
    *(change(name, ASSUMPTION, WROTE) for name in ("edit_assumption", "remove_assumption")),
]

PLAN_PAGES = [
    *LIFE_PAGES,
    *FILE_PAGES,
    *EDITING_PAGES,
    Page("plans:plans", READ_PLANS, shows=("listed version",)),
    Page("plans:overview", READ_PLANS, shows=("version in force",)),
    Page("plans:version", READ_PLANS, of="plan version", shows=("listed version",)),
    Page(
        "plans:live",
        READ_PLANS,
        of="planning collaborative",
        shows=("listed version", "ward of a plan"),
    ),
]
