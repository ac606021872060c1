"""Telling people: in the service, and by mail unless they have switched that off."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.choices import Capability
from cpms.celery import app
from notifications.kinds import ALWAYS_MAILED, NOTIFICATIONS
from notifications.models import Notification, OutgoingMail
from notifications.services import choose_mails, notify, notify_all, queue_mail
from notifications.tasks import sweep_notifications
from tests.factories.accounts import commissioner, person
from tests.factories.approvals import submitted_items
from tests.factories.organisations import CollaborativeFactory, WardFactory

TEMPLATES = Path(django_settings.BASE_DIR) / "templates"
APPROVED = {"area": "Plans", "access": "Access Level: Plan viewer", "login_url": "http://x/login/"}
FOUND = "/your-requests/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def asha():
    return person("asha.patel")


def approved(who, **more):
    return notify(
        person=who, kind="access_approved", address=FOUND, **{"context": APPROVED, **more}
    )


class TestKinds:
    def test_every_mail_can_be_switched_off_or_says_why_not(self):
        mails = {
            file.name.removesuffix("_subject.txt")
            for file in (TEMPLATES / "mail").glob("*_subject.txt")
        }
        assert mails == {*NOTIFICATIONS, *ALWAYS_MAILED}
        assert not set(NOTIFICATIONS) & set(ALWAYS_MAILED)

    def test_every_notification_has_its_line_and_no_line_is_left_over(self):
        lines = {file.stem for file in (TEMPLATES / "notifications").iterdir()}
        assert lines == set(NOTIFICATIONS)

    def test_a_mail_that_can_be_switched_off_is_not_queued_by_itself(self, asha):
        with pytest.raises(ValueError, match="notify"):
            queue_mail(kind="access_approved", address=asha.email, person=asha)
        with pytest.raises(ValueError, match="kinds"):
            notify(person=asha, kind="password_changed", address=FOUND)
        assert not OutgoingMail.objects.exists()


class TestNotify:
    def test_it_is_shown_and_mailed(self, asha):
        approved(asha)
        told, mail = Notification.objects.get(), OutgoingMail.objects.get()
        assert (told.person, told.address, told.read_at) == (asha, FOUND, None)
        assert told.text == (
            "Your request for Plans access has been approved (Access Level: Plan viewer)."
        )
        assert (mail.kind, mail.address, mail.person) == ("access_approved", asha.email, asha)
        assert f"{django_settings.SERVICE_URL}/your-account/notifications/" in mail.text

    @pytest.mark.requirement("CQRS-19")
    def test_who_switched_mails_off_is_told_in_the_service_alone(self, asha):
        choose_mails(by=asha, by_mail=False)
        approved(asha)
        assert Notification.objects.count() == 1
        assert not OutgoingMail.objects.exists()
        choose_mails(by=asha, by_mail=True)
        approved(asha)
        assert OutgoingMail.objects.count() == 1

    @pytest.mark.requirement("CQRS-19")
    def test_mails_about_the_security_of_the_account_know_no_switch(self, asha):
        choose_mails(by=asha, by_mail=False)
        queue_mail(kind="password_changed", address=asha.email, person=asha)
        assert OutgoingMail.objects.get().kind == "password_changed"

    def test_a_disabled_account_is_told_nothing(self, asha):
        type(asha).objects.update(is_active=False)
        assert asha.is_active, "as it was read before"
        assert approved(asha) is None
        assert not Notification.objects.exists()
        assert not OutgoingMail.objects.exists()

    def test_what_a_transaction_takes_back_was_never_told(self, asha):
        with pytest.raises(RuntimeError), transaction.atomic():
            approved(asha)
            raise RuntimeError
        assert not Notification.objects.exists()
        assert not OutgoingMail.objects.exists()

    def test_the_line_is_plain_and_one(self, asha):
        told = approved(asha, context={**APPROVED, "area": "O'Neill\n & <b>Co</b>"})
        assert "for O'Neill & <b>Co</b> access" in told.text
        assert len(approved(asha, text="x" * 400).text) == 300

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "home/",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil",
            "/\n",
        ],
    )
    def test_it_leads_nowhere_but_into_the_service(self, asha, address):
        with pytest.raises(ValidationError):
            notify(person=asha, kind="access_approved", address=address, context=APPROVED)
        with pytest.raises(IntegrityError), transaction.atomic():
            Notification.objects.create(person=asha, kind="x", text="x", address=address)

    @pytest.mark.parametrize("number", [1, 12])
    def test_many_are_told_at_once_and_each_once(self, number, django_assert_num_queries):
        people = [person(f"approver.number{n}") for n in range(number)]
        with django_assert_num_queries(3):
            notify_all([*people, people[0]], kind="access_approved", address="/", context=APPROVED)
        assert Notification.objects.count() == OutgoingMail.objects.count() == number
        with django_assert_num_queries(0):
            assert notify_all([], kind="access_approved", address="/") == []


@pytest.mark.requirement("CQRS-09")
@pytest.mark.parametrize(
    ("kind", "subject", "line"),
    [
        (
            "awaits_decision",
            "NECS CPMS Access Request Awaiting Your Decision",
            "Asha Patel asks for {what}. You decide as {decider}.",
        ),
        (
            "decision_reminder",
            "NECS CPMS Access Request Still Awaiting Your Decision",
            "Reminder: Asha Patel asks for {what}. Decide by Tuesday 24 November, as {decider}.",
        ),
        (
            "moved_up",
            "NECS CPMS Access Request Moved Up to You",
            "Asha Patel asks for {what}. This has moved up to you, as {decider}.",
        ),
    ],
)
def test_approvers_hear_of_a_request_in_the_service_and_by_mail(asha, kind, subject, line):
    ward = WardFactory()
    carol = commissioner(CollaborativeFactory(members=[ward.unit.organisation]))
    item = submitted_items(person=asha, ward=ward)[0]
    stage = item.stages.get()
    Notification.objects.all().delete()
    OutgoingMail.objects.all().delete()
    due = timezone.datetime(2026, 11, 24, 12, tzinfo=timezone.get_current_timezone())
    address = f"/approvals/{item.pk}/"
    context = {"item": item, "stage": stage, "due_at": due}
    told = notify(person=carol, kind=kind, address=address, context=context)
    what, decider = item.describe(), stage.decider
    assert told.text == line.format(what=what, decider=decider)
    mail = OutgoingMail.objects.get()
    assert mail.subject == subject
    for said in ("Asha Patel", what, decider, "Tuesday 24 November 2026"):
        assert said in mail.text
        assert said in mail.html
    assert f"{django_settings.SERVICE_URL}{address}" in mail.text
    assert "\n\n\n" not in mail.text
    assert "<form" not in mail.html, "nothing is decided from a mail"
    asks = [what, Capability.PLANS_VIEW.label, "A third"]
    told = notify(person=carol, kind=kind, address=address, context={**context, "asks": asks})
    assert f"{what} and 2 more." in told.text
    assert all(ask in OutgoingMail.objects.latest("pk").text for ask in asks)


def test_what_was_read_long_ago_or_never_is_deleted(asha, settings):
    now, day = timezone.now(), timedelta(days=1)
    for number, (came, read) in enumerate(
        [(100, None), (100, 89), (100, 91), (364, None), (366, None)]
    ):
        told = approved(asha, text=f"Number {number}")
        Notification.objects.filter(pk=told.pk).update(
            created_at=now - came * day, read_at=read and now - read * day
        )
    sweep_notifications()
    kept = Notification.objects.order_by("pk").values_list("text", flat=True)
    assert list(kept) == ["Number 0", "Number 1", "Number 3"]
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert sweep_notifications.name in tasks & set(app.tasks)
