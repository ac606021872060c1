"""Two members of the helpdesk reset the two-step login of who has lost the device."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuthenticatorDevice, SecondFactorReset
from accounts.reauthentication.proof import PROVEN_AT
from accounts.second_factor.queries import has_second_factor
from accounts.second_factor.resets import ask_for_reset, confirm_reset
from accounts.second_factor.services import make_recovery_codes
from core.errors import DomainError
from core.models import AuditEvent
from tests.accounts.second_factor.conftest import give_password, is_signed_in, mails
from tests.factories.accounts import person

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("ERN-03")]

NOTE = "Called back on the number of the switchboard"


@pytest.fixture
def asked(amina, helen):
    return ask_for_reset(person=amina, note=NOTE, by=helen)


def ask_page(user):
    return reverse("admin:accounts_secondfactorreset_ask", args=[user.pk])


def confirm_page(reset):
    return reverse("admin:accounts_secondfactorreset_confirm", args=[reset.pk])


def text(answer):
    return answer.content.decode()


def test_one_asks_another_confirms_and_the_person_starts_anew(client, amina, helen, harry):
    make_recovery_codes(by=amina)
    elsewhere = Client()
    elsewhere.force_login(amina)
    client.force_login(helen)
    assert ask_page(amina) in text(client.get(f"/admin/accounts/user/{amina.pk}/change/"))
    answer = client.post(ask_page(amina), {"note": NOTE}, follow=True)
    reset = SecondFactorReset.objects.get()
    assert (reset.asked_by, reset.note) == (helen, NOTE)
    assert confirm_page(reset) not in text(answer)
    assert "Another member of the helpdesk confirms it" in text(answer)
    assert has_second_factor(amina)
    client.force_login(harry)
    page = reverse("admin:accounts_secondfactorreset_change", args=[reset.pk])
    assert confirm_page(reset) in text(client.get(page))
    assert NOTE in text(client.get(confirm_page(reset)))
    client.post(confirm_page(reset))
    reset.refresh_from_db()
    assert reset.confirmed_by == harry
    assert not has_second_factor(amina)
    assert elsewhere.get("/your-account/").status_code == 302
    subjects = [mail.subject for mail in mails("second_factor_news")]
    assert subjects[-2].endswith("The helpdesk was asked to reset it")
    assert subjects[-1].endswith("Reset by the helpdesk")
    for name, actor in (("reset_asked", helen), ("reset_confirmed", harry)):
        event = AuditEvent.objects.get(event=f"second_factor.{name}")
        assert (event.actor, event.subject) == (actor, amina)
    client.logout()
    give_password(client, amina)
    assert is_signed_in(client)


def test_nobody_confirms_what_they_asked_for(client, asked, helen):
    client.force_login(helen)
    assert "You asked for this reset yourself" in text(client.get(confirm_page(asked)))
    client.post(confirm_page(asked))
    asked.refresh_from_db()
    assert asked.confirmed_at is None
    assert AuthenticatorDevice.objects.filter(user=asked.person).exists()


def test_nobody_resets_their_own(client, helen, harry):
    client.force_login(helen)
    assert "your own two-step login" in text(client.get(ask_page(helen)))
    client.post(ask_page(helen), {"note": NOTE})
    assert not SecondFactorReset.objects.exists()
    reset = ask_for_reset(person=helen, note=NOTE, by=harry)
    with pytest.raises(DomainError, match="your own two-step login"):
        confirm_reset(reset=reset, by=helen)


def test_after_a_day_it_has_to_be_asked_again(amina, asked, harry, helen):
    SecondFactorReset.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(DomainError, match="within 24 hours"):
        confirm_reset(reset=asked, by=harry)
    assert ask_for_reset(person=amina, note=NOTE, by=helen) != asked


def test_it_ends_once_and_waits_once(amina, asked, harry):
    with pytest.raises(DomainError, match="waits to be confirmed already"):
        ask_for_reset(person=amina, note=NOTE, by=harry)
    confirm_reset(reset=asked, by=harry)
    with pytest.raises(DomainError, match="confirmed already"):
        confirm_reset(reset=asked, by=harry)
    with pytest.raises(DomainError, match="nothing to reset"):
        ask_for_reset(person=amina, note=NOTE, by=harry)


def test_only_the_helpdesk_resets(client, asked, amina):
    bela = person("bela.viewer")
    for refused in (
        lambda: ask_for_reset(person=amina, note=NOTE, by=bela),
        lambda: confirm_reset(reset=asked, by=bela),
    ):
        with pytest.raises(DomainError, match="Only the helpdesk"):
            refused()
    client.force_login(bela)
    for page in (ask_page(amina), confirm_page(asked)):
        assert client.get(page).status_code == 403
        assert client.post(page, {"note": NOTE}).status_code == 403


@pytest.mark.parametrize(
    ("asked_by", "confirmed_by"),
    [("amina", None), ("helen", "helen"), ("helen", "amina")],
    ids=["asked by the person", "confirmed by the one", "confirmed by the person"],
)
def test_the_database_refuses_it_too(amina, helen, asked_by, confirmed_by):
    people = {"amina": amina, "helen": helen, None: None}
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondFactorReset.objects.create(
            person=amina,
            note=NOTE,
            asked_by=people[asked_by],
            expires_at=timezone.now(),
            confirmed_by=people[confirmed_by],
            confirmed_at=timezone.now() if confirmed_by else None,
        )


@pytest.mark.parametrize(
    ("note", "error"),
    [
        ("", "Enter how the person"),
        (" ", "Enter how the person"),
        ("x" * 501, "500 characters or fewer"),
        ("NHS number 943 476 5919", "Remove the NHS number"),
        ("a\0b", "Null characters"),
    ],
)
def test_the_note_says_how_the_identity_was_checked(client, amina, helen, note, error):
    client.force_login(helen)
    answer = client.post(ask_page(amina), {"note": note, "confirmed_by": helen.pk})
    assert error in text(answer)
    assert not SecondFactorReset.objects.exists()


def test_whoever_is_not_there_cannot_be_reset(client, helen):
    client.force_login(helen)
    for address in ("ask/0/", "ask/99999999999999999999/", "0/confirm/"):
        path = f"/admin/accounts/secondfactorreset/{address}"
        assert client.get(path).status_code == 404
        assert client.post(path, {"note": NOTE}).status_code == 404


def test_the_password_is_asked_again_before_either_step(client, asked, harry, amina):
    client.force_login(harry)
    session = client.session
    session[PROVEN_AT] -= 16 * 60
    session.save()
    assert 'name="proof"' in text(client.post(confirm_page(asked)))
    assert has_second_factor(amina)


def test_the_history_is_read_only(client, asked, helen):
    client.force_login(helen)
    change = reverse("admin:accounts_secondfactorreset_change", args=[asked.pk])
    assert client.post(change, {"note": "changed"}).status_code == 403
    assert client.get("/admin/accounts/secondfactorreset/add/").status_code == 403
    assert client.post(f"{change.removesuffix('change/')}delete/").status_code == 403


@pytest.mark.parametrize("how", ["disabled", "no grant"])
def test_what_somebody_asked_who_left_the_helpdesk_is_asked_anew(amina, asked, helen, harry, how):
    if how == "disabled":
        type(helen).objects.filter(pk=helen.pk).update(is_active=False)
    else:
        helen.grants.all().delete()
    asked = SecondFactorReset.objects.get(pk=asked.pk)
    with pytest.raises(DomainError, match="of the helpdesk no more"):
        confirm_reset(reset=asked, by=harry)
    assert has_second_factor(amina)
    assert ask_for_reset(person=amina, note=NOTE, by=harry).asked_by == harry


def test_the_helpdesk_is_told_that_a_reset_waits(asked):
    assert confirm_page(asked).removesuffix("confirm/") in mails("reset_waits")[0].text
