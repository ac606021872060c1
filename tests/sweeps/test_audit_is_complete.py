"""Whatever writes leaves an audit event; what does not says why."""

import ast
from functools import cache
from pathlib import Path

from django.contrib import admin

from cpms.local import PROJECT

APPS = (
    *("accounts", "approvals", "availability", "capacity_plans", "onboarding", "organisations"),
    "notifications",
)
# Rows made by these are what the functions below write.
WRITES = {
    *("create", "save", "update", "delete", "set", "get_or_create", "update_or_create"),
    *("bulk_create", "bulk_update"),
}
# Modules that hold no verbs: what models do to themselves, data that are loaded by commands.
LEFT_OUT = {"models", "migrations", "demo", "management", "loading"}

STEP = "A step of verbs that record what they do"
DRAFT = "A draft is its owner's alone; that it was sent is recorded"
LINK = "The row of a link is its own history: made, used, replaced, run out"
NOTIFICATION = "Told of what is recorded itself; the row keeps when it came and was read"
SESSION = "That a session begins and ends is recorded as logging in and out"
NOT_AUDITED = {
    "accounts.consents.record_consent": STEP,
    "accounts.links.end_links": LINK,
    "accounts.links.issue_link": LINK,
    "accounts.links.use_link": LINK,
    "accounts.lockout.forget_attempts": STEP,
    "accounts.passwords.history.remember_password": STEP,
    "accounts.profile.address.forget_mailed_codes": STEP,
    "accounts.profile.ending.warn": "A notification, which is kept",
    "accounts.passwords.services.remind": "A mail; the outbox keeps it",
    "accounts.passwords.services.replace_password": STEP,
    "accounts.retention.erase_account": STEP,
    "availability.exports.tokens.services.forget_tokens": STEP,
    "availability.reminders.services.remember": "Notifications, which are kept",
    "availability.bulk.services.forget_uploads": DRAFT,
    "availability.bulk.services.keep_upload": DRAFT,
    "availability.bulk.services.sweep_uploads": DRAFT,
    "availability.follow_up.calls.services.forget_calls": STEP,
    "availability.follow_up.calls.services.sweep_calls": "That it was noted is recorded",
    "availability.follow_up.holds.services.forget_holds": STEP,
    "availability.follow_up.holds.services.sweep_holds": "What became of the bed is its history",
    "availability.saved_searches.services.forget_searches": STEP,
    "availability.saved_searches.services.look_again": "Notifications, which are kept",
    "availability.news.tell_of_wards": "Notifications, which are kept",
    "capacity_plans.calendar.services.forget_addresses": STEP,
    "capacity_plans.files.services.forget_uploads": DRAFT,
    "capacity_plans.files.services.keep_upload": DRAFT,
    "capacity_plans.files.services.sweep_uploads": DRAFT,
    "capacity_plans.files.writing.as_xlsx": "A file of a plan that the person may read",
    "capacity_plans.life.services.copy_rows": STEP,
    "capacity_plans.live.services.tell_of_closures": "Notifications, which are kept",
    "capacity_plans.services.count_change": STEP,
    "approvals.people.retention.forget_requests": STEP,
    "notifications.services.forget_told": STEP,
    "notifications.services.forget_what_was_not_sent": "The row keeps that it was not sent",
    "onboarding.forgetting.forget_drafts": STEP,
    "accounts.second_factor.services.begin_authenticator": "Set up once its code was typed",
    "accounts.second_factor.services.note_more_than_mail": STEP,
    "accounts.sessions.services.move_row": STEP,
    "accounts.second_factor.services.begin_email": "Set up once its code was typed",
    "accounts.services.forget_choices": STEP,
    "accounts.services.note_use": "The row keeps when it was last used",
    "accounts.services.sweep_registrations": "What was begun and never proven runs out by itself",
    "accounts.sessions.services.see_session": SESSION,
    "accounts.sessions.services.list_session": SESSION,
    "accounts.sessions.services.note_ended": SESSION,
    "accounts.sessions.services.sweep_sessions": SESSION,
    "accounts.sessions.signals.leave": SESSION,
    "approvals.invitations.drafts.keep_step": DRAFT,
    "approvals.invitations.drafts.locked_draft": DRAFT,
    "approvals.invitations.lists.services.keep_list": DRAFT,
    "approvals.invitations.services.forget_invitations": "What nobody accepted runs out by itself",
    "approvals.invitations.services.mail_invitation": STEP,
    "approvals.overdue.claim_reminder": "Told of what is recorded itself; the stage keeps when",
    "approvals.moving.leave": "The way of an item: the callers record why",
    "approvals.moving.open_next": "The way of an item: a decision is recorded",
    "approvals.moving.open_ways": "The way of an item: the request, or the move, is recorded",
    "approvals.organisations.services.give_memberships": STEP,
    "approvals.organisations.services.set_closing_day": STEP,
    "notifications.services.mark_all_read": NOTIFICATION,
    "notifications.services.mark_read": NOTIFICATION,
    "notifications.services.mark_settled": NOTIFICATION,
    "notifications.services.notify_all": NOTIFICATION,
    "notifications.services.queue_mail": "The outbox keeps each mail with its state",
    "notifications.tasks.claim": "The outbox keeps each mail with its state",
    "notifications.tasks.deliver": "The outbox keeps each mail with its state",
    "notifications.tasks.sweep_notifications": NOTIFICATION,
    "onboarding.access_request.services.keep_answers": DRAFT,
    "onboarding.access_request.services.keep_as_typed": DRAFT,
    "onboarding.access_request.services.keep_list": DRAFT,
    "onboarding.access_request.services.keep_note": DRAFT,
    "onboarding.access_request.services.locked_draft": DRAFT,
    "onboarding.registration.drafts.finish": DRAFT,
    "onboarding.registration.drafts.keep_step": DRAFT,
    "onboarding.registration.drafts.mail_again": DRAFT,
    "onboarding.tasks.sweep_drafts": DRAFT,
}


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


