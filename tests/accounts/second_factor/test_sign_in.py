"""After the password alone there is no authenticated session."""

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core.context import request_context
from cryptography.fernet import InvalidToken
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.choices import Capability, LinkPurpose
from accounts.links import issue_link
from accounts.models import AuthenticatorDevice, EmailDevice, RecoveryCode
from accounts.passwords.services import reset_password
from accounts.second_factor.services import make_recovery_codes
from core.models import AuditEvent
from tests.accounts.second_factor.conftest import give_password, is_signed_in, mailed_code, mails
from tests.factories.accounts import PASSWORD, commissioner, grant, person
from tests.factories.devices import authenticator, code_of, wrong_code
from tests.factories.organisations import CollaborativeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("ERN-03")]

CODE, BY_EMAIL, RECOVERY = "/login/code/", "/login/code/email/", "/login/code/recovery/"


def events(name):
    return AuditEvent.objects.filter(event=name).count()


def test_the_password_alone_opens_nothing(client, amina):
    assert give_password(client, amina).url == CODE
    assert not is_signed_in(client)
    for path in ("/home/", "/your-account/", "/your-account/two-step-login/"):
        assert client.get(path).url.startswith("/login/?next=")


def test_the_code_of_the_app_signs_in_and_leads_where_the_person_wanted_to_go(client, amina):
    give_password(client, amina, next="/your-account/")
    code = code_of(authenticator(amina))
    answer = client.post(CODE, {"code": f"{code[:3]} {code[3:]}"})
    assert answer.url == "/your-account/"
    assert client.get("/your-account/").status_code == 200
    signed_in = AuditEvent.objects.get(event="sign_in.succeeded")
    assert signed_in.details["methods"] == ["password", "authenticator"]


def test_who_has_no_device_is_not_asked(client, db):
    assert give_password(client, person("sam.searcher")).url == "/home/"
    assert is_signed_in(client)


def test_a_device_that_is_not_confirmed_is_not_asked_for(client, db):
    user = person("sam.searcher")
    AuthenticatorDevice.objects.create(
        user=user, confirmed=False, sealed_secret=AuthenticatorDevice.new_secret()
    )
    assert give_password(client, user).url == "/home/"


def test_the_session_gets_another_key_at_the_password_and_at_the_code(client, amina):
    client.get("/login/")
    session = client.session
    session["before"] = True
    session.save()
    keys = [session.session_key]
    give_password(client, amina)
    keys.append(client.session.session_key)
    client.post(CODE, {"code": code_of(authenticator(amina))})
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3


def test_a_code_works_once(client, amina):
    code = code_of(authenticator(amina))
    give_password(client, amina)
    client.post(CODE, {"code": code})
    client.logout()
    give_password(client, amina)
    assert "has been used already" in client.post(CODE, {"code": code}).content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("half_minutes", "accepted"), [(-2, False), (-1, True), (1, True), (2, False)]
)
def test_a_clock_may_be_half_a_minute_wrong(client, amina, half_minutes, accepted):
    with time_machine.travel(timezone.now().replace(second=10), tick=False):
        code = code_of(authenticator(amina), later=half_minutes)
        give_password(client, amina)
        client.post(CODE, {"code": code})
    assert is_signed_in(client) is accepted


def test_a_clock_that_is_wrong_is_not_learned(client, amina):
    with time_machine.travel(timezone.now().replace(second=10), tick=False):
        give_password(client, amina)
        client.post(CODE, {"code": code_of(authenticator(amina), later=-1)})
    client.logout()
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        give_password(client, amina)
        client.post(CODE, {"code": code_of(authenticator(amina), later=-2)})
    assert not is_signed_in(client)


def test_the_fifth_wrong_code_costs_a_quarter_of_an_hour(client, amina):
    device = authenticator(amina)
    give_password(client, amina)
    answers = [client.post(CODE, {"code": wrong_code(device)}).content.decode() for _ in range(5)]
    assert "The code is not correct" in answers[3]
    assert "5 wrong codes have been entered" in answers[4]
    assert "for the next 15 minutes" in answers[4]
    assert "I cannot use my device" in answers[4]
    client.post(CODE, {"code": code_of(device)})
    assert not is_signed_in(client)
    assert events("second_factor.locked") == 1
    assert [mail.address for mail in mails("second_factor_news")] == [amina.email]


def test_after_the_wait_one_more_code_may_be_tried(client, amina):
    device = authenticator(amina)
    AuthenticatorDevice.objects.update(
        throttling_failure_count=5,
        throttling_failure_timestamp=timezone.now() - timedelta(minutes=15),
    )
    give_password(client, amina)
    client.post(CODE, {"code": wrong_code(device)})
    client.post(CODE, {"code": code_of(device)})
    assert not is_signed_in(client)
    AuthenticatorDevice.objects.update(
        throttling_failure_timestamp=timezone.now() - timedelta(minutes=15)
    )
    client.post(CODE, {"code": code_of(device)})
    assert is_signed_in(client)
    device.refresh_from_db()
    assert device.throttling_failure_count == 0


