"""What the documents of security claim is there: files, tests, links, periods, names."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings

from accounts.links import LIFETIMES
from accounts.models.devices import CODE_LIFETIME, RESET_LIFETIME
from accounts.second_factor.services import SET_UP_LIFETIME
from accounts.services import LINK_MEMORY, REGISTRATION_LIFETIME
from accounts.sessions.kept import LASTS
from accounts.sessions.limits import LIMITS, in_words
from accounts.sessions.services import MEMORY
from onboarding.registration.drafts import LIFETIME
from tests.docs.markdown import (
    CODE,
    ROOT,
    anchors,
    dead_links,
    documents,
    rows,
    wrong_names,
)

LENGTHS = ("without use", "at most", "remembered")
SECURITY = ROOT / "docs/security"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def name_of(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", documents("docs/security"), ids=name_of)
def test_every_file_and_test_that_is_named_is_there(document):
    assert wrong_names(document.read_text()) == []


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_link_inside_the_project_leads_somewhere(document):
    assert dead_links(document) == []


def test_a_name_that_is_not_there_is_found():
    here = "tests/docs/test_security_docs.py"
    wrong = [f"{here}::test_of_nothing", "core/nothing.py", "core/no*.py", "make nothing"]
    wrong += ["manage.py nothing"]
    right = [f"{here}::test_a_name_that_is_not_there_is_found", "core/audit.py", "core/*.py"]
    right += ["make test", "manage.py verify_audit", "a/b"]
    assert wrong_names(" ".join(f"`{name}`" for name in (*wrong, *right))) == wrong


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Two, twice\n# Two, twice\n[a](no.md) [b](#no) [c](#two-twice-1) [d](page.md#two-twice)"
    )
    assert anchors(page) == {"two-twice", "two-twice-1"}
    assert dead_links(page) == ["no.md", "#no"]


def table_of(document, *header):
    found = rows((SECURITY / document).read_text(), *header)
    assert found
    return found


def test_every_table_has_its_level():
    cells = [row[2] for row in table_of("data.md", "level", "what", "tables")]
    named = [name for cell in cells for name in CODE.findall(cell)]
    assert sorted(named) == sorted(model._meta.label for model in apps.get_models())


def test_periods_are_those_of_the_code():
    kept = {what: period for what, period, _ in table_of("data.md", "what", "is kept", "ended by")}
    assert kept == kept | {
        "A registration that was begun": f"{LIFETIME // HOUR} hours after its beginning",
        "A registration whose address is not proven": f"{REGISTRATION_LIFETIME // DAY} days",
        "A link to verify an address": f"works for {LIFETIMES['verify_address'] // HOUR} hours",
        "A link for a new password": f"works for {LIFETIMES['reset_password'] // HOUR} hour",
        "The row of a link that belongs to nobody": f"{LINK_MEMORY // DAY} days",
        "A code by email": f"{CODE_LIFETIME // MINUTE} minutes",
        "The secret of an app that is being set up": f"{SET_UP_LIFETIME // HOUR} hour",
        "A lost device's reset that nobody confirms": f"{RESET_LIFETIME // HOUR} hours",
        "Earlier passwords, as hashes": f"the last {settings.PASSWORD_HISTORY - 1} beside the "
        "present one",
        "What was sent after a session had ended": f"{LASTS // HOUR} hour",
        "The list's row of a session that has ended": f"{MEMORY // HOUR} hour after its last use",
    }
    hourly = {"sweep-drafts", "sweep-registrations", "sweep-sessions", "sweep-expired"}
    assert {settings.CELERY_BEAT_SCHEDULE[name]["schedule"] for name in hourly} == {3600}


def test_the_lengths_of_sessions_are_those_of_the_code():
    stated = [tuple(lengths) for _, *lengths in table_of("sign-in.md", "may", *LENGTHS)]
    assert stated == [
        (in_words(kind.idle), in_words(kind.absolute), remembered_in_words(kind))
        for kind in dict.fromkeys(LIMITS.values())
    ]


def remembered_in_words(kind):
    return in_words(kind.remembered) if kind.remembered else "no"


def test_the_limits_are_those_of_the_settings():
    table = table_of("sign-in.md", "limit", "setting", "on", "then")
    stated = {CODE.findall(name)[0]: CODE.findall(rates)[0] for name, rates, *_ in table}
    assert stated == settings.ACCOUNT_RATE_LIMITS


def test_the_log_goes_to_the_output_alone():
    handlers = settings.LOGGING["handlers"].values()
    assert [handler["class"] for handler in handlers] == ["logging.StreamHandler"]
    # Django would mail failures to them.
    assert not settings.ADMINS
