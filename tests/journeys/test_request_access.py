"""The access request in a browser: every branch of it (CPMS-14 to CPMS-26)."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.counts import LONG, in_the_long_run
from tests.journeys.conftest import NARROW, WIDE, Visitor
from tests.journeys.site import Site

ELYSIUM = "Elysium Healthcare"
MAIDENHEAD = "The Huntercombe Group: Huntercombe Hospital - Maidenhead"
WARD = f"{MAIDENHEAD}: CAMHS-Kennet-ED"
AVAILABILITY = "Do you require bed/session availability access?"
PLANS = "Do you require bed/capacity plans access?"
EDIT = re.compile("Do you require 'edit access'")

NEW_PEOPLE = """
from allauth.account.models import EmailAddress
from django.conf import settings
from accounts.models import User
like = User.objects.get(email="searcher@demo.example")
for number in range({number}):
    new = User.objects.create(
        email=f"nora.{{number}}@trust.example", first_name="Nora", surname="Newcomer",
        work_postcode="SL6 0PQ", password=like.password, terms_version=settings.TERMS_VERSION,
    )
    EmailAddress.objects.create(user=new, email=new.email, primary=True, verified=True)
"""
MOST_APPLICANTS = 20

# Every time on a phone, where there is least room; by keyboard, back and refresh are wide.
# Their branches are walked without a browser too.
WIDTHS = {"390": NARROW, **({"1280": WIDE} if LONG else {})}
EACH_WIDTH = pytest.mark.parametrize("viewport", WIDTHS.values(), ids=WIDTHS)


class Applicant(Visitor):
    """Somebody with a verified address and no access yet."""

    def choose(self, question: str | re.Pattern[str], answer: str) -> None:
        group = self.page.get_by_role("group", name=question)
        group.get_by_label(answer, exact=True).check()

    def details(self, organisation: str, availability: str = "Yes", plans: str = "No") -> None:
        assert self.heading().endswith("Organisation details")
        self.choose("Your organisation", organisation)
        self.choose(AVAILABILITY, availability)
        self.choose(PLANS, plans)
        self.click("Next")

    def no_editing(self) -> None:
        self.choose(EDIT, "No")
        self.click("Next")

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def send(self) -> str:
        """From the summary to the page that says who decides; gives that page's text."""
        assert self.heading().endswith("Summary")
        self.click("Register")
        assert self.heading() == "Your request has been sent"
        assert "Your request is currently under review." in self.text()
        return self.text()


@pytest.fixture(scope="session")
def new_addresses(site: Site) -> Iterator[str]:
    """The addresses of people with an account and no access yet."""
    site.manage("shell", "--no-imports", "-c", NEW_PEOPLE.format(number=MOST_APPLICANTS))
    return iter([f"nora.{number}@trust.example" for number in range(MOST_APPLICANTS)])


@pytest.fixture
def applicant(
    visitor: Callable[..., Visitor], new_addresses: Iterator[str]
) -> Callable[..., Applicant]:
    """Log in somebody new: applicant(WIDE), applicant(NARROW, scripted=False)."""

    def make(viewport: dict[str, int], scripted: bool = True) -> Applicant:
        new = visitor(viewport, scripted, kind=Applicant)
        new.login(next(new_addresses))
        return new

    return make


@EACH_WIDTH
@pytest.mark.requirement("CPMS-14")
@pytest.mark.requirement("CPMS-16")
@in_the_long_run
def test_a_provider_and_search_only_in_three_pages_and_a_summary(applicant, viewport):
    nora = applicant(viewport)
    nora.check()
    nora.details("Provider / provider collaborative")
    field = nora.page.get_by_role("combobox", name="Your provider")
    field.press_sequentially("elys")
    nora.page.get_by_role("option", name=re.compile(ELYSIUM)).click()
    expect(field).to_have_value(ELYSIUM)
    nora.click("Next")
    assert nora.page.get_by_label("CYPMHS (CAMHS)").is_checked()
    nora.no_editing()
    text = nora.text()
    for words in ("Organisation details and required access", ELYSIUM, "CYPMHS (CAMHS)"):
        assert words in text
    assert "Availability viewer: CYPMHS (CAMHS)" in nora.send()
    nora.goto("/home/")
    nora.check()
    nora.click("Everything that you have asked for", role="link")
    assert nora.page.get_by_text("Pending", exact=True).count() == 1


