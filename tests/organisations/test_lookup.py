"""Looking an organisation up in a browser: by keyboard, by finger, and without scripts."""

import os

import pytest
from playwright.sync_api import expect

from organisations.models import Organisation
from tests.counts import LONG, in_the_long_run
from tests.factories.organisations import OrganisationFactory, WardFactory
from tests.journeys.conftest import NARROW, WIDE, Visitor
from tests.journeys.site import Site

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.organisations.urls"),
]


@pytest.fixture
def visitor(live_server, browser):
    """Make visitors: visitor(WIDE). What their browsers complain of fails the test."""
    made = []

    def make(viewport, scripted=True, **options):
        context = browser.new_context(
            viewport=viewport, java_script_enabled=scripted, locale="en-GB", **options
        )
        context.set_default_timeout(10_000)
        one = Visitor(Site(live_server.url, "", dict(os.environ)), context.new_page(), scripted)
        one.watch()
        made.append((context, one))
        return one

    yield make
    for context, one in made:
        context.close()
        assert not one.complaints, one.complaints


@pytest.fixture
def oxfords():
    return [
        OrganisationFactory(
            ods_code=code,
            ods_name=name,
            name=name,
            kind__code="nhs_provider",
            address="Littlemore, Oxford",
            postcode="OX4 4XN",
        )
        for code, name in (("RNU", "Oxford Health <b>"), ("RTH", "Oxford University Hospitals"))
    ]


def type_into(one, label, text):
    box = one.page.get_by_label(label, exact=True)
    box.press_sequentially(text)
    return box


def status(one):
    return one.page.locator(".cpms-lookup [role=status]")


@pytest.mark.requirement("CQRS-07")
@pytest.mark.parametrize("viewport", [NARROW, *([WIDE] if LONG else [])])
def test_arrow_and_enter_choose_and_one_press_of_next_is_enough(visitor, oxfords, viewport):
    one = visitor(viewport)
    one.goto("/try/provider/")
    one.check()
    box = type_into(one, "Your provider", "oxf")
    options = one.page.get_by_role("option")
    expect(options).to_have_text(
        [
            "Oxford Health <b> ODS code RNU, Oxford OX4 4XN",
            "Oxford University Hospitals ODS code RTH, Oxford OX4 4XN",
        ]
    )
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(one.page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    expect(status(one)).to_contain_text("2 suggestions.")
    one.check()
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "id_provider-list-1")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    one.check()
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowUp")
    box.press("Enter")
    expect(box).to_have_value("Oxford University Hospitals")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(status(one)).to_have_text("Oxford University Hospitals is chosen.")
    one.click("Next")
    expect(one.page.locator("#answer")).to_have_text(f"{{'provider': {oxfords[1].pk}}}")


@in_the_long_run
def test_a_tap_chooses_between_namesakes(visitor, oxfords):
    Organisation.objects.update(name="Oxford Health")
    one = visitor(NARROW, has_touch=True)
    one.goto("/try/provider/")
    type_into(one, "Your provider", "oxford h")
    one.page.get_by_role("option").nth(1).tap()
    one.click("Next")
    expect(one.page.locator("#answer")).to_have_text(f"{{'provider': {oxfords[1].pk}}}")


@in_the_long_run
def test_a_choice_is_forgotten_when_the_text_changes(visitor, oxfords):
    one = visitor(WIDE)
    one.goto("/try/provider/")
    box = type_into(one, "Your provider", "rnu")
    one.page.get_by_role("option").click()
    target = one.page.locator("#id_provider_choice")
    expect(target).to_have_value(f"organisation:{oxfords[0].pk}")
    box.fill("oxford")
    expect(target).to_have_value("")
    box.press("Escape")
    one.click("Next")
    expect(one.page.locator("#answer")).to_be_empty()
    expect(one.page.get_by_role("radio")).to_have_count(3)


def test_a_suggestion_wins_over_radios_of_an_earlier_text(visitor, oxfords):
    one = visitor(WIDE)
    one.goto("/try/provider/")
    box = one.page.get_by_label("Your provider", exact=True)
    box.fill("university")
    one.page.keyboard.press("Tab")
    one.click("Next")
    expect(one.page.get_by_label("Oxford University Hospitals")).to_be_checked()
    box.fill("rnu")
    one.page.get_by_role("option").click()
    one.click("Next")
    expect(one.page.locator("#answer")).to_have_text(f"{{'provider': {oxfords[0].pk}}}")


def test_hints_and_errors_stay_wired_to_the_input(visitor, oxfords):
    one = visitor(WIDE)
    one.goto("/try/provider/")
    one.click("Next")
    box = one.page.get_by_label("Your provider", exact=True)
    expect(box).to_have_attribute("aria-describedby", "id_provider-hint id_provider-error")
    one.page.get_by_role("link", name="Enter the name of your organisation").click()
    expect(box).to_be_focused()


def test_nothing_found_is_said_and_more_than_shown_too(visitor, oxfords):
    one = visitor(NARROW)
    one.goto("/try/provider/")
    box = type_into(one, "Your provider", "zzzz")
    expect(one.page.locator(".cpms-lookup__nothing")).to_be_visible()
    expect(status(one)).to_contain_text("Nothing found.")
    expect(box).to_have_attribute("aria-expanded", "false")
    one.click("Next")
    box.fill("")
    box.press_sequentially("zzz")
    one.check()
    for number in range(21):
        OrganisationFactory(ods_code=f"H{number}", name=f"Huntercombe {number:02}")
    box.fill("huntercombe")
    expect(one.page.get_by_role("option")).to_have_count(20)
    expect(one.page.locator(".cpms-lookup__nothing")).to_be_hidden()
    expect(one.page.locator(".cpms-lookup__more")).to_be_visible()
    expect(one.page.locator(".cpms-lookup__more")).to_have_text(
        "There are more. Type more to find yours."
    )
    expect(status(one)).to_contain_text("There are more.")
    box.press("ArrowUp")
    expect(one.page.get_by_role("option").nth(19)).to_be_in_viewport()
    one.check()
    box.press("Tab")
    expect(one.page.get_by_role("option")).to_have_count(0)


