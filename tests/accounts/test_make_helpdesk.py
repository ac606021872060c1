"""Who is of the helpdesk is for operators to say: a command makes one, another ends it."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Grant, User
from accounts.queries import may_administer
from approvals.people.rules import may_act
from approvals.rights import Act
from core.models import AuditEvent
from notifications.models import Notification, OutgoingMail
from tests.factories.accounts import helpdesk, person

pytestmark = pytest.mark.django_db


def test_a_verified_account_becomes_helpdesk_on_the_record_and_is_told(capsys):
    lucy = person("lucy.bennett")
    call_command("make_helpdesk", " Lucy.Bennett@TRUST.example ")
    assert "Lucy Bennett" in capsys.readouterr().out
    assert may_administer(User.objects.get(pk=lucy.pk))
    assert AuditEvent.objects.get(event="grant.set_up").subject == lucy
    assert OutgoingMail.objects.get(kind="made_helpdesk").address == lucy.email


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: None, "Nobody has registered"),
        (lambda: person("lucy.bennett", verified=False), "Nobody has registered"),
        (lambda: person("lucy.bennett", is_active=False), "Nobody has registered"),
        (lambda: helpdesk("lucy.bennett"), "already"),
    ],
)
def test_nobody_else_does(make, words):
    make()
    with pytest.raises(CommandError, match=words):
        call_command("make_helpdesk", "lucy.bennett@trust.example")
    assert not AuditEvent.objects.filter(event="grant.set_up").exists()


@pytest.mark.parametrize("address", ["", "lucy", "a@b@c"])
def test_what_is_no_address_is_refused_in_words(address):
    with pytest.raises(CommandError):
        call_command("make_helpdesk", address)


@pytest.mark.requirement("CQRS-02")
@pytest.mark.parametrize("is_active", [True, False])
def test_who_leaves_the_helpdesk_is_a_user_whom_it_can_disable(is_active):
    helen, hugo = helpdesk(), helpdesk("hugo.helpdesk")
    User.objects.filter(pk=hugo.pk).update(is_active=is_active)
    act = Act.DISABLE if is_active else Act.ENABLE
    assert may_act(act, helen, hugo)
    call_command("end_helpdesk", "Hugo.Helpdesk@trust.example")
    assert not Grant.objects.filter(person=hugo, revoked_at=None).exists()
    assert may_act(act, helen, hugo) is None
    event = AuditEvent.objects.get(event="grant.revoked")
    assert (event.actor, event.subject) == (None, hugo)
    assert Notification.objects.filter(person=hugo, kind="access_revoked").count() == is_active


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("helen.helpdesk@trust.example", "last account of the helpdesk"),
        ("lucy.bennett@trust.example", "Nobody of the helpdesk has"),
        ("nobody@trust.example", "Nobody of the helpdesk has"),
        ("", "Nobody of the helpdesk has"),
    ],
)
def test_the_last_of_the_helpdesk_and_others_do_not(address, words):
    helen = helpdesk()
    person("lucy.bennett")
    with pytest.raises(CommandError, match=words):
        call_command("end_helpdesk", address)
    assert may_administer(User.objects.get(pk=helen.pk))