@in_the_long_run
@EACH_WIDTH
@pytest.mark.requirement("CPMS-17")
@pytest.mark.requirement("CT-09")
@pytest.mark.requirement("CT-17")
def test_nhs_england_with_two_regions_approver_rights_and_plans(applicant, viewport):
    nora = applicant(viewport)
    nora.details("NHS England", availability="No", plans="Yes")
    nora.page.get_by_label("National").check()
    nora.page.get_by_label("London").check()
    assert not nora.page.get_by_label("National").is_checked()
    nora.page.get_by_label("South East").check()
    nora.page.get_by_label(re.compile("^Approver")).check()
    nora.click("Next")
    nora.page.get_by_label("Regional approver: London").check()
    nora.click("Next")
    nora.page.get_by_label("Service group").select_option(label="Adult Secure")
    nora.page.get_by_label("View only").check()
    nora.click("Add")
    nora.page.get_by_label("Service group").select_option(label="Adult Secure")
    nora.page.get_by_label("View/Edit").check()
    nora.page.get_by_label("Provider collaborative").select_option(
        label="Greater Manchester Adult Secure"
    )
    nora.click("Add")
    nora.click("Next")
    text = nora.text()
    assert "London" in text
    assert "Adult Secure: View/Edit: Greater Manchester" in text
    sent = nora.send()
    assert "Regional approver: London" in sent
    assert "Decided by: Helpdesk" in sent
    assert "Decided by: Regional approver, South East" in sent


@in_the_long_run
@EACH_WIDTH
@pytest.mark.requirement("CPMS-18")
def test_an_nhs_organisation_found_in_the_directory(applicant, viewport):
    nora = applicant(viewport)
    nora.details("Other")
    nora.choose("Do you work for an NHS organisation or CSU?", "Yes")
    nora.click("Next")
    nora.page.get_by_role("combobox", name="Organisation name").press_sequentially("cheshire")
    nora.page.get_by_role("option", name=re.compile("Cheshire")).first.click()
    nora.click("Next")
    nora.no_editing()
    assert "Cheshire" in nora.text()
    assert "Decided by: Helpdesk" in nora.send()


@in_the_long_run
@EACH_WIDTH
@pytest.mark.requirement("CPMS-18")
def test_another_organisation_gives_its_address(applicant, viewport):
    nora = applicant(viewport)
    nora.details("Other")
    nora.choose("Do you work for an NHS organisation or CSU?", "No")
    nora.click("Next")
    nora.page.get_by_label("Organisation name").fill("Seaside Support")
    nora.click("Next")
    assert "Enter your contact address" in nora.text()
    nora.page.get_by_label("Contact address").fill("1 High Street\nLeeds")
    nora.click("Next")
    nora.no_editing()
    assert "Seaside Support" in nora.text()
    nora.send()


@in_the_long_run
@EACH_WIDTH
@pytest.mark.requirement("CT-18")
def test_a_provider_that_is_not_listed(applicant, viewport):
    nora = applicant(viewport)
    nora.details("Provider / provider collaborative")
    nora.page.get_by_role("combobox", name="Your provider").fill("Seaside Care Ltd")
    nora.click("Next")
    nora.page.get_by_label(re.compile("not listed")).check()
    nora.click("Next")
    nora.no_editing()
    assert "Seaside Care Ltd (not listed)" in nora.text()
    nora.send()


@EACH_WIDTH
@pytest.mark.requirement("CPMS-23")
@pytest.mark.requirement("CPMS-24")
@pytest.mark.requirement("CPMS-25")
def test_a_provider_with_places_plans_and_approver_rights(applicant, viewport):
    nora = applicant(viewport)
    page = nora.page
    nora.details("Provider / provider collaborative", plans="Yes")
    page.get_by_role("combobox", name="Your provider").fill("The Huntercombe Group")
    page.get_by_label(re.compile("^Approver")).check()
    nora.click("Next")
    page.get_by_label("Provider approver: The Huntercombe Group").check()
    nora.click("Next")
    nora.choose(EDIT, "Yes")
    nora.click("Next")
    field = page.get_by_role("combobox", name="Find an organisation, unit or ward")
    field.press_sequentially("kennet")
    page.get_by_role("option", name=re.compile("CAMHS-Kennet-ED")).click()
    nora.click("Add")
    assert f"Added: {WARD}." in nora.text()
    field.press_sequentially("SL6 0PQ")
    page.get_by_role("option", name=re.compile(f"^{MAIDENHEAD}$|^{MAIDENHEAD}[^:]")).first.click()
    nora.click("Add")
    assert f"It includes, and so replaces: {WARD}." in nora.text()
    nora.click("Next")
    page.get_by_label("Service group").select_option(label="CYPMHS (CAMHS)")
    page.get_by_label("View only").check()
    nora.click("Next")
    text = nora.text()
    for words in (
        "Organisation details and required access",
        "Provider approver: The Huntercombe Group",
        "Bed / session availability",
        "Units requested",
        MAIDENHEAD,
        "Bed / capacity plans",
        "CYPMHS (CAMHS): View only",
    ):
        assert words in text
    page.get_by_role("link", name=re.compile("^Change units requested", re.I)).click()
    nora.check()
    nora.click("Next")
    sent = nora.send()
    assert sent.count("Decided by: ") == 2