def test_without_an_answer_it_is_a_plain_input(visitor, oxfords):
    one = visitor(WIDE)
    one.expected |= {"500", "ERR_INTERNET_DISCONNECTED"}
    one.goto("/try/provider/")
    with one.page.expect_response("**/try/find/**"):
        box = type_into(one, "Your provider", "broken")
    expect(one.page.locator(".cpms-lookup__popup")).to_be_hidden()
    one.page.context.set_offline(True)
    box.fill("oxford")
    one.page.wait_for_event("requestfailed")
    one.page.context.set_offline(False)
    expect(one.page.locator(".cpms-lookup__popup")).to_be_hidden()
    one.click("Next")
    expect(one.page.get_by_role("radio")).to_have_count(3)


def test_the_server_is_asked_once_for_what_was_typed_and_not_for_one_letter(visitor, oxfords):
    one = visitor(WIDE)
    asked = []
    one.page.on("request", lambda request: asked.append(request.url.partition("?q=")[2]))
    one.goto("/try/provider/")
    box = type_into(one, "Your provider", "o")
    one.page.wait_for_timeout(400)
    box.press_sequentially("xford u")
    expect(one.page.get_by_role("option")).to_have_count(1)
    assert [text for text in asked if text] == ["oxford%20u"]


@in_the_long_run
@pytest.mark.requirement("CPMS-23")
def test_an_input_of_another_page_fills_its_hidden_target(visitor):
    ward = WardFactory()
    one = visitor(WIDE)
    one.goto("/try/place/")
    box = type_into(one, "Find a place", "kennet")
    one.page.get_by_role("option").click()
    expect(box).to_have_value(str(ward))
    one.click("Next")
    expect(one.page.locator("#answer")).to_contain_text(f"'place': 'ward:{ward.pk}'")


@pytest.mark.requirement("CPMS-23")
def test_a_button_says_what_it_does_with_what_is_chosen(visitor):
    ward = WardFactory()
    one = visitor(WIDE)
    one.goto("/try/add/")
    button = one.page.locator("#find")
    box = type_into(one, "Find a place", "kennet")
    expect(one.page.get_by_role("option")).to_have_count(1)
    expect(button).to_have_text("Find")
    box.press("ArrowDown")
    box.press("Enter")
    expect(button).to_have_text("Add")
    one.check()
    box.press_sequentially("x")
    expect(button).to_have_text("Find")
    box.fill("kennet")
    one.page.get_by_role("option").click()
    expect(button).to_have_text("Add")
    box.press("Enter")
    expect(one.page.locator("#answer")).to_contain_text(f"'place': 'ward:{ward.pk}'")
    # The page that answers has the choice in its target still.
    expect(button).to_have_text("Add")
    box.fill("")
    expect(button).to_have_text("Find")


@in_the_long_run
def test_escape_takes_back_what_is_still_looked_for(visitor, oxfords):
    one = visitor(NARROW)
    one.goto("/try/provider/")
    box = one.page.get_by_label("Your provider", exact=True)
    box.fill("university")
    box.press("Escape")
    one.page.wait_for_timeout(600)
    expect(one.page.get_by_role("option")).to_have_count(0)
    one.click("Next")
    expect(one.page.get_by_label("Oxford University Hospitals")).to_be_checked()
    one.check()


def test_enter_sends_what_the_keyboard_chose(visitor, oxfords):
    one = visitor(WIDE)
    one.goto("/try/provider/")
    box = type_into(one, "Your provider", "oxf")
    expect(one.page.get_by_role("option")).to_have_count(2)
    box.press("ArrowDown")
    box.press("Enter")
    expect(one.page.locator("#answer")).to_be_empty()
    box.press("Enter")
    expect(one.page.locator("#answer")).to_have_text(f"{{'provider': {oxfords[0].pk}}}")


@in_the_long_run
def test_on_a_phone_nothing_found_covers_no_button(visitor, oxfords):
    one = visitor(NARROW)
    one.goto("/try/provider/")
    type_into(one, "Your provider", "zzzz")
    said = one.page.locator(".cpms-lookup__nothing")
    expect(said).to_be_visible()
    above, below = said.bounding_box(), one.page.get_by_role("button", name="Next").bounding_box()
    assert above["y"] + above["height"] <= below["y"]
    assert below["y"] + below["height"] <= NARROW["height"]
    one.click("Next")
    expect(one.page.get_by_label("My organisation is not listed: use “zzzz”")).to_be_visible()


@pytest.mark.requirement("CPMS-16", "CT-18")
def test_without_scripts_what_is_found_is_chosen_from_radios(visitor, oxfords):
    one = visitor(NARROW, scripted=False)
    one.goto("/try/provider/")
    one.page.get_by_label("Your provider", exact=True).fill("oxford")
    one.click("Next")
    one.page.get_by_role("link", name="Choose your organisation from those found").click()
    one.page.get_by_label("Oxford University Hospitals").check()
    one.click("Next")
    expect(one.page.locator("#answer")).to_have_text(f"{{'provider': {oxfords[1].pk}}}")
    one.page.get_by_label("Your provider", exact=True).fill("Foo Care")
    one.click("Next")
    one.page.get_by_label("My organisation is not listed: use “Foo Care”").check()
    one.click("Next")
    expect(one.page.locator("#answer")).to_have_text("{'provider': {'unlisted': 'Foo Care'}}")
