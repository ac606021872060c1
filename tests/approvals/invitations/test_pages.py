"""The pages of who invites."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from accounts.reauthentication.proof import PROVEN_AT
from approvals.invitations.models import Invitation, InvitationDraft
from approvals.invitations.services import expire_invitations
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.factories.accounts import commissioner, helpdesk
from tests.factories.invitations import (
    JESSICA,
    invited_to_edit,
    multi_level,
    provider_approver,
)
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    OrganisationKindFactory,
)

pytestmark = pytest.mark.django_db

STEP = "/approvals/invitations/send/{}/"
REVIEW = "/approvals/invitations/review/"
PENDING = "/approvals/invitations/pending/"


@pytest.fixture
def amina(client, ward):
    user = provider_approver(multi_level(ward))
    client.force_login(user)
    return user


def answer(client, key, **data):
    return client.post(STEP.format(key), data)


def answer_all(client, ward):
    own = ward.unit.organisation
    answer(client, "email", address=JESSICA)
    answer(client, "names", first_name="Jessica", surname="Finn")
    answer(client, "organisation", organisation=own.pk)
    return answer(
        client,
        "role",
        availability_view=[f"service_group:{ward.service_type.group_id}"],
        availability_edit=[f"ward:{ward.pk}", f"unit:{ward.unit_id}"],
    )


@pytest.mark.requirement("CQRS-05")
def test_from_the_address_to_send_step_by_step(client, amina, ward):
    assert client.get("/approvals/invitations/").url == STEP.format("email")
    page = client.get(STEP.format("email")).content.decode()
    assert "Send invitation</a>" in page
    assert "Pending Invitation</a>" in page
    assert "Invitation can be sent to a new user only" in page
    assert answer(client, "email", address=JESSICA).url == STEP.format("names")
    assert answer(client, "names", first_name="Jessica", surname="Finn").url == STEP.format(
        "organisation"
    )
    page = client.get(STEP.format("organisation")).content.decode()
    assert "Which organisation do you want to invite Jessica to?" in page
    assert answer_all(client, ward).url == REVIEW
    page = client.get(REVIEW).content.decode()
    for text in (JESSICA, "The Huntercombe Group", "Availability viewer: CYPMHS (CAMHS)", "Send"):
        assert text in page
    # The unit stands for its wards.
    assert "CAMHS-Kennet-ED" not in page
    assert client.post(REVIEW, {}).url == PENDING
    invitation = Invitation.objects.get()
    assert (invitation.address, invitation.by) == (JESSICA, amina)
    assert OutgoingMail.objects.filter(kind="invitation").count() == 1
    page = client.get(PENDING).content.decode()
    assert "The invitation has been sent to Jessica Finn" in page
    assert page.count(JESSICA) == 2


@pytest.mark.requirement("CQRS-05")
def test_a_second_click_sends_nothing_more(client, amina, ward):
    answer_all(client, ward)
    client.post(REVIEW, {})
    assert client.post(REVIEW, {}).url == PENDING
    assert Invitation.objects.count() == 1


def test_going_back_keeps_what_was_typed(client, amina, ward):
    answer(client, "email", address=JESSICA)
    sent = answer(client, "names", first_name="Jess", surname="", previous="yes")
    assert sent.url == STEP.format("email")
    assert 'value="Jess"' in client.get(STEP.format("names")).content.decode()


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("email", {"address": "a\0b@trust.example"}),
        ("email", {"address": "x" * 300 + "@trust.example"}),
        ("names", {"first_name": "x" * 81, "surname": "www.x.example"}),
        ("organisation", {"organisation": "999999999999999999999999"}),
        ("organisation", {"organisation": "\0"}),
        ("role", {"availability_edit": ["ward:999999999"]}),
        ("role", {"approve_standard": ["organisation:1"]}),
        ("role", {"ends_on_day": "31", "ends_on_month": "2", "ends_on_year": "2027"}),
        ("role", {}),
    ],
)
def test_bad_input_is_an_error_at_its_field_and_is_not_kept(client, amina, ward, key, data):
    order = ["email", "names", "organisation", "role"]
    answers = {
        "email": {"address": JESSICA},
        "names": {"first_name": "Jessica", "surname": "Finn"},
        "organisation": {"organisation": str(ward.unit.organisation_id)},
    }
    kept = {name: answers[name] for name in order[: order.index(key)]}
    InvitationDraft.objects.create(person=amina, answers=kept)
    response = answer(client, key, **data)
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert InvitationDraft.objects.get().answers == kept


@pytest.mark.parametrize(("year", "words"), [("2020", "today or later"), ("2099", "10 years")])
def test_the_last_day_is_neither_over_nor_far_away(client, amina, ward, year, words):
    answer_all(client, ward)
    role = {"availability_view": [f"service_group:{ward.service_type.group_id}"]}
    day = {"ends_on_day": "31", "ends_on_month": "3", "ends_on_year": year}
    assert words in answer(client, "role", **role, **day).content.decode()


@pytest.mark.requirement("CQRS-03")
def test_an_approver_is_never_offered_by_a_providers_approver(client, amina, ward):
    answer_all(client, ward)
    page = client.get(STEP.format("role")).content.decode()
    assert "Availability editor" in page
    assert "approver" not in page.partition("<main")[2].partition("</main")[0].replace(
        "approval", ""
    ).replace("approves", "")


def test_errors_speak_of_the_names_of_who_is_invited(client, amina):
    answer(client, "email", address=JESSICA)
    page = answer(client, "names", first_name="", surname="---").content.decode()
    assert "Enter their first name" in page
    assert "Enter their surname with at least 1 letter" in page


class TestPending:
    @pytest.fixture
    def invitation(self, amina):
        return invited_to_edit(by=amina)

    @pytest.mark.requirement("CQRS-05")
    def test_it_is_sent_again(self, client, invitation):
        response = client.post(f"/approvals/invitations/{invitation.pk}/resend/")
        assert response.url == PENDING
        assert OutgoingMail.objects.filter(kind="invitation").count() == 2

    def test_not_more_often_than_one_gets_mails_in_a_day(self, client, invitation, settings):
        settings.ACCOUNT_RATE_LIMITS = {
            **settings.ACCOUNT_RATE_LIMITS,
            "invitation_mail": "1/d/key",
        }
        for _ in range(3):
            client.post(f"/approvals/invitations/{invitation.pk}/resend/")
        assert OutgoingMail.objects.filter(kind="invitation").count() == 2

    @pytest.mark.requirement("CQRS-05")
    def test_withdrawing_is_asked_about_first(self, client, invitation):
        url = f"/approvals/invitations/{invitation.pk}/withdraw/"
        page = client.get(url).content.decode()
        assert "Do you want to withdraw the invitation of" in page
        assert AuditEvent.objects.filter(event="person.viewed").count() == 1
        invitation.refresh_from_db()
        assert invitation.is_open
        assert client.post(url).url == PENDING
        invitation.refresh_from_db()
        assert invitation.status == "withdrawn"
        assert "already closed: withdrawn" in client.get(url).content.decode()
        assert client.post(url).url == PENDING

    def test_one_of_others_is_not_found(self, client, invitation):
        client.force_login(commissioner(CollaborativeFactory()))
        for act in ("resend", "withdraw"):
            url = f"/approvals/invitations/{invitation.pk}/{act}/"
            assert client.post(url).status_code == 404
        invitation.refresh_from_db()
        assert invitation.is_open

    def test_what_ended_unaccepted_is_listed_below(self, client, invitation):
        assert "Ended without being accepted" not in client.get(PENDING).content.decode()
        Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        for _ in range(2):
            pending, ended = client.get(PENDING).content.decode().split("Ended without")
            assert JESSICA in ended
            assert JESSICA not in pending
            expire_invitations()
        client.force_login(commissioner(CollaborativeFactory()))
        assert "Ended without" not in client.get(PENDING).content.decode()

    def test_its_queries_do_not_grow(self, client, invitation, django_assert_max_num_queries):
        with django_assert_max_num_queries(14):
            client.get(PENDING)


def test_sending_and_ending_need_a_proof(client, amina, ward):
    invitation = invited_to_edit(by=amina, address="other@trust.example")
    answer_all(client, ward)
    session = client.session
    session[PROVEN_AT] = 0
    session.save()
    for url in (
        REVIEW,
        f"/approvals/invitations/{invitation.pk}/withdraw/",
        f"/approvals/invitations/{invitation.pk}/resend/",
    ):
        response = client.post(url, {})
        assert "Confirm that it is you" in response.content.decode()
    invitation.refresh_from_db()
    assert invitation.is_open
    assert Invitation.objects.count() == 1


@pytest.mark.requirement("CQRS-22")
def test_a_commissioner_mails_a_registration_link(client, ward):
    own = ward.unit.organisation
    carol = commissioner(CollaborativeFactory(members=[own]))
    client.force_login(carol)
    url = reverse("approvals:registration_link")
    assert client.post(url, {"address": "x"}).status_code == 200
    right = carol.grants.get().pk
    sent = client.post(url, {"address": "manager@trust.example", "right": right})
    assert sent.status_code == 302
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.address) == ("registration_link", "manager@trust.example")
    assert "Commissioner approver, Thames Valley CYPMHS" in mail.text
    assert "/register/" in mail.text
    assert AuditEvent.objects.filter(event="registration_link.sent", actor=carol).exists()


@pytest.mark.parametrize("limit", ["invitation_mail", "registration_link"])
def test_registration_links_are_not_mailed_on_and_on(client, ward, settings, limit):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, limit: "1/d/key"}
    carol = commissioner(CollaborativeFactory(members=[ward.unit.organisation]))
    client.force_login(carol)
    typed = {"address": "manager@trust.example", "right": carol.grants.get().pk}
    for status in (302, 200):
        response = client.post(reverse("approvals:registration_link"), typed)
        assert response.status_code == status
    assert "There is a problem" in response.content.decode()
    assert OutgoingMail.objects.count() == 1


@pytest.mark.requirement("CQRS-05")
def test_the_helpdesk_invites_to_organisations_of_any_kind(client, ward):
    kind = OrganisationKindFactory(code="icb")
    icb = OrganisationFactory(ods_code="QU9", name="Invented ICB", kind=kind)
    client.force_login(helpdesk())
    answer(client, "email", address=JESSICA)
    answer(client, "names", first_name="Jessica", surname="Finn")
    found = client.get("/request-access/find/organisations/", {"q": "Invented"}).json()
    assert [match["label"] for match in found["matches"]] == ["Invented ICB"]
    sent = answer(client, "organisation", organisation="QU9")
    assert sent.url == STEP.format("role")
    assert InvitationDraft.objects.get().answers["organisation"]["organisation"] == icb.pk
    page = client.get(STEP.format("role")).content.decode()
    assert "Regional approver" in page
    assert "Provider approver" not in page


@pytest.mark.requirement("CQRS-05")
def test_the_helpdesk_invites_anyone_to_no_organisation(client, ward):
    client.force_login(helpdesk())
    answer(client, "email", address=JESSICA)
    answer(client, "names", first_name="Jessica", surname="Finn")
    assert answer(client, "organisation", organisation="").url == STEP.format("role")
    page = client.get(STEP.format("role")).content.decode()
    for role in ("Availability viewer", "Regional approver"):
        assert role in page
    region = ward.unit.region_id
    sent = answer(
        client,
        "role",
        approve_regional=[f"region:{region}"],
        ends_on_day="31",
        ends_on_month="3",
        ends_on_year="2030",
    )
    assert sent.url == REVIEW
    assert "31 March 2030" in client.get(REVIEW).content.decode()
    client.post(REVIEW, {})
    offer = Invitation.objects.get().offered.get()
    assert offer.capability == Capability.APPROVE_REGIONAL
    assert f"{offer.last_day:%d.%m.%Y}" == "31.03.2030"
