"""The summary, sending, and what follows (CPMS-25, CPMS-26, CQRS-08)."""

import pytest

from accounts.choices import Capability
from approvals.choices import OrganisationType, Outcome
from approvals.models import AccessRequest, Item
from approvals.services import Applicant, Ask, decide, submit_request
from core.errors import Conflict, DomainError
from onboarding.access_request.chosen import MOST
from onboarding.access_request.services import send_request
from onboarding.models import AccessRequestDraft
from organisations.models import ServiceGroup
from tests.counts import in_the_long_run
from tests.factories.accounts import UserFactory, commissioner, grant, person
from tests.factories.approvals import YES
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    ServiceGroupFactory,
    WardFactory,
)
from tests.onboarding.access_request.conftest import SUMMARY, Asking, text_of, url
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("CPMS-25")
def test_the_summary_has_three_parts_and_every_change_comes_back(asking, ward):
    group = ServiceGroupFactory()
    asking.everything(ward, edit="yes", places=[ward], plans="yes")
    asking.answer("plans", service_group=group.pk, access="view", next="yes")
    text = asking.summary()
    for words in (
        "Organisation details and required access",
        "Provider / provider collaborative",
        "The Huntercombe Group",
        "Bed / session availability",
        "CYPMHS (CAMHS)",
        "Wards requested",
        "Bed / capacity plans",
        "CYPMHS (CAMHS): View only",
    ):
        assert words in text
    details = {"organisation_type": "provider", "availability": "yes", "plans": "yes"}
    for key, data in (
        ("organisation", details),
        ("provider", {"provider": ward.unit.organisation.name}),
        ("availability", {"edit": "yes"}),
        ("places", {"next": "yes"}),
        ("plans", {"next": "yes"}),
    ):
        assert f'href="{url(key)}?change=1"' in text
        assert asking.answer(key, change=True, **data).url == SUMMARY


def test_parts_that_are_not_asked_for_are_left_out(asking, ward):
    asking.everything(ward)
    text = asking.summary()
    assert "Bed / session availability" in text
    assert "Bed / capacity plans" not in text


def test_previous_leads_to_the_last_question(client, asking, ward):
    asking.everything(ward)
    assert client.post(SUMMARY, {"previous": "yes"}).url == url("availability")
    assert not AccessRequest.objects.exists()


@pytest.mark.requirement("CPMS-26")
@pytest.mark.requirement("CQRS-08")
def test_after_sending_each_part_says_who_decides_and_by_when(client, asking, ward):
    commissioner(CollaborativeFactory(members=[ward.unit.organisation]))
    asking.everything(ward, edit="yes", places=[ward])
    text = text_of(client.post(SUMMARY, follow=True))
    assert (
        "Your request is currently under review. You will receive an email to the address you "
        "registered with once our review is complete." in text
    )
    assert "Availability viewer: CYPMHS (CAMHS)" in text
    assert "CAMHS-Kennet-ED" in text
    # What goes to one decider stands together.
    assert text.count("Decided by: Commissioner approver, Thames Valley CYPMHS") == 1
    assert "Carol" not in text
    assert text.count("<br> By: ") == 1


@pytest.mark.requirement("CPMS-28")
def test_each_parts_status_can_be_followed_for_good(client, asking, ward):
    carol = commissioner(CollaborativeFactory(members=[ward.unit.organisation]))
    asking.everything(ward, edit="yes", places=[ward])
    asking.send()
    view, edit = Item.objects.order_by("pk")
    decide(item=view, outcome=Outcome.APPROVED, by=carol, answers=YES)
    decide(item=edit, outcome=Outcome.REJECTED, by=carol, reason="Not on this ward")
    text = text_of(client.get("/your-requests/"))
    assert "Approved on" in text
    assert "Declined on" in text
    assert "Not on this ward" in text


def test_nobody_sees_anothers_requests(client, asking, ward):
    asking.everything(ward)
    asking.send()
    client.force_login(person("nora.north"))
    text = text_of(client.get("/your-requests/"))
    assert "You have not sent any request yet." in text
    assert "Availability viewer" not in text


@pytest.mark.parametrize("requests", [1, 5])
def test_the_page_of_requests_asks_a_fixed_number_of_queries(
    client, asking, ward, requests, django_assert_num_queries
):
    groups = [
        ServiceGroupFactory(code=f"group-{number}", name=f"Group {number}", position=10 + number)
        for number in range(requests)
    ]
    for group in groups:
        asking.details(availability="no", plans="yes")
        asking.provider(ward)
        asking.answer("plans", service_group=group.pk, access="view", next="yes")
        asking.send()
    assert AccessRequest.objects.count() == requests
    with django_assert_num_queries(13):
        client.get("/your-requests/")


def test_a_double_click_sends_one_request(asking, ward):
    asking.everything(ward)
    asking.send()
    assert asking.send().url == "/request-access/sent/"
    assert AccessRequest.objects.count() == 1


def test_going_back_to_the_summary_after_sending_says_that_it_was_sent(client, asking, ward):
    asking.everything(ward)
    asking.send()
    assert client.get(SUMMARY).url == "/request-access/sent/"


