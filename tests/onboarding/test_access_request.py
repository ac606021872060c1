import pytest
from django.urls import reverse

from accounts.choices import Capability
from approvals.models import AccessRequest, Item
from onboarding.models import AccessRequestDraft
from organisations.models import ServiceGroup
from tests.factories.accounts import UserFactory, commissioner, grant, person
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db
SUMMARY = "/request-access/check-your-answers/"


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture
def richard(client):
    richard = UserFactory()
    client.force_login(richard)
    return richard


def url(key):
    return reverse("onboarding:request_step", args=[key])


def text_of(response):
    return " ".join(response.content.decode().split())


def answer_organisation(client, ward):
    return client.post(
        url("organisation"), {"provider": ward.unit.organisation.pk, "availability": "yes"}
    )


def answer_all(client, ward, *, edit="yes", places=()):
    answer_organisation(client, ward)
    client.post(url("availability"), {"edit": edit})
    for place in places:
        client.post(url("places"), {"add": place})
    if edit == "yes":
        client.post(url("places"), {"next": "1"})


@pytest.mark.requirement("CPMS-14")
def test_the_request_goes_on_where_it_was_left(client, richard, ward):
    assert client.get("/request-access/").url == url("organisation")
    answer_organisation(client, ward)
    client.logout()
    client.force_login(richard)
    assert client.get("/request-access/").url == url("availability")


@pytest.mark.requirement("CPMS-16")
def test_providers_come_from_the_directory_open_ones_only(client, richard, ward):
    OrganisationFactory(ods_code="Z1", name="Closed Care", closed_on="2020-01-01")
    OrganisationFactory(ods_code="Q1", name="An ICB", kind__code="icb")
    text = text_of(client.get(url("organisation")))
    assert "The Huntercombe Group" in text
    assert "Closed Care" not in text
    assert "An ICB" not in text


@pytest.mark.requirement("CPMS-19")
def test_at_least_one_access_is_needed(client, richard, ward):
    response = client.post(
        url("organisation"), {"provider": ward.unit.organisation.pk, "availability": "no"}
    )
    assert "every request needs at least one access" in text_of(response)
    assert AccessRequestDraft.objects.get().answers == {}


@pytest.mark.requirement("CPMS-20")
def test_groups_open_to_registration_are_ticked_and_fixed(client, richard, ward):
    ServiceGroupFactory(code="perinatal", name="Perinatal", position=3, open_to_registration=False)
    answer_organisation(client, ward)
    text = text_of(client.get(url("availability")))
    assert "Access required for Service Groups" in text
    box = text.split('type="checkbox"')[1].split(">")[0]
    assert "checked" in box
    assert "disabled" in box
    assert "CYPMHS (CAMHS)" in text
    assert "Perinatal" not in text


def test_a_posted_group_that_is_not_open_is_not_asked_for(client, richard, ward):
    closed = ServiceGroupFactory(
        code="perinatal", name="Perinatal", position=3, open_to_registration=False
    )
    answer_organisation(client, ward)
    client.post(url("availability"), {"edit": "no", "service_groups": [closed.pk]})
    client.post(SUMMARY)
    assert [item.service_group.code for item in Item.objects.all()] == ["cypmhs"]


@pytest.mark.requirement("CPMS-21")
@pytest.mark.requirement("CPMS-22")
def test_search_only_asks_for_search_and_no_places(client, richard, ward):
    answer_all(client, ward, edit="no")
    assert client.get(url("places")).status_code == 302
    response = client.post(SUMMARY, follow=True)
    item = Item.objects.get()
    assert (item.person, item.capability) == (richard, Capability.AVAILABILITY_VIEW)
    assert "Your request has been sent" in text_of(response)


@pytest.mark.requirement("CPMS-23")
def test_places_are_found_added_removed_and_asked_for(client, richard, ward):
    answer_organisation(client, ward)
    client.post(url("availability"), {"edit": "yes"})
    found = text_of(client.get(url("places"), {"q": "kennet"}))
    label = "The Huntercombe Group: Huntercombe Hospital - Maidenhead: CAMHS-Kennet-ED"
    assert label in found
    client.post(url("places"), {"add": f"ward:{ward.pk}"})
    client.post(url("places"), {"add": f"unit:{ward.unit.pk}"})
    client.post(url("places"), {"add": f"organisation:{ward.unit.organisation.pk}"})
    client.post(url("places"), {"remove": f"unit:{ward.unit.pk}"})
    assert client.post(url("places"), {"next": "1"}).url == SUMMARY
    summary = text_of(client.get(SUMMARY))
    assert label in summary
    assert "Organisations Requested" in summary
    assert "Units Requested" not in summary
    client.post(SUMMARY)
    asked = Item.objects.filter(capability=Capability.AVAILABILITY_EDIT).order_by("pk")
    assert [item.scope for item in asked] == [ward, ward.unit.organisation]


