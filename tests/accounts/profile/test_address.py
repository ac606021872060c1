"""Another address for an account: proven before anything changes, told to who has the old one."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.choices import LinkPurpose
from accounts.links import DeadLink, issue_link
from accounts.models import EmailDevice, Link, Registration, User
from accounts.profile.address import ask_for_address, change_address
from accounts.reauthentication.proof import PROVEN_AT
from accounts.second_factor.services import WrongCode, enter_code, mail_code
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.factories.accounts import PASSWORD, person

pytestmark = pytest.mark.django_db

OLD, NEW = "richard.test1@trust.example", "richard.test1@other.example"
ASK, CONFIRM = "/your-account/email-address/", "/your-account/email-address/confirm/"


@pytest.fixture
def richard(client):
    richard = person("richard.test1")
    client.force_login(richard)
    return richard


def mails(**which) -> list[tuple[str, str]]:
    found = OutgoingMail.objects.filter(**which).order_by("pk")
    return [(mail.kind, mail.address) for mail in found]


def path_of_link() -> str:
    text = OutgoingMail.objects.filter(kind="change_address").latest("pk").text
    found = re.search(r"(/your-account/email-address/\S+/)", text)
    assert found
    return found[1]


@pytest.mark.requirement("CQRS-13")
def test_the_address_changes_when_the_link_is_used_and_not_before(client, richard):
    elsewhere = Client()
    elsewhere.force_login(richard)
    assert client.post(ASK, {"address": NEW.upper()}).status_code == 302
    assert mails() == [("address_change_asked", OLD), ("change_address", NEW)]
    other_link = issue_link(purpose=LinkPurpose.RESET_PASSWORD, address=OLD, person=richard)
    page = client.get(path_of_link(), follow=True)
    assert page.redirect_chain[-1][0] == CONFIRM
    assert "Change my email address" in page.content.decode()
    richard.refresh_from_db()
    assert richard.email == OLD

    Registration.objects.create(
        address=NEW, password_hash="!", terms_version="1", communications=False
    )
    client.post(CONFIRM)
    richard.refresh_from_db()
    assert richard.email == NEW
    # Who registered with it and never proved it is not asked for it any more.
    assert not Registration.objects.exists()
    rows = EmailAddress.objects.filter(user=richard).values_list("email", "primary", "verified")
    assert list(rows) == [(NEW, True, True)]
    assert mails()[2:] == [("address_changed", OLD)]
    assert AuditEvent.objects.filter(event="address.changed", actor_id=richard.pk).exists()
    assert not Link.objects.filter(used_at=None, superseded_at=None).exists(), other_link
    assert client.get("/your-account/").status_code == 200
    assert elsewhere.get("/your-account/").status_code == 302
    # Nothing is left to use.
    assert client.get(CONFIRM).status_code == 410
    login = {"login": NEW, "password": PASSWORD}
    assert Client().post("/login/", login)["Location"] == "/home/"


def test_a_known_address_gets_the_same_answer_and_its_owner_is_told(
    client, richard, django_assert_num_queries
):
    unknown = client.post(ASK, {"address": NEW}, follow=True)
    olga = person("olga.owner")
    known = client.post(ASK, {"address": olga.email}, follow=True)
    words = known.content.decode().replace(olga.email, NEW)
    assert "We have sent an email to" in words
    assert strip(words) == strip(unknown.content.decode())
    assert mails()[2:] == [("address_change_asked", OLD), ("address_in_use", olga.email)]
    with django_assert_num_queries(14):
        ask_for_address(by=richard, address="somebody.new@trust.example")
    with django_assert_num_queries(14):
        ask_for_address(by=richard, address=olga.email)


def strip(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken".*?>|data-remaining="\d+"', "", html)


def test_the_link_is_for_who_asked_alone(client, richard):
    client.post(ASK, {"address": NEW})
    link = path_of_link()
    olga = person("olga.owner")
    client.force_login(olga)
    assert client.get(link, follow=True).status_code == 410
    assert client.post(CONFIRM).status_code == 410
    with pytest.raises(DeadLink):
        change_address(by=olga, token=link.rstrip("/").rsplit("/", 1)[1])
    assert set(User.objects.values_list("email", flat=True)) == {OLD, olga.email}


def test_an_address_that_somebody_has_taken_meanwhile_is_not_given_twice(client, richard):
    client.post(ASK, {"address": NEW})
    client.get(path_of_link())
    User.objects.create_user(NEW, first_name="Late", surname="Comer", work_postcode="SL6 0PQ")
    assert client.post(CONFIRM).status_code == 410
    richard.refresh_from_db()
    assert richard.email == OLD


def test_both_steps_need_a_proof(client, richard):
    session = client.session
    session[PROVEN_AT] = 0
    session.save()
    page = client.post(ASK, {"address": NEW})
    assert "Confirm that it is you" in page.content.decode()
    assert mails() == []


def test_a_change_that_waits_is_shown_sent_again_and_cancelled(client, richard):
    address = ASK
    client.post(address, {"address": "r.new@trust.example"})
    assert "r.new@trust.example" in client.get("/your-account/").content.decode()
    assert 'value="r.new@trust.example"' in client.get(address).content.decode()
    link = path_of_link()
    answer = client.post(address, {"cancel": "yes"}, follow=True).content.decode()
    assert f"Your email address stays {richard.email}" in answer
    assert "r.new@trust.example" not in answer
    assert client.get(link, follow=True).status_code == 410
    assert AuditEvent.objects.filter(event="address.change_cancelled", actor=richard).count() == 1
    again = client.post(address, {"cancel": "yes"}, follow=True).content.decode()
    assert "No change of your email address waits any more" in again


def test_a_newer_link_ends_the_one_before(client, richard):
    client.post(ASK, {"address": NEW})
    first = path_of_link()
    client.post(ASK, {"address": "third@trust.example"})
    assert client.get(first, follow=True).status_code == 410


def test_who_asks_for_an_address_that_another_asked_for_ends_nobodys_link(client, richard):
    client.post(ASK, {"address": NEW})
    link, olga = path_of_link(), person("olga.owner")
    ask_for_address(by=olga, address=NEW)
    olgas = path_of_link().rstrip("/").rsplit("/", 1)[1]
    assert client.get(link, follow=True).status_code == 200
    change_address(by=olga, token=olgas)
    assert client.post(CONFIRM).status_code == 410


def test_too_many_links_a_day_are_refused(client, richard):
    for number in range(5):
        client.post(ASK, {"address": f"new.{number}@trust.example"})
    response = client.post(ASK, {"address": NEW})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["address"]
    assert ("change_address", NEW) not in mails()


@pytest.mark.parametrize(
    "typed", ["", "no address", f"{'a' * 250}@trust.example", "a\0@b.example", OLD]
)
def test_what_is_no_other_address_is_refused_at_the_field(client, richard, typed):
    response = client.post(ASK, {"address": typed})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["address"]
    assert mails() == []


def test_codes_of_the_second_factor_follow_only_what_is_proven(richard):
    device = EmailDevice.objects.create(user=richard, name="Codes by email")
    ask_for_address(by=richard, address=NEW)
    mail_code(device=device)
    assert mails(kind="second_factor_code") == [("second_factor_code", OLD)]
    code = re.search(r"\b\d{6}\b", OutgoingMail.objects.latest("pk").text)
    token = path_of_link().rstrip("/").rsplit("/", 1)[1]
    changed = change_address(by=richard, token=token)
    # What was mailed to the old address opens nothing any more.
    with pytest.raises(WrongCode):
        enter_code(device=device, code=code[0])
    mail_code(device=EmailDevice.objects.get(user=changed))
    assert mails(kind="second_factor_code")[1:] == [("second_factor_code", NEW)]
