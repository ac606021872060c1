"""Whose staff somebody is, and what each branch asks (CPMS-15 to CPMS-19)."""

import pytest

from accounts.choices import Capability
from approvals.choices import OrganisationType
from approvals.models import AccessRequest, Item
from onboarding.access_request.steps import wizard_of
from onboarding.models import AccessRequestDraft
from tests.factories.accounts import UserFactory, person
from tests.factories.organisations import (
    OrganisationFactory,
    OrganisationKindFactory,
)
from tests.onboarding.access_request.conftest import START, SUMMARY, Asking, text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("regions")]


@pytest.mark.requirement("CPMS-14")
def test_the_request_goes_on_where_it_was_left_on_any_device(client, asking, richard, ward):
    assert client.get(START).url == url("organisation")
    asking.details()
    client.logout()
    client.force_login(richard)
    assert client.get(START).url == url("provider")


def test_looking_at_the_first_page_keeps_no_draft(asking):
    asking.see("organisation")
    assert not AccessRequestDraft.objects.exists()


@pytest.mark.requirement("CPMS-15")
def test_the_first_page_asks_for_the_organisation_and_the_required_access(asking):
    text = asking.see("organisation")
    for words in (
        "Organisation details",
        "Your organisation",
        "Provider / provider collaborative",
        "NHS England",
        "Other",
        "Required access",
        "Do you require bed/session availability access?",
        "Do you require bed/capacity plans access?",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("organisation_type", "key"),
    [("provider", "provider"), ("nhs_england", "region"), ("other", "other")],
)
@pytest.mark.requirement("CPMS-15")
def test_each_kind_of_organisation_has_its_own_question(asking, organisation_type, key):
    assert asking.details(organisation_type).url == url(key)


@pytest.mark.requirement("CPMS-19")
def test_at_least_one_access_is_needed(asking):
    response = asking.details(availability="no", plans="no")
    assert "Select Yes for availability, for plans or for both" in text_of(response)
    assert asking.answers == {}


@pytest.mark.requirement("CPMS-16")
@pytest.mark.requirement("CQRS-07")
@pytest.mark.parametrize("text", ["The Huntercombe Group", " the huntercombe  GROUP ", "nv2"])
def test_a_provider_is_chosen_by_its_name_or_ods_code(asking, ward, text):
    asking.details()
    assert asking.answer("provider", provider=text).url == url("availability")
    assert asking.answers["provider"]["provider"] == ward.unit.organisation.pk


@pytest.mark.requirement("CT-18")
def test_a_provider_that_is_not_listed_goes_on_with_what_was_typed(asking):
    asking.details()
    text = text_of(asking.answer("provider", provider="New Care Ltd"))
    assert "not listed" in text
    asking.answer(
        "provider",
        provider="New Care Ltd",
        provider_choice="unlisted",
        provider_found="New Care Ltd",
    )
    asking.answer("availability", edit="no")
    assert "New Care Ltd (not listed)" in asking.summary()
    asking.send()
    request = AccessRequest.objects.get()
    assert (request.organisation, request.organisation_name) == (None, "New Care Ltd")
    stage = request.items.get().stages.get()
    assert stage.capability == Capability.ADMINISTER


@pytest.mark.requirement("CPMS-17")
@pytest.mark.requirement("CT-09")
@pytest.mark.parametrize(
    ("codes", "said"),
    [(["Y59"], "South East"), (["Y56", "Y59"], "London"), (["national"], "National")],
)
def test_nhs_england_is_national_or_one_or_more_regions(asking, codes, said):
    asking.details("nhs_england")
    assert asking.answer("region", regions=codes).url == url("availability")
    asking.answer("availability", edit="no")
    assert said in asking.summary()
    asking.send()
    request = AccessRequest.objects.get()
    assert request.organisation_type == OrganisationType.NHS_ENGLAND
    assert request.is_national == (codes == ["national"])
    assert [region.code for region in request.regions.all()] == [
        code for code in codes if code != "national"
    ]


@pytest.mark.parametrize("codes", [[], ["national", "Y59"], ["Y99"]])
def test_national_and_a_region_exclude_each_other(asking, codes):
    asking.details("nhs_england")
    assert "There is a problem" in text_of(asking.answer("region", regions=codes))
    assert "region" not in asking.answers


@pytest.mark.requirement("CPMS-18")
@pytest.mark.requirement("CT-07")
def test_an_nhs_organisation_gives_its_name_alone(asking):
    icb = OrganisationFactory(ods_code="QU9", name="Thames Valley ICB", kind__code="icb")
    asking.details("other")
    assert "Do you work for an NHS organisation or CSU?" in asking.see("other")
    assert asking.answer("other", in_nhs="yes").url == url("nhs-body")
    text = asking.see("nhs-body")
    assert "Organisation name" in text
    assert "Contact address" not in text
    asking.answer("nhs-body", organisation="Thames Valley ICB")
    asking.answer("availability", edit="no")
    asking.send()
    request = AccessRequest.objects.get()
    assert (request.organisation, request.in_nhs) == (icb, True)


@pytest.mark.requirement("CPMS-18")
def test_other_organisations_give_an_address_as_well(asking):
    asking.details("other")
    assert asking.answer("other", in_nhs="no").url == url("other-body")
    text = asking.see("other-body")
    assert (
        "Further contact information, e.g. mobile number (in case we need to contact you "
        "regarding your application) (optional)" in text
    )
    missing = text_of(asking.answer("other-body", organisation="A charity"))
    assert "Enter your contact address" in missing
    asking.answer("other-body", organisation="A charity", contact_address="1 High Street\nLeeds")
    asking.answer("availability", edit="no")
    summary = asking.summary()
    assert "A charity" in summary
    assert "1 High Street" in summary
    asking.send()
    request = AccessRequest.objects.get()
    assert (request.organisation_name, request.in_nhs) == ("A charity", False)
    assert request.contact_address.splitlines() == ["1 High Street", "Leeds"]


