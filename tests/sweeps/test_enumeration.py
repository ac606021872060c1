"""No answer tells whether an address has an account: neither page, nor headers, nor work done.

How long the answers take is measured by `make bench` (bench/enumeration.py).
"""

import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.lockout import SIGN_INS, count_attempt
from accounts.models import User
from approvals.invitations.lists.parsing import COLUMNS
from approvals.invitations.models import Invitation, InvitationDraft
from approvals.invitations.services import mail_due_invitations, send_invitation
from organisations.models import Ward
from tests.factories.accounts import helpdesk, person
from tests.factories.invitations import jessica, multi_level, provider_approver, viewer
from tests.factories.organisations import PostcodeLocationFactory, WardFactory
from tests.onboarding.registering import fill, neutral

pytestmark = pytest.mark.django_db

# Equally long, so that not even the length of a page differs.
UNKNOWN, KNOWN = "anna.nobody@trust.example", "anna.person@trust.example"
DISABLED, WITH_DEVICE = "anna.gone00@trust.example", "anna.device@trust.example"
WRONG = "Wrong-Horse-77"
INVITATIONS, PENDING = "/approvals/invitations/", "/approvals/invitations/pending/"


@pytest.fixture(autouse=True)
def accounts(time_machine):
    # What an answer says of the time differs by the second.
    time_machine.move_to(timezone.now(), tick=False)
    PostcodeLocationFactory()
    person("anna.person")
    person("anna.gone00", is_active=False)
    helpdesk("anna.device")
    provider_approver(multi_level(WardFactory()))
    cache.clear()


def log_in(client, address):
    return client.post("/login/", {"login": address, "password": WRONG})


def reset(client, address):
    return client.post("/password/reset/", {"email": address})


def new_link(client, address):
    return client.post("/verify/new-link/", {"address": address})


def register(client, address):
    name = {"first_name": "Zoë", "surname": "Else", "email": address}
    fill(client, name=name)
    return client.post("/register/check-your-answers/", {"confirmed": "on", "website": ""})


def after_registration(client, address):
    register(client, address)
    return client.get("/register/check-your-email/")


def inviting(client) -> User:
    """Amina Approver."""
    amina = User.objects.get(email="amina.approver@trust.example")
    client.force_login(amina)
    return amina


def invite(client, address):
    """From the question for the address to the list of those who are invited."""
    amina = inviting(client)
    ward = Ward.objects.get()
    answers = {
        "email": {"address": address},
        "names": {"first_name": "Jessica", "surname": "Finn"},
        "organisation": {"organisation": amina.grants.get().organisation_id},
        "role": {"availability_view": [f"service_group:{ward.service_type.group_id}"]},
    }
    steps = [client.post(f"{INVITATIONS}send/{key}/", data) for key, data in answers.items()]
    review = f"{INVITATIONS}review/"
    return [*steps, client.get(review), client.post(review, {}), client.get(PENDING)]


def invite_again(client, address):
    amina = inviting(client)
    ward = Ward.objects.get()
    invited = jessica(ward.unit.organisation, viewer(ward), address=address)
    invitation = send_invitation(invited=invited, by=amina)
    resent = client.post(f"{INVITATIONS}{invitation.pk}/resend/")
    withdraw = f"{INVITATIONS}{invitation.pk}/withdraw/"
    return [resent, client.get(PENDING), client.get(withdraw), client.post(withdraw)]


def invite_with_a_list(client, address):
    inviting(client)
    row = [address, "Jessica", "Finn", "NV2", "Availability viewer", ""]
    file = SimpleUploadedFile("list.csv", "\n".join(map(",".join, (COLUMNS, row))).encode())
    upload, check = f"{INVITATIONS}list/", f"{INVITATIONS}list/check/"
    answers = [client.post(upload, {"file": file}), client.get(check), client.post(check)]
    mail_due_invitations()
    return [*answers, client.get(PENDING)]


INVITING = [invite, invite_again, invite_with_a_list]
WAYS = [log_in, reset, new_link, register, after_registration, *INVITING]


def answer_to(way, address):
    """What somebody can see of an answer, or of several, and what was written."""
    client = Client()
    Invitation.objects.all().delete()
    InvitationDraft.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        answered = way(client, address)
    responses = answered if isinstance(answered, list) else [answered]
    seen = [seen_in(response, address) for response in responses]
    return seen, writes(query["sql"] for query in queries)


def seen_in(response, address):
    # The length is that of the page, but for the digits of an invitation's number.
    headers = {
        name: value.replace(address, "ADDRESS")
        for name, value in response.headers.items()
        if name not in ("X-Request-Reference", "Content-Security-Policy", "Content-Length")
    }
    cookies = sorted((name, morsel["max-age"]) for name, morsel in response.cookies.items())
    page = re.sub(r"invitations/\d+/", "invitations/NUMBER/", neutral(response, address))
    return response.status_code, page, headers, cookies


def writes(queries) -> list[str]:
    """What was written, without its values: the verb and the table."""
    written = (re.match(r'(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', sql) for sql in queries)
    return [" ".join(found.groups()) for found in written if found]


@pytest.mark.parametrize("address", [KNOWN, DISABLED, WITH_DEVICE])
@pytest.mark.parametrize("way", WAYS)
def test_a_known_address_is_answered_like_an_unknown_one(way, address):
    unknown, _ = answer_to(way, UNKNOWN)
    known, _ = answer_to(way, address)
    assert known == unknown


@pytest.mark.parametrize("way", [log_in, reset, new_link, register, *INVITING])
def test_the_same_is_written_for_both(way):
    _, unknown = answer_to(way, UNKNOWN)
    cache.clear()
    _, known = answer_to(way, KNOWN)
    assert known == unknown


@pytest.mark.parametrize("address", [UNKNOWN, KNOWN, DISABLED, WITH_DEVICE])
def test_after_too_many_attempts_every_address_is_locked_out_alike(rf, address):
    answers = []
    for one in (UNKNOWN, address):
        cache.clear()
        for _ in range(5):
            count_attempt(rf.post("/login/"), SIGN_INS, one)
        answers.append(answer_to(log_in, one)[0])
    assert answers[0] == answers[1]
