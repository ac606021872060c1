"""The places to update (CPMS-23, CT-08)."""

import pytest

from accounts.choices import Capability
from approvals.models import Item
from core.errors import DomainError
from onboarding.access_request import views
from onboarding.access_request.chosen import MOST
from onboarding.access_request.services import add_to_list, draft_of, keep_note
from tests.counts import in_the_long_run
from tests.factories.accounts import grant
from tests.factories.organisations import (
    OrganisationFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    UnitFactory,
    WardFactory,
)
from tests.onboarding.access_request.conftest import START, SUMMARY, text_of, url

pytestmark = pytest.mark.django_db

LABEL = "The Huntercombe Group: Huntercombe Hospital - Maidenhead: CAMHS-Kennet-ED"


@pytest.fixture
def at_places(asking, ward):
    """Richard has come as far as the list of places."""
    asking.details()
    asking.provider(ward)
    assert asking.answer("availability", edit="yes").url == url("places")
    return asking


def values(asking):
    return asking.answers.get("places", {}).get("places", [])


@pytest.mark.requirement("CPMS-23")
def test_places_are_found_added_removed_and_asked_for(at_places, ward):
    other = WardFactory(name="CAMHS-Thames")
    assert LABEL in at_places.see("places", q="kennet")
    at_places.add(ward)
    at_places.add(other)
    at_places.answer("places", remove=f"ward:{other.pk}")
    assert LABEL in at_places.see("places")
    assert at_places.answer("places", next="yes").url == SUMMARY
    summary = at_places.summary()
    assert LABEL in summary
    assert "Wards requested" in summary
    assert "Units requested" not in summary
    assert "CAMHS-Thames" not in summary
    at_places.send()
    asked = Item.objects.filter(capability=Capability.AVAILABILITY_EDIT)
    assert [item.scope for item in asked] == [ward]


def test_typing_and_pressing_add_shows_what_fits(at_places):
    response = at_places.answer("places", q="kennet", find="yes")
    assert response.url == f"{url('places')}?q=kennet#found"


def test_what_an_enhanced_field_chose_is_added_by_add_or_by_next(at_places, ward):
    at_places.answer("places", q="Kennet", chosen=f"ward:{ward.pk}", find="yes")
    assert values(at_places) == [f"ward:{ward.pk}"]
    other = WardFactory(name="CAMHS-Thames")
    response = at_places.answer("places", q="Thames", chosen=f"ward:{other.pk}", next="yes")
    assert response.url == SUMMARY
    assert values(at_places) == [f"ward:{ward.pk}", f"ward:{other.pk}"]


def test_next_with_something_typed_but_not_added_loses_nothing(at_places, ward):
    at_places.add(ward)
    response = at_places.answer("places", q="thames", next="yes")
    assert response.url == f"{url('places')}?q=thames#found"


def test_what_was_added_is_said_where_the_list_is(client, at_places, ward):
    at_places.add(ward)
    assert f"Added: {LABEL}." in at_places.see("places")
    assert f"Added: {LABEL}." not in at_places.see("places")
    at_places.answer("places", remove=f"ward:{ward.pk}")
    assert f"Removed: {LABEL}." in at_places.see("places")


def test_a_ward_inside_a_chosen_unit_is_not_asked_twice_and_the_person_is_told(at_places, ward):
    at_places.add(ward.unit)
    text = text_of(at_places.add(ward))
    assert f"{LABEL} is part of The Huntercombe Group: Huntercombe Hospital" in text
    assert values(at_places) == [f"unit:{ward.unit.pk}"]


def test_a_unit_takes_the_place_of_its_wards_and_says_so(at_places, ward):
    elsewhere = WardFactory(unit=UnitFactory(ods_code="NV202", name="Elsewhere"), name="Elm")
    at_places.add(ward)
    at_places.add(elsewhere)
    at_places.add(ward.unit)
    assert values(at_places) == [f"ward:{elsewhere.pk}", f"unit:{ward.unit.pk}"]
    assert f"It includes, and so replaces: {LABEL}." in at_places.see("places")


