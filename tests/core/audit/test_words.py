"""Every event that the code records can be read in words."""

import ast
from pathlib import Path

from core.event_words import WORDS
from core.lifecycle import lifecycles
from cpms.local import PROJECT

APPS = "core notifications organisations accounts approvals availability capacity_plans onboarding"
# Whose code is another function's argument, or a column of a table: named here once.
ELSEWHERE = {step.event for one in lifecycles() for step in one.steps.values()}
ELSEWHERE |= {"sign_in.failed", "sign_in.locked_out"}
ELSEWHERE |= {"person.details_changed", "person.preferences_changed"}
ELSEWHERE |= {"review.confirmed", "review.left"}
IN_VARIABLES = {
    "accounts/lockout.py: event",
    "accounts/profile/services.py: event",
    "approvals/people/review/services.py: event",
    "capacity_plans/editing/services.py: event",
    "capacity_plans/files/services.py: event",
}
# Of a life cycle, whose table holds the code.
OF_A_STEP = "step.event"


def calls_of_record(file: Path):
    """The first argument of each call of `record` or `audit.record` in a file."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("record", "record_each") and any(one.arg == "by" for one in node.keywords):
                yield node.args[0]
        if isinstance(node, ast.Call):
            # What is handed on to who records it.
            yield from (
                one.value
                for one in node.keywords
                if one.arg == "event" and isinstance(one.value, ast.Constant)
            )


def files_of_the_apps():
    for app in APPS.split():
        yield from (path for path in (PROJECT / app).rglob("*.py") if "demo" not in path.parts)


def recorded():
    codes, variables = set(), set()
    for file in files_of_the_apps():
        for argument in calls_of_record(file):
            options = (
                [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
            )
            for option in options:
                if isinstance(option, ast.Constant):
                    codes.add(option.value)
                elif (code := ast.unparse(option)) != OF_A_STEP:
                    variables.add(f"{file.relative_to(PROJECT)}: {code}")
    return codes, variables


def test_every_code_that_is_recorded_has_words():
    codes, variables = recorded()
    assert len(codes) > 20
    unknown = variables - IN_VARIABLES
    assert not unknown, f"Give record() its code as text, or name it in IN_VARIABLES: {unknown}"
    lacking = (codes | ELSEWHERE) - set(WORDS)
    assert not lacking, f"Add to core/event_words.py what these mean: {sorted(lacking)}"


def test_no_words_are_left_of_codes_that_nothing_records():
    codes, _ = recorded()
    assert set(WORDS) - codes - ELSEWHERE == set()