def test_what_is_held_is_shown_and_not_asked_again(asking, richard, ward):
    grant(richard, Capability.AVAILABILITY_VIEW, service_group=ServiceGroup.objects.get())
    asking.details()
    asking.provider(ward)
    assert "You have this already: search in CYPMHS (CAMHS)" in asking.see("availability")
    asking.answer("availability", edit="no")
    response = asking.send()
    assert "You already have, or have already asked for, everything you chose." in text_of(response)
    assert not AccessRequest.objects.exists()
    assert AccessRequestDraft.objects.exists()


@pytest.mark.requirement("CPMS-20")
def test_a_tick_in_the_admin_opens_a_group_to_registration(admin_site, asking, ward):
    perinatal = ServiceGroupFactory(
        code="perinatal", name="Perinatal", position=3, open_to_registration=False
    )
    asking.details()
    asking.provider(ward)
    assert "Perinatal" not in asking.see("availability")
    admin_site(perinatal, open_to_registration="on")
    assert "Perinatal" in asking.see("availability")
    asking.answer("availability", edit="no", service_groups=[perinatal.pk])
    asking.send()
    assert Item.objects.get().scope == perinatal


@pytest.mark.requirement("CPMS-24")
def test_a_tick_in_the_admin_opens_a_group_to_plans(admin_site, asking, ward):
    perinatal = ServiceGroupFactory(
        code="perinatal", name="Perinatal", position=3, open_to_plans=False
    )
    asking.details(availability="no", plans="yes")
    asking.provider(ward)
    assert "Perinatal" not in asking.see("plans")
    admin_site(perinatal, open_to_plans="on")
    assert "Perinatal" in asking.see("plans")


def test_an_organisation_outside_the_directory_of_providers_is_no_provider(asking):
    OrganisationFactory(ods_code="Q1", name="An ICB", kind__code="icb")
    asking.details()
    assert "There is a problem" in text_of(asking.answer("provider", provider="An ICB"))


@in_the_long_run
@pytest.mark.parametrize("path", ["/home/", "/your-requests/"])
def test_pages_of_the_longest_requests_stay_under_sixty_kibibytes(client, richard, ward, path):
    group, provider = ward.service_type.group, ward.unit.organisation
    for number in range(6):
        wards = [
            WardFactory(name=f"Ward with a rather long name {number} {one}") for one in range(MOST)
        ]
        submit_request(
            by=richard,
            applicant=Applicant(OrganisationType.PROVIDER, provider),
            asks=[Ask(Capability.AVAILABILITY_EDIT, one, group) for one in wards],
        )
    page = client.get(path)
    assert "rather long name" in text_of(page)
    assert len(page.content) < 60 * 1024


def test_the_same_note_is_sent_once(richard, ward):
    applicant = Applicant(OrganisationType.PROVIDER, ward.unit.organisation)
    submit_request(by=richard, applicant=applicant, asks=[], not_found="Elm ward")
    with pytest.raises(DomainError):
        submit_request(by=richard, applicant=applicant, asks=[], not_found="Elm ward")


@pytest.mark.django_db(transaction=True)
def test_of_several_tabs_that_register_at_once_one_sends(client, ward):
    richard = UserFactory()
    client.force_login(richard)
    Asking(client).everything(ward)

    def press(position):
        try:
            return send_request(by=richard).pk
        except Conflict:
            return None

    outcomes = at_once(press, 5)
    assert len([one for one in outcomes if one]) == 1
    assert AccessRequest.objects.count() == 1
    assert Item.objects.count() == 1


@pytest.mark.requirement("CQRS-14")
def test_further_access_is_asked_for_with_a_reason(asking, richard, ward):
    assert asking.client.get("/request-access/reason/").status_code == 404
    asking.everything(ward)
    assert ">Register<" in asking.client.get(SUMMARY).content.decode().replace(" ", "")
    asking.send()
    asking.details(availability="no", plans="yes")
    asking.provider(ward)
    group = ServiceGroup.objects.get()
    asking.answer("plans", service_group=group.pk, access="view", next="yes")
    # Nothing is sent without.
    assert asking.client.post(SUMMARY).url == "/request-access/reason/"
    for refused in ("", "x" * 251, "For 943 476 5919", "a\0b"):
        assert asking.answer("reason", reason=refused).status_code == 200
    asking.answer("reason", reason="x" * 250)
    summary = asking.summary()
    assert "x" * 250 in summary
    assert ">Send<" in asking.client.get(SUMMARY).content.decode().replace(" ", "")
    asking.send(reason="I will work there 2 days a week")
    assert AccessRequest.objects.latest("pk").reason == "I will work there 2 days a week"


@pytest.mark.requirement("CQRS-14")
def test_who_chose_nothing_new_is_told_before_the_reason_is_asked(asking, richard, ward):
    asking.everything(ward)
    asking.send()
    asking.details()
    response = asking.answer("availability", edit="no")
    assert response.url == "/request-access/availability/"
    assert "already asked for, everything you chose" in asking.see("availability")
    asking.answer("availability", edit="yes")
    asking.add(ward)
    assert asking.answer("places", next="yes").url == "/request-access/reason/"