def test_however_many_wrong_codes_the_wait_stays_the_same(amina):
    device = authenticator(amina)
    device.throttling_failure_count = 5000
    device.throttle_increment()
    device.refresh_from_db()
    allowed, why = device.verify_is_allowed()
    assert not allowed
    assert why["locked_until"] - device.throttling_failure_timestamp == timedelta(minutes=15)


def test_ten_minutes_after_the_password_it_is_needed_again(client, amina):
    give_password(client, amina)
    with time_machine.travel(time.time() + 601):
        answer = client.post(CODE, {"code": code_of(authenticator(amina))}, follow=True)
        assert answer.redirect_chain == [("/login/", 302)]
        assert "You took more than 10 minutes" in answer.content.decode()
    assert not is_signed_in(client)


def test_cancel_ends_it(client, amina):
    give_password(client, amina)
    assert client.post(CODE, {"cancel": "yes"}).url == "/login/"
    assert client.get(CODE).url == "/login/"


def test_a_password_that_is_changed_meanwhile_ends_it(client, amina):
    give_password(client, amina)
    amina.set_password("Another-Horse-8")
    amina.save()
    assert client.post(CODE, {"code": code_of(authenticator(amina))}).url == "/login/"
    assert not is_signed_in(client)


def test_an_account_that_is_disabled_meanwhile_stays_out(client, amina):
    give_password(client, amina)
    amina.is_active = False
    amina.save()
    answer = client.post(CODE, {"code": code_of(authenticator(amina))})
    assert answer.url == "/login/disabled/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("path", [CODE, BY_EMAIL, RECOVERY, "/login/code/no-device/"])
def test_without_the_password_there_is_no_page_for_codes(client, db, path):
    assert client.get(path).url == "/login/"
    assert client.post(path, {"code": "123456"}).url == "/login/"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Enter the 6-digit code"),
        ("12345", "The code has 6 digits"),
        ("12345x", "The code has 6 digits"),
        ("1234567", "The code has 6 digits"),
        ("١٢٣٤٥٦", "The code has 6 digits"),
        ("123\x00456", "Null characters are not allowed"),
        ("1" * 100_000, "The code has 6 digits"),
    ],
)
def test_what_is_no_code_is_an_error_that_counts_as_no_attempt(client, amina, typed, error):
    give_password(client, amina)
    answer = client.post(CODE, {"code": typed, "id": "1", "next": "//evil.example"})
    assert answer.status_code == 200
    assert error in answer.content.decode()
    assert AuthenticatorDevice.objects.get().throttling_failure_count == 0


def test_somebody_elses_code_is_wrong(client, amina):
    other = authenticator(person("bela.viewer"))
    give_password(client, amina)
    client.post(CODE, {"code": code_of(other)})
    assert not is_signed_in(client)


# By email


def test_a_mailed_code_signs_in_and_is_kept_only_as_a_hash(client, elsie):
    assert give_password(client, elsie).url == CODE
    assert client.get(CODE).url == BY_EMAIL
    assert elsie.email in client.get(BY_EMAIL).content.decode()
    code = mailed_code()
    device = EmailDevice.objects.get()
    assert code not in device.token
    assert len(device.token) == 64
    client.post(BY_EMAIL, {"code": code})
    assert is_signed_in(client)
    client.logout()
    give_password(client, elsie)
    client.post(BY_EMAIL, {"code": code})
    assert not is_signed_in(client)


def test_a_mailed_code_works_for_ten_minutes(client, elsie):
    give_password(client, elsie)
    EmailDevice.objects.update(valid_until=timezone.now())
    client.post(BY_EMAIL, {"code": mailed_code()})
    assert not is_signed_in(client)
    assert "for 10 minutes" in mails("second_factor_code")[0].text


def test_another_code_is_mailed_after_a_minute_and_ends_the_one_before(client, elsie):
    give_password(client, elsie)
    first = mailed_code()
    answer = client.post(BY_EMAIL, {"send": "yes"}, follow=True)
    assert "less than a minute ago" in answer.content.decode()
    assert len(mails("second_factor_code")) == 1
    EmailDevice.objects.update(last_generated_timestamp=timezone.now() - timedelta(seconds=61))
    client.post(BY_EMAIL, {"send": "yes"})
    second = mailed_code()
    assert len(mails("second_factor_code")) == 2
    if first != second:
        client.post(BY_EMAIL, {"code": first})
        assert not is_signed_in(client)
    client.post(BY_EMAIL, {"code": second})
    assert is_signed_in(client)


