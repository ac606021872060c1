"""Who has left for good becomes anonymous (CQRS-23)."""

from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.choices import Capability, LinkPurpose
from accounts.leaving import disable_person, enable_person
from accounts.links import issue_link
from accounts.models import Disabling, Link, User
from accounts.retention import anonymise_due
from accounts.tasks import anonymise_leavers
from approvals.choices import OrganisationType
from approvals.invitations.models import Invitation
from approvals.models import AccessRequest
from core.errors import DomainError
from core.models import AuditEvent
from notifications.models import OutgoingMail, Preference
from notifications.services import choose_mails, queue_mail
from notifications.tasks import deliver_outbox
from onboarding.models import AccessRequestDraft
from tests.factories.accounts import UserFactory, grant, helpdesk, person
from tests.factories.approvals import submitted_items
from tests.factories.devices import authenticator
from tests.factories.organisations import OrganisationFactory, ServiceGroupFactory

pytestmark = pytest.mark.django_db

# What is known of Zephyrine, each found nowhere else.
PERSONAL = {
    "first_name": "Zephyrine",
    "surname": "Quillfeather",
    "email": "zq.leaver@trust.example",
    "job_title": "Keeper of lanterns",
    "contact_number": "01632 960987",
    "work_postcode": "ZZ9 9ZQ",
    "other_role": "Lamplighter general",
}
SAID = "Said by Zephyrine alone"


@pytest.fixture
def zephyrine(client):
    somebody = UserFactory(**PERSONAL)
    authenticator(somebody)
    submitted_items(person=somebody)
    AccessRequest.objects.create(
        person=somebody,
        organisation_type=OrganisationType.OTHER,
        organisation_name=SAID,
        in_nhs=False,
        contact_address=SAID,
        further_contact=SAID,
        not_found=SAID,
        reason=SAID,
    )
    AccessRequestDraft.objects.create(person=somebody, answers={"reason": SAID})
    SocialAccount.objects.create(user=somebody, provider="nhs", uid=SAID)
    issue_link(purpose=LinkPurpose.RESET_PASSWORD, person=somebody, address=somebody.email)
    queue_mail(kind="account_unlocked", address=somebody.email, person=somebody)
    choose_mails(by=somebody, by_mail=False)
    Invitation.objects.create(
        address=somebody.email,
        first_name="Zephyrine",
        surname="Quillfeather",
        organisation=OrganisationFactory(),
        by=person("ina.inviter"),
        status="accepted",
        person=somebody,
        expires_at=timezone.now(),
        ended_at=timezone.now(),
    )
    Invitation.objects.create(
        address=somebody.email,
        first_name="Zephyrine",
        surname="Quillfeather",
        organisation=OrganisationFactory(),
        by=User.objects.get(first_name="Ina"),
        status="expired",
        expires_at=timezone.now(),
        ended_at=timezone.now(),
    )
    issue_link(purpose=LinkPurpose.VERIFY_ADDRESS, address=somebody.email)
    grant(somebody, Capability.AVAILABILITY_VIEW, service_group=ServiceGroupFactory())
    LogEntry.objects.create(
        user=somebody,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(somebody.pk),
        object_repr=str(somebody),
        action_flag=CHANGE,
        change_message=SAID,
    )
    client.force_login(somebody)
    client.get("/home/")
    boss = helpdesk()
    disable_person(person=somebody, by=boss, reason="other", note=SAID)
    return somebody


def places_of(*texts):
    """Every column of every table that holds one of the texts, in any case."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN"
            " ('text', 'character varying', 'json', 'jsonb', 'inet', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            likes = " OR ".join([f'"{column}"::text ILIKE %s'] * len(texts))
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE {likes}', [f"%{text}%" for text in texts]
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def disabled_for(somebody, days):
    then = timezone.now() - timedelta(days=days)
    Disabling.objects.filter(person=somebody).update(at=then)


@pytest.mark.requirement("CQRS-23")
def test_nothing_personal_is_left_in_any_table(zephyrine, settings):
    assert len(places_of(*PERSONAL.values(), SAID)) > 15
    deliver_outbox()
    disabled_for(zephyrine, settings.RETENTION_DAYS + 1)
    anonymise_leavers()
    assert places_of(*PERSONAL.values(), SAID) == []
    assert not Preference.objects.exists()
    zephyrine.refresh_from_db()
    assert zephyrine.get_full_name() == "Former user"
    assert not zephyrine.has_usable_password()


@pytest.mark.requirement("CQRS-23")
def test_what_the_audit_needs_stays(zephyrine, settings):
    before = AuditEvent.objects.filter(subject=zephyrine).count()
    disabled_for(zephyrine, settings.RETENTION_DAYS + 1)
    assert anonymise_due() == 1
    events = AuditEvent.objects.filter(subject=zephyrine)
    assert events.count() > before
    assert events.filter(event="person.anonymised", actor=None).count() == 1
    assert Disabling.objects.filter(person=zephyrine).exists()
    assert zephyrine.access_requests.count() == 2
    assert zephyrine.grants.exists()
    assert not zephyrine.grants.filter(revoked_at=None).exists()
    assert anonymise_due() == 0


def test_before_the_time_and_of_who_came_back_nothing_is_touched(zephyrine, settings):
    disabled_for(zephyrine, settings.RETENTION_DAYS - 1)
    assert anonymise_due() == 0
    settings.RETENTION_DAYS -= 2
    enable_person(person=zephyrine, by=User.objects.get(email__startswith="helen"))
    assert anonymise_due() == 0
    assert Link.objects.filter(person=zephyrine).exists()


def test_who_was_disabled_without_a_record_counts_from_the_last_use(settings):
    old = person("olga.old", is_active=False)
    assert anonymise_due() == 0
    long_ago = timezone.now() - timedelta(days=settings.RETENTION_DAYS + 1)
    User.objects.filter(pk=old.pk).update(joined_at=long_ago)
    assert anonymise_due() == 1


@pytest.mark.requirement("CQRS-23")
def test_it_is_for_good(zephyrine, settings):
    disabled_for(zephyrine, settings.RETENTION_DAYS + 1)
    anonymise_due()
    with pytest.raises(DomainError, match="cannot be enabled again"):
        enable_person(person=zephyrine, by=User.objects.get(email__startswith="helen"))
    for change in ({"is_active": True}, {"surname": "Quillfeather"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=zephyrine.pk).update(**change)


def test_texts_of_mail_that_never_went_are_forgotten_too(settings):
    mail = queue_mail(kind="account_unlocked", address="x@trust.example", person=person("x.y"))
    then = timezone.now() - timedelta(days=settings.RETENTION_DAYS + 1)
    OutgoingMail.objects.filter(pk=mail.pk).update(state="failed", queued_at=then)
    anonymise_due()
    mail.refresh_from_db()
    assert (mail.text, mail.html) == ("", "")