@cache
def functions_of(file: Path) -> dict[str, ast.FunctionDef]:
    """The functions of a module, those of its classes as Class.name."""
    found = {}
    for node in tree_of(file).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        if isinstance(node, ast.ClassDef):
            methods = (one for one in node.body if isinstance(one, ast.FunctionDef))
            found |= {f"{node.name}.{method.name}": method for method in methods}
    return found


@cache
def imports_of(file: Path) -> dict[str, tuple[Path, str]]:
    """What a module takes from others of the project: the name, from where."""
    found = {}
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.ImportFrom) and node.module:
            source = PROJECT / (node.module.replace(".", "/") + ".py")
            if source.is_file():
                found |= {(name.asname or name.name): (source, name.name) for name in node.names}
    return found


def calls_in(function: ast.FunctionDef):
    return [node for node in ast.walk(function) if isinstance(node, ast.Call)]


def is_record(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return name in ("record", "record_each") and any(
        keyword.arg == "by" for keyword in call.keywords
    )


def writes(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(call.func, ast.Attribute) and call.func.attr in WRITES
        for call in calls_in(function)
    )


def records(file: Path, name: str, seen: frozenset = frozenset()) -> bool:
    """Whether the function, or one that it calls, writes an audit event."""
    function = functions_of(file).get(name)
    if function is None or (file, name) in seen:
        return False
    seen = seen | {(file, name)}
    for call in calls_in(function):
        if is_record(call):
            return True
        if isinstance(call.func, ast.Name):
            called = call.func.id
            if records(*imports_of(file).get(called, (file, called)), seen):
                return True
    return False


def name_of(file: Path, name: str) -> str:
    module = ".".join(file.relative_to(PROJECT).with_suffix("").parts)
    return f"{module}.{name}"


def verbs_that_write():
    for app in APPS:
        for file in sorted((PROJECT / app).rglob("*.py")):
            if LEFT_OUT.isdisjoint((*file.relative_to(PROJECT).parts, file.stem)):
                for name, function in functions_of(file).items():
                    if writes(function):
                        yield file, name


def test_every_function_that_writes_is_audited_or_says_why_not():
    silent = {name_of(file, name) for file, name in verbs_that_write() if not records(file, name)}
    unexplained = silent - set(NOT_AUDITED)
    assert not unexplained, (
        "These write and leave no audit event. Call core.audit.record in them, or name them with "
        "the reason in NOT_AUDITED of tests/sweeps/test_audit_is_complete.py:\n  "
        + "\n  ".join(sorted(unexplained))
    )


def test_no_reason_is_left_of_what_is_gone_or_audited_by_now():
    known = {name_of(file, name) for file, name in verbs_that_write() if not records(file, name)}
    gone = set(NOT_AUDITED) - known
    assert not gone, f"Take these out of NOT_AUDITED: {sorted(gone)}"


def test_every_page_of_the_admin_that_changes_something_is_audited(rf):
    for model, site in admin.site._registry.items():
        saving = type(site).save_model
        if saving is admin.ModelAdmin.save_model:
            request = rf.get("/")
            request.user = None
            assert not site.has_add_permission(request), model
            assert not site.has_change_permission(request), model
            continue
        file = Path(saving.__code__.co_filename)
        function = functions_of(file)[saving.__qualname__]
        assert any(is_record(call) for call in calls_in(function)), f"{saving} is not audited"