def test_who_has_both_chooses(client, elsie):
    authenticator(elsie)
    give_password(client, elsie)
    assert not mails("second_factor_code")
    assert "Email me a code instead" in client.get(CODE).content.decode()
    client.post(BY_EMAIL, {"send": "yes"})
    client.post(BY_EMAIL, {"code": mailed_code()})
    assert is_signed_in(client)


# Without the device


def test_a_recovery_code_signs_in_once_and_the_person_hears_of_it(client, amina):
    code = make_recovery_codes(by=amina)[0]
    give_password(client, amina)
    assert "Use a recovery code" in client.get("/login/code/no-device/").content.decode()
    answer = client.post(RECOVERY, {"code": code.upper().replace("-", " ")}, follow=True)
    assert is_signed_in(client)
    assert "with a recovery code; 9 are left" in answer.content.decode()
    assert "9 of them are left" in mails("second_factor_news")[-1].text
    assert events("second_factor.recovery_code_used") == 1
    client.logout()
    give_password(client, amina)
    client.post(RECOVERY, {"code": code})
    assert not is_signed_in(client)


def test_wrong_recovery_codes_are_counted_together(client, amina):
    right = make_recovery_codes(by=amina)[0]
    give_password(client, amina)
    for number in range(5):
        client.post(RECOVERY, {"code": f"{number:024}"})
    assert "5 wrong codes" in client.post(RECOVERY, {"code": right}).content.decode()
    assert not is_signed_in(client)


def test_recovery_codes_are_kept_as_hashes(amina):
    codes = make_recovery_codes(by=amina)
    assert len(set(codes)) == 10
    kept = set(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert len(kept) == 10
    assert not any(code[:4] in text for code in codes for text in kept)


def test_the_secret_of_an_app_is_encrypted(amina, settings):
    device = authenticator(amina)
    assert device.secret.hex() not in device.sealed_secret
    settings.SECOND_FACTOR_KEYS = ["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="]
    with pytest.raises(InvalidToken):
        _ = device.secret


def test_queries_of_a_code(client, amina, django_assert_num_queries):
    give_password(client, amina)
    with django_assert_num_queries(8):
        client.get(CODE)


def test_whatever_proved_who_it_is_the_code_comes_after_it(client, rf, amina):
    """An outside identity provider, too, ends in this function of allauth."""
    request = rf.get("/login/")
    request.session, request.user = client.session, AnonymousUser()
    with request_context(request):
        answer = perform_login(request, Login(user=amina, redirect_url="/home/"))
    assert answer.url == CODE
    assert not request.user.is_authenticated
    assert "_auth_user_id" not in request.session


class TestAfterAPasswordByMail:
    """Who reads the mailbox has both the link and the mailed code: one factor, not two."""

    @pytest.fixture
    def carol(self, client):
        carol = commissioner(CollaborativeFactory())
        AuthenticatorDevice.objects.filter(user=carol).delete()
        EmailDevice.objects.create(user=carol, name="mail", confirmed=True)
        self.recovery_codes = make_recovery_codes(by=carol)
        token = issue_link(purpose=LinkPurpose.RESET_PASSWORD, address=carol.email, person=carol)
        return reset_password(token=token, password=PASSWORD + "x")

    def log_in(self, client, carol):
        client.post("/login/", {"login": carol.email, "password": PASSWORD + "x"})
        return client.get(CODE, follow=True)

    def test_a_mailed_code_is_not_enough_where_a_second_factor_is_needed(self, client, carol):
        sent = len(mails("second_factor_code"))
        page = self.log_in(client, carol)
        assert "your role needs a second proof" in page.content.decode()
        client.post(BY_EMAIL, {"send": "yes"})
        assert len(mails("second_factor_code")) == sent
        assert not is_signed_in(client)

    def test_a_recovery_code_is_and_mailed_codes_count_again_then(self, client, carol):
        self.log_in(client, carol)
        client.post(RECOVERY, {"code": self.recovery_codes[0]})
        assert is_signed_in(client)
        client.logout()
        assert "We have emailed a 6-digit code" in self.log_in(client, carol).content.decode()

    def test_who_need_not_have_a_second_factor_may_still_use_the_mailed_code(self, client, carol):
        carol.grants.all().delete()
        assert "We have emailed a 6-digit code" in self.log_in(client, carol).content.decode()

    def test_the_mailed_code_itself_proves_no_more_than_the_mailbox(self, client, carol):
        carol.grants.all().delete()
        self.log_in(client, carol)
        client.post(BY_EMAIL, {"code": mailed_code()})
        assert is_signed_in(client)
        client.logout()
        grant(carol, Capability.ADMINISTER)
        AuthenticatorDevice.objects.filter(user=carol).delete()
        assert "your role needs a second proof" in self.log_in(client, carol).content.decode()