@pytest.mark.parametrize("state", ["held", "pending"])
def test_what_is_held_or_pending_is_said_and_not_asked_again(asking, richard, ward, state):
    if state == "held":
        grant(richard, Capability.AVAILABILITY_EDIT, unit=ward.unit)
    else:
        asking.everything(ward, edit="yes", places=[ward.unit])
        asking.send()
    asking.details()
    asking.provider(ward)
    asking.answer("availability", edit="yes")
    text = text_of(asking.add(ward))
    said = "You have this already" if state == "held" else "You have asked for this already"
    assert f"{said}: The Huntercombe Group: Huntercombe Hospital - Maidenhead." in text
    assert values(asking) == []


def test_next_without_a_place_is_an_error(at_places):
    text = text_of(at_places.answer("places", next="yes"))
    assert "Add at least one organisation, unit or ward" in text
    assert 'href="#id_q"' in text


def test_add_without_anything_typed_says_what_to_enter(at_places):
    text = text_of(at_places.answer("places", q=" ", find="yes"))
    assert "Enter a part of the name, an ODS code or a postcode" in text


def test_removing_the_last_place_opens_the_step_again(client, asking, ward):
    asking.everything(ward, edit="yes", places=[ward])
    asking.answer("places", remove=f"ward:{ward.pk}")
    assert client.get(SUMMARY).url == url("places")


@pytest.mark.requirement("CT-18")
def test_what_is_not_listed_can_be_told_instead_and_is_kept(at_places):
    at_places.answer("places", q="Elm", not_found="Elm ward, Leeds", find="yes")
    assert "Elm ward, Leeds" in at_places.see("places", q="Elm")
    assert at_places.answer("places", not_found="Elm ward, Leeds", next="yes").url == SUMMARY
    assert "Elm ward, Leeds" in at_places.summary()
    at_places.send()
    assert Item.objects.get().request.not_found == "Elm ward, Leeds"


def test_a_note_that_is_too_long_is_an_error_and_keeps_what_was_typed(at_places):
    text = text_of(at_places.answer("places", not_found="x" * 501, next="yes"))
    assert "Use 500 characters or fewer" in text
    assert "x" * 501 in text


def test_an_nhs_number_is_refused_and_not_kept(at_places):
    for button in ("find", "next"):
        note = {"not_found": "Elm ward for 943 476 5919", button: "yes"}
        assert "Remove the NHS number" in text_of(at_places.answer("places", **note))
    assert "5919" not in str(at_places.answers)


@pytest.mark.parametrize(
    "value",
    [
        "ward:",
        "ward:0",
        "ward:99999999999999999999",
        "ward:1\0",
        "bed:1",
        "ward:-1",
        "ward:²",
        "x" * 5000,
        "organisation:999999",
        "service_group:1",
    ],
)
def test_a_foreign_or_malformed_place_is_refused(at_places, value):
    response = at_places.answer("places", add=value)
    assert response.status_code == 200
    assert "There is a problem" in text_of(response)
    assert values(at_places) == []


def test_a_ward_of_a_group_that_is_not_open_cannot_be_asked_for(at_places):
    secure = ServiceTypeFactory(
        code="medium-secure",
        name="Medium secure",
        position=9,
        group=ServiceGroupFactory(
            code="adult-secure", name="Adult Secure", position=2, open_to_registration=False
        ),
    )
    other = WardFactory(name="Secure ward", service_type=secure)
    assert f'value="ward:{other.pk}"' not in at_places.see("places", q="Secure ward")
    at_places.add(other)
    assert values(at_places) == []


def test_a_unit_without_a_ward_of_the_groups_cannot_be_asked_for(at_places):
    group = ServiceGroupFactory(
        code="adult-secure", name="Adult Secure", position=2, open_to_registration=False
    )
    secure = ServiceTypeFactory(code="medium-secure", name="Medium", position=9, group=group)
    unit = UnitFactory(ods_code="NV209", name="Secure House")
    WardFactory(unit=unit, name="Elm", service_type=secure)
    assert "Choose from the list" in text_of(at_places.add(unit))
    assert "Nothing to update here" in at_places.see("places", q="Secure House")


def test_a_unit_is_routed_by_a_group_of_its_own_wards(at_places, richard, ward):
    group = ServiceGroupFactory(code="perinatal", name="Perinatal", position=0)
    grant(richard, Capability.AVAILABILITY_VIEW, service_group=group)
    at_places.add(ward.unit)
    at_places.answer("places", next="yes")
    at_places.send()
    edit = Item.objects.get(capability=Capability.AVAILABILITY_EDIT)
    assert edit.routing_group == ward.service_type.group