@pytest.mark.parametrize("button", ["next", "previous"])
def test_an_nhs_number_is_never_kept(asking, button):
    asking.details("other")
    asking.answer("other", in_nhs="no")
    address = {"contact_address": "For 9434765919", "further_contact": "Or 943 476 5919"}
    asking.answer("other-body", organisation="A charity", **address, **{button: "yes"})
    assert "5919" not in str(asking.answers)
    if button == "previous":
        assert asking.answers["other-body"]["organisation"]["text"] == "A charity"


@pytest.mark.requirement("CT-07")
def test_a_kind_that_the_helpdesk_added_is_found(asking):
    kind = OrganisationKindFactory(
        code="ambulance", name="Ambulance trust", position=20, asks_as="nhs_body"
    )
    trust = OrganisationFactory(ods_code="RX8", name="Yorkshire Ambulance", kind=kind)
    asking.details("other")
    asking.answer("other", in_nhs="yes")
    asking.answer("nhs-body", organisation="RX8")
    assert asking.answers["nhs-body"]["organisation"] == trust.pk


def test_a_provider_and_search_only_is_three_pages_and_a_summary(asking, richard, ward):
    asking.everything(ward)
    assert len(wizard_of(richard).applicable(asking.answers)) == 3


@pytest.mark.requirement("CPMS-21")
@pytest.mark.requirement("CPMS-22")
def test_search_only_asks_for_search_and_no_places(client, asking, richard, ward):
    asking.everything(ward)
    assert client.get(url("places")).status_code == 302
    asking.send()
    item = Item.objects.get()
    assert (item.person, item.capability) == (richard, Capability.AVAILABILITY_VIEW)


def test_an_answer_that_no_longer_applies_is_dropped(asking, ward):
    asking.everything(ward, edit="yes", places=[ward])
    asking.answer("availability", change=True, edit="no")
    assert "places" not in asking.answers
    asking.details("nhs_england")
    assert "provider" not in asking.answers


def test_a_change_that_opens_a_question_leads_to_it(asking, ward):
    asking.everything(ward)
    assert asking.answer("availability", change=True, edit="yes").url == url("places")


@pytest.mark.requirement("CPMS-09")
def test_previous_keeps_what_was_typed(asking, ward):
    asking.details()
    asking.provider(ward)
    assert asking.answer("availability", edit="yes", previous="yes").url == url("provider")
    text = asking.see("availability")
    assert "checked" in text.split('value="yes"')[1].split(">")[0]


def test_a_provider_that_closed_meanwhile_is_said_with_its_successor(client, asking, ward):
    asking.everything(ward)
    provider = ward.unit.organisation
    provider.successor = OrganisationFactory(ods_code="NV9", name="Active Care")
    provider.closed_on = "2020-01-01"
    provider.save()
    assert client.get(START).url == url("provider")
    text = asking.see("provider")
    assert "The Huntercombe Group closed on 1 January 2020." in text
    assert "Active Care" in text
    assert asking.send().url == url("provider")
    assert not AccessRequest.objects.exists()


def test_what_the_last_request_said_is_not_asked_again(client, asking, richard, ward):
    asking.everything(ward)
    asking.send()
    assert client.get(START).url == url("organisation")
    text = asking.see("organisation")
    assert "checked" in text.split('value="provider"')[1].split(">")[0]
    asking.details()
    assert "The Huntercombe Group" in asking.see("provider")


def test_a_second_persons_draft_is_not_the_firsts(client, asking, ward):
    asking.details()
    client.force_login(person("nora.north"))
    assert client.get(START).url == url("organisation")


def test_skipping_ahead_leads_back_to_the_first_open_question(client, asking, ward):
    assert client.get(url("places")).url == START
    assert client.get(SUMMARY, follow=True).redirect_chain[-1][0] == url("organisation")
    assert client.post(SUMMARY, follow=True).redirect_chain[-1][0] == url("organisation")
    assert client.get(url("no-such-step")).status_code == 404


BAD = ["", "\0", "9" * 30, "x" * 10_000, "\ud800", "²"]


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("organisation", "organisation_type"),
        ("organisation", "availability"),
        ("organisation", "plans"),
        ("provider", "provider"),
        ("region", "regions"),
        ("other", "in_nhs"),
        ("other-body", "contact_address"),
        ("availability", "edit"),
        ("plans", "service_group"),
        ("plans", "access"),
        ("approver", "rights"),
    ],
)
def test_bad_input_is_answered_at_the_field_and_changes_nothing(
    client, asking, ward, key, field, value
):
    plans = {"plans": "yes"}
    match key:
        case "provider":
            asking.details()
        case "region":
            asking.details("nhs_england")
        case "other" | "nhs-body" | "other-body":
            asking.details("other")
            if key != "other":
                asking.answer("other", in_nhs="yes" if key == "nhs-body" else "no")
        case "availability" | "plans":
            asking.details(availability="no" if key == "plans" else "yes", **plans)
            asking.provider(ward)
        case "approver":
            asking.details()
            asking.provider(ward, approver="on")
    before = asking.answers
    data = {field: value.encode("utf-8", "surrogatepass").decode("latin-1")}
    response = asking.answer(key, **data, **({"add": "yes"} if key == "plans" else {}))
    assert response.status_code == 200
    assert "There is a problem" in text_of(response)
    assert asking.answers == before


def test_a_person_without_a_draft_can_send_nothing(client):
    client.force_login(UserFactory())
    response = Asking(client).send()
    assert response.status_code == 302
    assert not AccessRequest.objects.exists()