def test_next_without_a_place_is_an_error(client, richard, ward):
    answer_organisation(client, ward)
    client.post(url("availability"), {"edit": "yes"})
    response = client.post(url("places"), {"next": "1"})
    assert "Add at least one organisation, unit or ward" in text_of(response)


def test_looking_for_nothing_says_what_to_enter(client, richard, ward):
    answer_organisation(client, ward)
    client.post(url("availability"), {"edit": "yes"})
    text = text_of(client.get(url("places"), {"q": " "}))
    assert "Enter a part of the name, an ODS code or a postcode" in text
    assert 'href="#id_places"' in text


def test_removing_the_last_place_opens_the_step_again(client, richard, ward):
    answer_all(client, ward, places=[f"ward:{ward.pk}"])
    client.post(url("places"), {"remove": f"ward:{ward.pk}"})
    assert client.get(SUMMARY).url == url("places")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ward:",
        "ward:0",
        "ward:99999999999999999999",
        "ward:1\0",
        "bed:1",
        "ward:-1",
        "ward:²",
        "x" * 5000,
        "organisation:999999",
    ],
)
def test_a_foreign_or_malformed_place_is_refused(client, richard, ward, value):
    answer_organisation(client, ward)
    client.post(url("availability"), {"edit": "yes"})
    response = client.post(url("places"), {"add": value})
    assert response.status_code == 200
    assert "There is a problem" in text_of(response)
    assert "places" not in AccessRequestDraft.objects.get().answers


def test_a_ward_of_a_group_that_is_not_open_cannot_be_asked_for(client, richard, ward):
    secure = ServiceTypeFactory(
        code="medium-secure",
        name="Medium secure",
        position=9,
        group=ServiceGroupFactory(
            code="adult-secure", name="Adult Secure", position=2, open_to_registration=False
        ),
    )
    other = WardFactory(name="Secure ward", service_type=secure)
    answer_organisation(client, ward)
    client.post(url("availability"), {"edit": "yes"})
    assert "Secure ward" not in text_of(client.get(url("places"), {"q": "Secure ward"})).replace(
        "“Secure ward”", ""
    ).replace('value="Secure ward"', "")
    client.post(url("places"), {"add": f"ward:{other.pk}"})
    assert "places" not in AccessRequestDraft.objects.get().answers


@pytest.mark.requirement("CPMS-25")
def test_summary_shows_the_parts_and_every_change_comes_back(client, richard, ward):
    answer_all(client, ward, places=[f"ward:{ward.pk}"])
    text = text_of(client.get(SUMMARY))
    for words in (
        "Organisation Details and Required Access",
        "Provider / Provider Collaborative",
        "The Huntercombe Group",
        "Bed / Session Availability",
        "CYPMHS (CAMHS)",
        "Wards Requested",
    ):
        assert words in text
    for key, data in (
        ("organisation", {"provider": ward.unit.organisation.pk, "availability": "yes"}),
        ("availability", {"edit": "yes"}),
        ("places", {"next": "1"}),
    ):
        assert f'href="{url(key)}?change=1"' in text
        assert client.post(f"{url(key)}?change=1", data).url == SUMMARY


def test_a_change_that_opens_a_question_leads_to_it(client, richard, ward):
    answer_all(client, ward, edit="no")
    assert client.post(f"{url('availability')}?change=1", {"edit": "yes"}).url == url("places")


def test_an_answer_that_no_longer_applies_is_dropped(client, richard, ward):
    answer_all(client, ward, places=[f"ward:{ward.pk}"])
    client.post(f"{url('availability')}?change=1", {"edit": "no"})
    client.post(SUMMARY)
    assert Item.objects.get().capability == Capability.AVAILABILITY_VIEW


def test_previous_keeps_what_was_typed(client, richard, ward):
    answer_organisation(client, ward)
    response = client.post(url("availability"), {"edit": "yes", "previous": "1"})
    assert response.url == url("organisation")
    text = text_of(client.get(url("availability")))
    assert "checked" in text.split('value="yes"')[1].split(">")[0]