@in_the_long_run
@pytest.mark.parametrize("viewport", [NARROW], ids=["390"])
@pytest.mark.requirement("CPMS-23")
def test_all_of_it_without_javascript(applicant, viewport):
    nora = applicant(viewport, scripted=False)
    page = nora.page
    nora.details("Provider / provider collaborative", plans="Yes")
    page.get_by_label("Your provider").fill("elysium")
    nora.click("Next")
    page.get_by_label(ELYSIUM).check()
    nora.click("Next")
    nora.choose(EDIT, "Yes")
    nora.click("Next")
    page.get_by_label("Find an organisation, unit or ward").fill("kennet")
    nora.click("Find")
    nora.click(f"Add {WARD}")
    nora.click(f"Remove {WARD}")
    nora.click("Next")
    assert "Add at least one organisation, unit or ward" in nora.text()
    page.get_by_label("Find an organisation, unit or ward").fill("kennet")
    nora.click("Find")
    nora.click(f"Add {WARD}")
    nora.click("Next")
    page.get_by_label("Service group").select_option(label="Adult Secure")
    page.get_by_label("View/Edit").check()
    nora.click("Add")
    assert "Select a provider collaborative" in nora.text()
    page.get_by_label("Provider collaborative").select_option(
        label="Greater Manchester Adult Secure"
    )
    nora.click("Next")
    assert "Adult Secure: View/Edit: Greater Manchester" in nora.text()
    nora.send()


def test_the_keyboard_alone_is_enough(applicant):
    nora = applicant(WIDE)
    page, press = nora.page, nora.page.keyboard.press

    def tab_to(name: str | re.Pattern[str], role: str) -> None:
        target = page.get_by_role(role, name=name).first
        for _ in range(60):
            if target.evaluate("element => element === document.activeElement"):
                return
            press("Tab")
        raise AssertionError(f"The Tab key does not reach {role} {name}")

    def go_on() -> None:
        tab_to("Next", "button")
        with page.expect_navigation():
            press("Enter")
        nora.check()

    tab_to("Provider / provider collaborative", "radio")
    press("Space")
    press("Tab")
    press("Space")
    press("Tab")
    press("Space")
    press("ArrowDown")
    go_on()
    tab_to("Your provider", "combobox")
    page.keyboard.type("elys", delay=30)
    page.get_by_role("option", name=re.compile(ELYSIUM)).wait_for()
    press("ArrowDown")
    press("Enter")
    expect(page.get_by_role("combobox", name="Your provider")).to_have_value(ELYSIUM)
    go_on()
    tab_to("Yes", "radio")
    press("Space")
    press("ArrowDown")
    go_on()
    assert nora.heading().endswith("Summary")
    tab_to("Register", "button")
    with page.expect_navigation():
        press("Enter")
    assert nora.heading() == "Your request has been sent"


@pytest.mark.requirement("CPMS-14")
def test_back_refresh_and_a_second_tab_lose_nothing(applicant):
    nora = applicant(WIDE)
    page = nora.page
    nora.details("Provider / provider collaborative")
    page.get_by_role("combobox", name="Your provider").fill("The Huntercombe Group")
    nora.click("Next")
    page.go_back()
    page.reload()
    expect(page.get_by_label("Your provider")).to_have_value("The Huntercombe Group")
    second = page.context.new_page()
    second.goto(f"{nora.site.url}/request-access/")
    assert second.locator("h1").inner_text().endswith("Bed/session availability")
    second.close()
    nora.click("Next")
    nora.no_editing()
    page.reload()
    nora.send()
    page.go_back()
    page.wait_for_load_state()
    assert nora.heading() == "Your request has been sent"