def test_the_own_providers_units_and_wards_come_first(at_places, ward):
    text = at_places.see("places")
    assert "Where you work" in text
    for place in (ward, ward.unit, ward.unit.organisation):
        assert f'value="{place._meta.model_name}:{place.pk}"' in text


def test_what_is_part_of_the_list_is_marked(at_places, ward):
    at_places.add(ward.unit)
    text = at_places.see("places", q="huntercombe")
    assert "Included" in text
    assert f'value="ward:{ward.pk}"' not in text


def test_a_place_added_after_the_question_has_gone_is_refused(at_places, richard, ward):
    at_places.answer("availability", change=True, edit="no")
    with pytest.raises(DomainError, match="does not apply any more"):
        add_to_list(by=richard, key="places", value=f"ward:{ward.pk}")
    with pytest.raises(DomainError, match="does not apply any more"):
        keep_note(by=richard, text="Elm")
    assert "places" not in at_places.answers


@pytest.mark.parametrize("data", [{"remove": "ward:1"}, {"not_found": "Elm", "next": "yes"}])
def test_a_page_whose_question_another_tab_ended_says_so(at_places, richard, monkeypatch, data):
    as_this_tab_read_it = draft_of(richard)
    at_places.answer("availability", change=True, edit="no")
    monkeypatch.setattr(views, "draft_of", lambda person: as_this_tab_read_it)
    assert at_places.answer("places", **data).url == START


def test_wards_of_a_group_that_is_held_can_be_asked_for(asking, richard, ward):
    secure = ServiceGroupFactory(
        code="adult-secure", name="Adult Secure", position=2, open_to_registration=False
    )
    grant(richard, Capability.AVAILABILITY_VIEW, service_group=secure)
    kind = ServiceTypeFactory(code="medium-secure", name="Medium", position=9, group=secure)
    other = WardFactory(name="Secure ward", service_type=kind)
    asking.everything(ward, edit="yes", places=[other])
    asking.send()
    edit = Item.objects.get(capability=Capability.AVAILABILITY_EDIT)
    assert (edit.scope, edit.routing_group) == (other, secure)


def test_a_place_that_closed_meanwhile_is_said_and_goes(asking, ward):
    other = WardFactory(name="Open ward")
    asking.everything(ward, edit="yes", places=[ward, other])
    ward.closed_on = "2020-01-01"
    ward.save()
    assert asking.send().url == url("places")
    text = asking.see("places")
    assert "CAMHS-Kennet-ED has closed" in text
    assert "Open ward" in text
    assert "CAMHS-Kennet-ED has closed" in asking.see("places")
    assert asking.answer("places", next="yes").url == SUMMARY


@pytest.mark.parametrize("places", [1, 12])
def test_the_page_asks_a_fixed_number_of_queries(
    client, at_places, ward, places, django_assert_num_queries
):
    for one in [ward] + [WardFactory(name=f"Ward {number}") for number in range(1, places)]:
        at_places.add(one)
    client.get(url("places"))
    with django_assert_num_queries(29):
        client.get(url("places"), {"q": "huntercombe"})


def test_suggestions_are_those_of_the_page(client, at_places, ward):
    matches = client.get("/request-access/find/places/", {"q": "kennet"}).json()["matches"]
    assert matches[0]["value"] == f"ward:{ward.pk}"
    assert matches[0]["label"] == LABEL
    assert client.get("/request-access/find/places/", {"q": ""}).json()["matches"] == []
    assert client.get("/request-access/find/nothing/", {"q": "kennet"}).status_code == 404


@in_the_long_run
def test_the_fullest_page_stays_under_sixty_kibibytes(client, at_places, ward):
    for number in range(MOST):
        at_places.add(WardFactory(name=f"CAMHS ward with a rather long name, number {number}"))
    for number in range(12):
        OrganisationFactory(ods_code=f"Z{number}", name=f"Provider of CAMHS number {number}")
        UnitFactory(ods_code=f"NV3{number}", name=f"Hospital of the CAMHS wards {number}")
    page = client.get(url("places"), {"q": "CAMHS"})
    assert "There are more" in text_of(page)
    assert len(page.content) < 60 * 1024
    again = at_places.add(WardFactory(name="One too many"))
    assert f"no more than {MOST}" in text_of(again)