@pytest.mark.requirement("CPMS-26")
@pytest.mark.requirement("CQRS-08")
def test_after_sending_each_part_says_who_decides_and_by_when(client, richard, ward):
    commissioner(CollaborativeFactory(members=[ward.unit.organisation]))
    answer_all(client, ward, places=[f"ward:{ward.pk}"])
    text = text_of(client.post(SUMMARY, follow=True))
    assert (
        "Your request is currently under review. You will receive an email to the address you "
        "registered with once our review is complete." in text
    )
    assert text.count("Decided by: Commissioner approver, Thames Valley CYPMHS") == 2
    assert "Carol" not in text
    assert text.count("<br> By: ") == 2


def test_a_double_click_sends_one_request(client, richard, ward):
    answer_all(client, ward, edit="no")
    client.post(SUMMARY)
    assert client.post(SUMMARY).url == "/request-access/sent/"
    assert AccessRequest.objects.count() == 1


def test_what_is_held_or_pending_is_not_asked_again(client, richard, ward):
    grant(richard, Capability.AVAILABILITY_VIEW, service_group=ServiceGroup.objects.get())
    answer_all(client, ward, edit="no")
    response = client.post(SUMMARY)
    assert "You already have, or have already asked for, everything you chose." in text_of(response)
    assert not AccessRequest.objects.exists()
    assert AccessRequestDraft.objects.exists()


def test_a_provider_that_closed_meanwhile_is_asked_again(client, richard, ward):
    answer_all(client, ward, edit="no")
    provider = ward.unit.organisation
    provider.closed_on = "2020-01-01"
    provider.save()
    assert client.post(SUMMARY).url == url("organisation")
    assert not AccessRequest.objects.exists()


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("organisation", {}),
        ("organisation", {"provider": "1\0", "availability": "yes"}),
        ("organisation", {"provider": "9" * 30, "availability": "yes"}),
        ("organisation", {"provider": "x" * 10000, "availability": "\0"}),
        ("availability", {}),
        ("availability", {"edit": "\0"}),
        ("availability", {"edit": "perhaps"}),
    ],
)
def test_bad_input_is_answered_at_the_field_and_changes_nothing(client, richard, ward, key, data):
    if key == "availability":
        answer_organisation(client, ward)
    before = getattr(AccessRequestDraft.objects.first(), "answers", {})
    response = client.post(url(key), data)
    assert response.status_code == 200
    assert "There is a problem" in text_of(response)
    assert AccessRequestDraft.objects.get().answers == before


def test_skipping_ahead_leads_back_to_the_first_open_question(client, richard, ward):
    assert client.get(url("places")).url == "/request-access/"
    assert client.get(SUMMARY).url == url("organisation")
    assert client.post(SUMMARY).url == url("organisation")
    assert client.get(url("no-such-step")).status_code == 404


def test_one_persons_draft_is_not_anothers(client, richard, ward):
    answer_organisation(client, ward)
    client.force_login(person("nora.north"))
    assert client.get("/request-access/").url == url("organisation")


@pytest.mark.parametrize("places", [1, 12])
def test_places_page_asks_a_fixed_number_of_queries(
    client, richard, ward, places, django_assert_num_queries
):
    wards = [ward] + [WardFactory(name=f"Ward {number}") for number in range(1, places)]
    answer_all(client, ward, places=[f"ward:{one.pk}" for one in wards])
    with django_assert_num_queries(12):
        client.get(url("places"), {"q": "ward"})


def test_a_place_that_closed_meanwhile_is_said_and_goes(client, richard, ward):
    other = WardFactory(name="Open ward")
    answer_all(client, ward, places=[f"ward:{ward.pk}", f"ward:{other.pk}"])
    ward.closed_on = "2020-01-01"
    ward.save()
    assert client.post(SUMMARY).url == url("places")
    text = text_of(client.get(url("places")))
    assert "A place that you chose has closed meanwhile." in text
    assert "Open ward" in text
    assert "CAMHS-Kennet-ED" not in text
    assert client.post(url("places"), {"next": "1"}).url == SUMMARY


def test_other_groups_than_those_answered_for_are_asked_anew(client, richard, ward):
    answer_all(client, ward, edit="no")
    ServiceGroupFactory(code="perinatal", name="Perinatal", position=3, open_to_registration=True)
    ServiceGroup.objects.filter(code="cypmhs").update(open_to_registration=False)
    assert client.post(SUMMARY).url == url("availability")
    assert not Item.objects.exists()
    client.post(url("availability"), {"edit": "no"})
    client.post(SUMMARY)
    assert Item.objects.get().service_group.code == "perinatal"
