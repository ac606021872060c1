"""The demonstration estate."""

import re
import stat
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from accounts.models import Grant, User
from approvals.models import Stage
from availability.choices import BedState
from availability.demo.estate import load_estate
from availability.demo.password import make
from availability.demo.wards import EXAMPLE_UNIT
from availability.models import Bed, BedEntry, WardConfirmation, WardTotals
from notifications.models import OutgoingMail
from organisations.loading.directory import SHIPPED, load_directory
from organisations.models import Unit, Ward
from tests.counts import LONG

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
    call_command("load_demo", *options, stdout=output)
    return output.getvalue()


def user(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")


@pytest.mark.requirement("ERN-01")
def test_loads_prints_the_people_and_the_password_that_logs_in(directory, state, client):
    printed = load()
    password = printed.strip().rpartition("Password: ")[2]
    names = (
        "searcher ward provider.approver trust.approver commissioner region national planner "
        "helpdesk helpdesk.two guest shared"
    )
    for name in names.split():
        assert f"{name}@demo.example " in printed
        assert user(name).check_password(password)
        assert EmailAddress.objects.filter(user=user(name), verified=True, primary=True).exists()
        assert client.login(email=f"{name}@demo.example", password=password)
    file = state / "demo-password"
    assert file.read_text().strip() == password
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    waits = Stage.objects.get(is_current=True, item__person=user("lena.brandt"))
    told = OutgoingMail.objects.filter(kind="awaits_decision", text__contains="Lena Brandt").first()
    assert f"decide by: {timezone.localtime(waits.due_at):%A %-d %B %Y}" in told.text


def test_if_empty_prints_the_same_again_and_changes_nothing(directory, state):
    first = load()
    before = [Ward.objects.count(), BedEntry.objects.count(), Grant.objects.count()]
    hashes = list(User.objects.order_by("pk").values_list("password", flat=True))
    assert load("--if-empty") == first
    assert [Ward.objects.count(), BedEntry.objects.count(), Grant.objects.count()] == before
    assert list(User.objects.order_by("pk").values_list("password", flat=True)) == hashes
    with pytest.raises(CommandError, match="there already"):
        load()


def test_a_password_of_ones_own_is_taken_and_a_lost_one_replaced(directory, state):
    (state / "demo-password").write_text("Own-Password-9\n")
    assert load().endswith("Password: Own-Password-9\n")
    assert user("ward").check_password("Own-Password-9")
    (state / "demo-password").unlink()
    password = load("--if-empty").strip().rpartition("Password: ")[2]
    assert password != "Own-Password-9"
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


def picture() -> list[tuple[object, ...]]:
    """Everything that the seed decides."""
    entries = BedEntry.objects.order_by("bed__ward__telephone", "bed__position", "starts_at")
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
            load_estate(seed=seed, now=now, password="Correct-Horse-7")
            pictures.append(picture())
            transaction.set_rollback(True)
    assert pictures[0] == pictures[1]
    assert pictures[0] != pictures[2]


@pytest.mark.parametrize("seed", [2026, *([1, 2] if LONG else [])])
def test_figures_look_like_life_and_agree(directory, seed):
    now = timezone.now()
    load_estate(seed=seed, now=now, password="Correct-Horse-7")
    latest = BedEntry.objects.order_by("bed_id", "-starts_at").distinct("bed_id")
    counted: dict[int, Counter[str]] = {}
    for entry in latest.select_related("bed"):
        counted.setdefault(entry.bed.ward_id, Counter())[entry.state] += 1
    wards = Ward.objects.select_related("totals")
    assert 35 <= len(wards) <= 45
    for ward in wards:
        said = ward.totals
        now_there = counted[ward.pk]
        assert (said.available, said.occupied, said.closed) == (
            now_there[BedState.AVAILABLE],
            now_there[BedState.OCCUPIED],
            now_there[BedState.CLOSED],
        )
        assert said.beds == ward.commissioned_beds == ward.beds.count()
        assert 8 <= said.beds <= 16
        entries = BedEntry.objects.filter(bed__ward=ward)
        assert said.changed_at == entries.aggregate(at=Max("starts_at"))["at"] <= now
        assert said.confirmed_at == ward.confirmations.aggregate(at=Max("at"))["at"] <= now
    sums = WardTotals.objects.aggregate(Sum("available"), Sum("occupied"), Sum("closed"))
    assert 0.85 <= sums["occupied__sum"] / sum(sums.values()) <= 0.95
    ages = [now - ward.totals.confirmed_at for ward in wards]
    assert sum(age < timedelta(hours=9) for age in ages) >= 25
    assert 3 <= sum(age > timedelta(hours=24) for age in ages) <= 8
    assert BedEntry.objects.count() > 2 * Bed.objects.count()
