"""The trail says what was done, with codes and ids: no secret in it, and no address."""

import re

import pytest

from accounts.choices import Capability
from accounts.consents import choose_communications
from accounts.models import Registration, User
from accounts.services import correct_address, register_person, verify_address
from approvals.choices import Outcome
from approvals.services import decide
from availability.choices import BedState
from availability.services import add_beds, confirm_ward
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.factories.accounts import PASSWORD, commissioner, grant, helpdesk
from tests.factories.approvals import YES, submitted_items
from tests.factories.organisations import CollaborativeFactory, WardFactory

pytestmark = pytest.mark.django_db

ADDRESS = "zoe.zest@trust.example"
TOKEN = re.compile(r"/verify/([\w-]{20,})/")


def test_no_event_of_a_whole_story_holds_a_secret_or_an_address(client):
    ward = WardFactory()
    carol = commissioner(CollaborativeFactory(members=[ward.unit.organisation]))
    helen = helpdesk()
    registration = register_person(
        address="zoe.zets@trust.example",
        password_hash="argon2$of-her-password",
        communications=True,
        terms_version="2026-11-21",
        first_name="Zoe",
        surname="Zest",
        work_postcode="SL6 0PQ",
        contact_number="01632 960111",
    )
    correct_address(registration=registration, address=ADDRESS)
    mails = " ".join(OutgoingMail.objects.values_list("text", flat=True))
    tokens = TOKEN.findall(mails)
    assert len(tokens) >= 2
    verify_address(token=tokens[-1], typed=Registration.objects.get().pk)
    zoe = User.objects.get(email=ADDRESS)
    choose_communications(by=zoe, communications=False)
    client.post("/login/", {"login": ADDRESS, "password": "Wrong-Horse-7"})
    client.force_login(helen)
    client.get(f"/admin/accounts/user/{zoe.pk}/change/")
    client.post("/admin/core/auditevent/export/", query_params={"q": ADDRESS, "event": ADDRESS})
    view, edit = submitted_items(person=zoe, ward=ward)
    decide(item=view, by=carol, outcome=Outcome.REJECTED, reason="I telephoned Zoe Zest")
    decide(item=edit, by=carol, outcome=Outcome.APPROVED, answers=YES)
    grant(zoe, Capability.ADMINISTER)
    add_beds(ward=ward, number=2, by=zoe, state=BedState.OCCUPIED)
    confirm_ward(ward=ward, by=zoe)

    events = list(AuditEvent.objects.values())
    assert len({event["event"] for event in events}) >= 12
    for event in events:
        text = f"{event['event']} {event['target']} {event['details']} {event['reference']}"
        assert "@" not in text, text
        secrets = [*tokens, "argon2$", PASSWORD, "Wrong-Horse", "960111", "Zest", "telephoned"]
        assert not [secret for secret in secrets if secret in text], text
