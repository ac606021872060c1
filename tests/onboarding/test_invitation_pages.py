"""The pages of somebody who was invited."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.leaving import revoke_grants
from accounts.models import User
from approvals.invitations.models import Invitation
from approvals.invitations.services import resend_invitation, withdraw_invitation
from notifications.models import OutgoingMail
from tests.factories.accounts import helpdesk, person
from tests.factories.invitations import DETAILS, JESSICA, PASSWORD, invited_to_edit, mailed_token
from tests.factories.organisations import PostcodeLocationFactory

pytestmark = pytest.mark.django_db

PAGE, DONE = "/invitation/", "/invitation/accepted/"
TYPED = {
    **DETAILS,
    "password": PASSWORD,
    "confirmation": PASSWORD,
    "accepted": "on",
    "communications": "disagree",
}


@pytest.fixture
def invitation():
    PostcodeLocationFactory()
    return invited_to_edit()


def follow(client, token=None):
    response = client.get(f"/invitation/{token or mailed_token()}/")
    assert response.url == PAGE
    return client.get(PAGE)


@pytest.mark.requirement("CQRS-06", "CT-13")
def test_the_page_says_who_invites_and_what_is_offered_and_opens_the_account(client, invitation):
    page = follow(client).content.decode()
    for text in (
        "The Huntercombe Group",
        "Provider approver, The Huntercombe Group",
        "Availability viewer: CYPMHS (CAMHS)",
        JESSICA,
        'value="Jessica"',
    ):
        assert text in page
    assert "Amina" not in page
    assert not User.objects.filter(email=JESSICA).exists()
    assert client.post(PAGE, TYPED).url == DONE
    page = client.get(DONE).content.decode()
    assert "Your account is ready" in page
    assert "What you can use now" in page
    assert "has to be approved" not in page
    user = User.objects.get(email=JESSICA)
    assert (user.terms_version != "", user.communications) == (True, False)


def test_looking_at_the_link_uses_nothing_up(client, invitation):
    for _ in range(3):
        assert follow(client).status_code == 200
    invitation.refresh_from_db()
    assert invitation.is_open


@pytest.mark.requirement("CQRS-06")
def test_what_waits_is_said_in_words(client, invitation):
    revoke_grants(person=invitation.by, by=helpdesk(), because="Moved")
    page = follow(client).content.decode()
    assert "What has to be approved first" in page
    assert "without any further approval" not in page
    client.post(PAGE, TYPED)
    page = client.get(DONE).content.decode()
    assert "What has to be approved first" in page
    assert "What you can use now" not in page


def test_the_mail_of_one_sent_again_promises_what_can_be_given_then(invitation):
    revoke_grants(person=invitation.by, by=helpdesk(), because="Moved")
    resend_invitation(invitation=invitation, by=invitation.by)
    first, again = OutgoingMail.objects.filter(kind="invitation").order_by("pk")
    for mail, promised in ((first, True), (again, False)):
        for text in (mail.text, mail.html):
            assert ("without any further approval" in text) is promised
            assert ("have to be approved first" in text) is not promised
            assert "Availability viewer: CYPMHS (CAMHS)" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "short", "confirmation": "short"}, "8 characters"),
        ({"password": "Jessica.Finn1", "confirmation": "Jessica.Finn1"}, "not contain your name"),
        ({"confirmation": "Other-Battery-8"}, "not the same"),
        ({"accepted": ""}, "Tick the box to accept the terms"),
        ({"communications": "maybe"}, "Select whether you agree"),
        ({"work_postcode": "nowhere"}, "postcode"),
        ({"first_name": "a\0b"}, "#id_first_name"),
        ({"surname": "x" * 81}, "80 characters"),
        ({"first_name": ""}, "Enter your first name"),
    ],
)
def test_bad_input_is_an_error_at_its_field_and_opens_nothing(client, invitation, changes, words):
    follow(client)
    response = client.post(PAGE, {**TYPED, **changes})
    page = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" in page
    assert words in page
    assert page.count('href="#id_password"') <= 1
    assert PASSWORD not in page
    assert not User.objects.filter(email=JESSICA).exists()


def withdrawn(invitation):
    withdraw_invitation(invitation=invitation, by=invitation.by)


def too_old(invitation):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))


def sent_again(invitation):
    resend_invitation(invitation=invitation, by=invitation.by)


def taken(invitation):
    person("jessica.finn")


@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [
        (withdrawn, "This invitation has been withdrawn"),
        (too_old, "This invitation has ended"),
        (sent_again, "This link has been replaced"),
        (taken, "You have an account already"),
    ],
)
def test_a_link_that_cannot_be_used_says_why_and_what_to_do(client, invitation, meanwhile, words):
    token = mailed_token()
    follow(client, token)
    meanwhile(invitation)
    for response in (client.get(PAGE), client.post(PAGE, TYPED)):
        assert response.status_code == 410
        assert words in response.content.decode()
        assert ("/request-access/" in response.content.decode()) == (meanwhile is taken)
    assert not User.objects.exclude(email__in=[invitation.by.email, JESSICA]).exists()


def test_a_used_link_and_one_that_never_was_say_so(client, invitation):
    token = mailed_token()
    follow(client, token)
    client.post(PAGE, TYPED)
    assert "has been used already" in follow(client, token).content.decode()
    assert "This link does not work" in follow(client, "nosuchtoken").content.decode()


def test_the_last_page_is_for_who_accepted(client):
    assert client.get(DONE).url == "/"
