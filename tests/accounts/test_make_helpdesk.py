"""The first of the helpdesk are made by a command, since nobody could approve them."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.queries import may_administer
from core.models import AuditEvent
from notifications.models import OutgoingMail
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
