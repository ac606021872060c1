"""The helpdesk finds people, sees in one place what is wrong, and does what is safe."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.choices import AccountKind, Capability, LinkPurpose
from accounts.leaving import disable_person, enable_person
from accounts.models import Grant, Link, Registration
from accounts.second_factor.resets import ask_for_reset
from approvals.choices import Outcome, StageEnd
from approvals.helpdesk.services import reroute_item
from approvals.models import Stage
from approvals.services import decide
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from notifications.models import MailState, OutgoingMail
from notifications.services import queue_mail, resend_mail
from organisations.choices import ApprovalLevel
from organisations.models import Organisation, Region
from tests.factories.accounts import commissioner, grant, helpdesk, person, searcher
from tests.factories.approvals import YES, submitted_items
from tests.factories.devices import authenticator
from tests.factories.organisations import CollaborativeFactory, OrganisationFactory, WardFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def helen(client):
    helen = helpdesk()
    client.force_login(helen)
    # Lately typed the password.
    session = client.session
    session["proven_at"] = timezone.now().timestamp()
    session.save()
    return helen


@pytest.fixture
def richard():
    return person("richard.test1")


@pytest.fixture
def carol():
    return commissioner(CollaborativeFactory(members=[WardFactory().unit.organisation]))


def page_of(one, name="change"):
    return reverse(f"admin:accounts_user_{name}", args=[one.pk])


def failed_mail(to, **fields):
    mail = queue_mail(kind="unknown_account", address=to.email, person=to)
    values = {"state": MailState.FAILED, "attempts": 7, "last_error": "Mailbox full", **fields}
    OutgoingMail.objects.filter(pk=mail.pk).update(**values)
    mail.refresh_from_db()
    return mail


def waiting(address):
    return Registration.objects.create(
        address=address,
        first_name="Rita",
        surname="Registered",
        work_postcode="SL6 0PQ",
        password_hash="x",
        terms_version="1",
        communications=False,
    )


@pytest.mark.requirement("CT-13")
def test_who_has_not_verified_is_found_by_the_same_search(client, helen, richard):
    registration = waiting("rita.registered@trust.example")
    people = reverse("admin:accounts_user_changelist")
    assert richard.email in client.get(people, {"q": "chard.te"}).content.decode()
    text = client.get(people, {"q": "registered@"}).content.decode()
    assert reverse("admin:accounts_registration_change", args=[registration.pk]) in text
    nobody = client.get(people, {"q": "nobody@"}).content.decode()
    assert "Nobody has registered with an address like this" in nobody
    assert client.get(people, {"q": "a\0"}).status_code == 200
    client.post(reverse("admin:accounts_registration_resend", args=[registration.pk]))
    assert OutgoingMail.objects.get(kind="verify_address").address == registration.address
    assert AuditEvent.objects.filter(event="verification.sent_again", actor=helen).exists()


@pytest.mark.requirement("CT-04", "CQRS-20")
def test_a_persons_page_shows_in_one_place_what_is_wrong(client, helen, richard, carol):
    disable_person(person=richard, by=helen, reason="left", note="Said so by telephone")
    enable_person(person=richard, by=helen)
    seat, edit = submitted_items()
    decide(item=seat, outcome=Outcome.APPROVED, by=carol, answers=YES)
    failed_mail(richard)
    text = client.get(page_of(richard)).content.decode()
    assert re.search(r"Account:</label>\s*<div class=.readonly.>Enabled", text)
    assert re.search(r"News about the service:</label>\s*<div class=.readonly.>May not be", text)
    for shown in (
        "Verified",
        "In 0 places",
        "Not set up",
        "Commissioner approver, Thames Valley CYPMHS",
        "An approver&#x27;s decision (Carol Commissioner)",
        "Mailbox full",
        "Given up",
        "Said so by telephone",
        "Left organisation",
        "Gave access",
        reverse("admin:approvals_item_reroute", args=[edit.pk]),
    ):
        assert shown in text, shown
    assert OutgoingMail.objects.filter(person=richard).first().text[:40] not in text
    assert " style=" not in text
    assert "<style" not in text


def test_the_first_page_finds_people_and_says_what_waits(client, helen, richard):
    failed_mail(richard)
    authenticator(richard)
    ask_for_reset(person=richard, note="Called back by the switchboard", by=helen)
    text = " ".join(client.get(reverse("admin:index")).content.decode().split())
    assert f'action="{reverse("admin:accounts_user_changelist")}"' in text
    for shown in ("0 requests</a> to decide", "1 reset of two-step", "1 email</a> given up"):
        assert shown in text, shown
    mails = reverse("admin:notifications_outgoingmail_changelist")
    found = client.get(mails, {"state__exact": "failed"}).context["cl"].queryset
    assert f"{mails}?state__exact=failed" in text
    assert found.count() == 1


def test_moments_are_written_in_one_way_and_kinds_of_mail_in_words(client, helen, richard):
    queued = queue_mail(kind="unknown_account", address=richard.email, person=richard)
    failed = failed_mail(richard)
    day = timezone.localdate()
    moment = f"{day.day} {day:%B %Y}, "
    for name in ("notifications_outgoingmail", "core_auditevent"):
        address = reverse(f"admin:{name}_changelist")
        assert re.search(rf"{moment}\d\d:\d\d", client.get(address).content.decode()), name
    pages = [
        client.get(
            reverse("admin:notifications_outgoingmail_change", args=[mail.pk])
        ).content.decode()
        for mail in (queued, failed)
    ]
    assert all("Unknown account" in page and moment in page for page in pages)
    assert ["Next attempt" in page for page in pages] == [True, False]


def test_mail_to_earlier_addresses_is_shown_and_all_of_it_is_found(client, helen, richard):
    now = timezone.now()
    for address, used_at in (("r.old@trust.example", now), ("r.typo@trust.example", None)):
        Link.objects.create(
            purpose=LinkPurpose.CHANGE_ADDRESS,
            person=richard,
            address=address,
            token_hash=address,
            expires_at=now,
            used_at=used_at,
        )
        queue_mail(kind="unknown_account", address=address, person=None)
    queue_mail(kind="address_changed", address="r.older@trust.example", person=richard)
    response = client.get(page_of(richard))
    mail = next(table for table in response.context["tables"] if table.title == "Mail")
    assert len(mail.rows) == 2
    found = client.get(mail.more).context["cl"].queryset
    assert {one.address for one in found} == {"r.old@trust.example", "r.older@trust.example"}
    # What somebody else has by now is theirs.
    person("r.old")
    response = client.get(page_of(richard))
    mail = next(table for table in response.context["tables"] if table.title == "Mail")
    assert len(mail.rows) == 1
    assert "r.old%40" not in mail.more


def test_a_persons_page_asks_the_same_however_much_there_is(client, helen, richard, carol):
    def asked():
        client.get(page_of(richard))  # that somebody looks is recorded once an hour
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(richard))
        # To plan many joins takes PostgreSQL longer than to answer.
        assert max(query["sql"].count(" JOIN ") for query in queries) <= 10
        return len(queries)

    seat, _ = submitted_items()
    decide(item=seat, outcome=Outcome.APPROVED, by=carol, answers=YES)
    failed_mail(richard)
    before = asked()
    for number in range(3):
        for item in submitted_items(ward=WardFactory(name=f"Ward {number}")):
            decide(item=item, outcome=Outcome.APPROVED, by=carol, answers=YES)
        failed_mail(richard)
    assert asked() == before
    assert before <= 36


def test_lists_count_no_further_than_they_show(client, helen, richard, django_assert_num_queries):
    for name in (
        *("accounts_user", "accounts_grant", "accounts_registration"),
        *("approvals_item", "approvals_accessrequest", "approvals_decision"),
        *("notifications_outgoingmail", "core_auditevent"),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"admin:{name}_changelist"), {"q": "richard"}).status_code
        counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
        # The number beside "Approvals" is counted by itself.
        assert all("LIMIT 2000" in sql for sql in counts if "approvals_stage" not in sql), (
            name,
            counts,
        )
        assert len(queries) <= 12, (name, len(queries))


def test_a_new_link_goes_only_to_who_has_not_verified(client, helen, richard):
    client.post(page_of(richard, "verify"))
    assert not Link.objects.exists()
    EmailAddress.objects.filter(user=richard).update(verified=False)
    assert "Send a new verification link" in client.get(page_of(richard)).content.decode()
    client.get(page_of(richard, "verify"))
    assert not Link.objects.exists()
    disable_person(person=richard, by=helen, reason="left")
    client.post(page_of(richard, "verify"))
    assert not Link.objects.exists()
    enable_person(person=richard, by=helen)
    client.post(page_of(richard, "verify"))
    assert Link.objects.get().person == richard


@pytest.mark.requirement("CT-18")
def test_a_mail_that_was_given_up_is_tried_again_and_no_other(client, helen, richard):
    mail = failed_mail(richard)
    client.post(reverse("admin:notifications_outgoingmail_resend", args=[mail.pk]))
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 0)
    assert AuditEvent.objects.get(event="mail.queued_again").subject == richard
    with pytest.raises(DomainError, match="tried by itself"):
        resend_mail(mail=mail, by=helen)
    sent = failed_mail(richard, state=MailState.SENT, sent_at=timezone.now(), text="")
    with pytest.raises(DomainError, match="its text is not kept"):
        resend_mail(mail=sent, by=helen)
    with pytest.raises(DomainError, match="text is not kept any more"):
        resend_mail(mail=failed_mail(richard, text=""), by=helen)


@pytest.mark.requirement("CT-04")
def test_an_item_is_sent_elsewhere_with_a_reason(client, helen, richard, carol):
    item = submitted_items()[0]
    region = Region.objects.get()
    grant(person("rena.region"), Capability.APPROVE_REGIONAL, region=region)
    page = reverse("admin:approvals_item_reroute", args=[item.pk])
    assert "Regional approver, South East" in client.get(page).content.decode()
    sent = {"to": f"approve_regional-{region.pk}", "reason": "Carol is away"}
    for bad, problem in (
        ({**sent, "reason": ""}, "Enter a reason"),
        ({**sent, "to": "approve_regional-999"}, "Choose one of these"),
        ({"to": "\0"}, "Choose one of these"),
        ({}, "Choose who decides"),
    ):
        assert problem in client.post(page, bad).content.decode()
    assert item.stages.count() == 1
    assert client.post(page, sent).status_code == 302
    left, now = item.stages.all()
    assert left.ended == StageEnd.REROUTED
    assert (now.is_current, now.region) == (True, region)
    assert now.because == "The helpdesk sent it here: Carol is away"
    event = AuditEvent.objects.get(event="item.rerouted")
    assert (event.actor, event.details["reason"]) == (helen, "Carol is away")
    client.post(page, {"to": "anew", "reason": "Carol is back"})
    assert item.stages.get(is_current=True).capability == Capability.APPROVE_COMMISSIONER
    with pytest.raises(DomainError, match="waits there already"):
        reroute_item(item=item, to=None, reason="Again", by=helen)
    place = item.request.organisation
    grant(item.person, Capability.APPROVE_STANDARD, organisation=place)
    to = Stage(capability=Capability.APPROVE_STANDARD, organisation=place)
    with pytest.raises(DomainError, match="Nobody but who asked"):
        reroute_item(item=item, to=to, reason="Sent to oneself", by=helen)
    decide(item=item, outcome=Outcome.APPROVED, by=carol, answers=YES)
    with pytest.raises(Conflict):
        reroute_item(item=item, to=None, reason="Late", by=helen)


@pytest.mark.requirement("CT-05")
def test_the_kind_of_an_account_changes_on_a_page_that_asks(client, helen, richard):
    page = page_of(richard, "kind")
    client.get(page)
    richard.refresh_from_db()
    assert richard.kind == AccountKind.PERSONAL
    client.post(page)
    richard.refresh_from_db()
    assert richard.kind == AccountKind.GENERIC


def test_what_changes_rights_asks_for_the_password_first(client, helen, richard):
    session = client.session
    session["proven_at"] = 0
    session.save()
    organisation = WardFactory().unit.organisation
    client.post(page_of(richard, "kind"))
    pages = ("close", {"on": str(timezone.localdate())}), ("merge", {"successor": organisation.pk})
    for name, sent in pages:
        client.post(
            reverse(f"admin:organisations_organisation_{name}", args=[organisation.pk]), sent
        )
    richard.refresh_from_db()
    organisation.refresh_from_db()
    assert richard.kind == AccountKind.PERSONAL
    assert organisation.closed_on is None


@pytest.mark.requirement("CT-04")
def test_what_follows_is_shown_before_an_organisation_closes_or_merges(client, helen, carol):
    ward = WardFactory()
    provider = ward.unit.organisation
    other = OrganisationFactory(ods_code="RNU", ods_name="OXFORD", name="Oxford Health")
    wendy = searcher(ward.service_type.group)
    held = grant(wendy, Capability.AVAILABILITY_EDIT, organisation=provider)
    submitted_items()
    close, merge = (
        reverse(f"admin:organisations_organisation_{name}", args=[provider.pk])
        for name in ("close", "merge")
    )
    text = client.get(close).content.decode()
    for shown in ("Wards: 1", "CAMHS-Kennet-ED", str(held), "decision: 2", "Thames Valley CYPMHS"):
        assert shown in text, shown
    assert client.post(close, {"on": "yesterday"}).status_code == 200
    past = client.post(close, {"on": "2026-01-31"}).content.decode()
    assert "Choose today or a day to come." in past
    assert 'value="2026-01-31"' in past
    day = timezone.localdate() + timedelta(days=40)
    client.post(close, {"on": str(day)})
    text = client.get(close).content.decode()
    assert f"closes on {day.day} {day:%B %Y} already" in text
    assert f'value="{day}"' in text
    client.post(reverse("admin:organisations_organisation_keep_open", args=[provider.pk]))
    assert "already" not in client.get(close).content.decode()
    found = client.get(merge, {"q": "oxf\0"}).content.decode()
    assert f"?successor={other.pk}" in client.get(merge, {"q": "oxf"}).content.decode(), found
    for bad in ("999999999999999999999", "x", "\0", str(provider.pk)):
        assert client.get(merge, {"successor": bad}).status_code == 200
        assert client.post(merge, {"successor": bad}).status_code in (200, 302)
    text = client.get(merge, {"successor": other.pk}).content.decode()
    assert f"Becomes the same access to {other}" in text
    assert Organisation.objects.get(pk=provider.pk).closed_on is None
    client.post(merge, {"successor": other.pk})
    assert Organisation.objects.get(pk=provider.pk).successor == other
    assert Grant.objects.live().get(person=wendy, organisation=other).continues == held


def test_no_form_of_the_directory_closes_or_switches_an_organisation_past_what_follows(
    client, helen
):
    provider = WardFactory().unit.organisation
    page = reverse("admin:organisations_organisation_change", args=[provider.pk])
    sent = {"name": "Other", "kind": provider.kind_id, "approval_level": ApprovalLevel.MULTI}
    day = timezone.localdate() - timedelta(days=1)
    assert client.post(page, {**sent, "closed_on": str(day)}).status_code == 302
    provider.refresh_from_db()
    assert (provider.name, provider.closed_on) == ("Other", None)
    assert provider.approval_level == ApprovalLevel.SINGLE
    switch = reverse("approvals:provider", args=[provider.pk])
    assert f'href="{switch}"' in client.get(page).content.decode()
