"""The demonstration estate."""

import re
import stat
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Grant, User
from approvals.models import Stage
from availability.demo.estate import load_estate
from availability.demo.password import make
from availability.demo.wards import EXAMPLE_UNIT
from availability.models import BedEntry, WardConfirmation
from notifications.models import OutgoingMail
from organisations.loading.directory import SHIPPED, load_directory
from organisations.models import Unit, Ward

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def directory(shared):
    load_directory(SHIPPED)


@pytest.fixture
def state(settings, tmp_path: Path) -> Path:
    settings.STATE_DIR = tmp_path
    return tmp_path


def load(*options: str) -> str:
    output = StringIO()
    call_command("load_demo", "--days=2", *options, stdout=output)
    return output.getvalue()


def user(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")


@pytest.mark.requirement("ERN-01")
def test_loaded_once_with_a_password_of_ones_own(directory, state, client):
    file = state / "demo-password"
    file.write_text("Own-Password-9\n")
    printed = load()
    assert printed.endswith("Password: Own-Password-9\n")
    names = (
        "searcher ward provider.approver trust.approver commissioner region national planner "
        "helpdesk helpdesk.two guest shared"
    )
    for name in names.split():
        assert f"{name}@demo.example " in printed
        assert EmailAddress.objects.filter(user=user(name), verified=True, primary=True).exists()
        assert client.login(email=f"{name}@demo.example", password="Own-Password-9")
    waits = Stage.objects.get(is_current=True, item__person=user("lena.brandt"))
    told = OutgoingMail.objects.filter(kind="awaits_decision", text__contains="Lena Brandt").first()
    assert f"decide by: {timezone.localtime(waits.due_at):%A %-d %B %Y}" in told.text

    before = [Ward.objects.count(), BedEntry.objects.count(), Grant.objects.count()]
    hashes = list(User.objects.order_by("pk").values_list("password", flat=True))
    assert load("--if-empty") == printed
    assert [Ward.objects.count(), BedEntry.objects.count(), Grant.objects.count()] == before
    assert list(User.objects.order_by("pk").values_list("password", flat=True)) == hashes
    with pytest.raises(CommandError, match="there already"):
        load()

    file.unlink()
    password = load("--if-empty").strip().rpartition("Password: ")[2]
    assert password != "Own-Password-9"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() == password
    assert user("ward").check_password(password)
    assert not user("ward.staff").has_usable_password()


def test_a_weak_password_of_ones_own_is_refused(directory, state):
    (state / "demo-password").write_text("12345678\n")
    with pytest.raises(CommandError, match="demo-password"):
        load()
    assert not User.objects.exists()


def test_refuses_where_this_is_no_demonstration(directory, state, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="not a demonstration"):
        load()
    assert not User.objects.exists()


def test_needs_the_directory(directory, state):
    Unit.objects.filter(ods_code=EXAMPLE_UNIT).delete()
    with pytest.raises(CommandError, match="load_directory"):
        load()
    assert not User.objects.exists()


def test_made_passwords_keep_the_rules():
    for _ in range(50):
        password = make()
        assert re.fullmatch(r"[A-Z][a-z]{4}-[A-Z][a-z]{4}-\d{4}", password)


def picture(now: datetime) -> list[tuple[object, ...]]:
    """Everything that the seed decides: what a service does to the estate, it does later."""
    before = BedEntry.objects.filter(starts_at__lte=now)
    entries = before.order_by("bed__ward__telephone", "bed__position", "starts_at")
    confirmed = WardConfirmation.objects.order_by("ward__telephone", "at")
    return [
        *entries.values_list(
            "bed__ward__name", "bed__name", "starts_at", "state", "closed_reason", "by__email"
        ),
        *confirmed.values_list("ward__name", "at", "by__email"),
    ]


def test_the_same_seed_and_moment_make_the_same_estate(directory):
    now = timezone.now()
    pictures = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            load_estate(seed=seed, now=now, password="Correct-Horse-7", days=1)
            pictures.append(picture(now))
            transaction.set_rollback(True)
    assert pictures[0] == pictures[1]
    assert pictures[0] != pictures[2]
