"""In a browser, with a real provider: connecting at the first login, then without password."""

import pytest

from tests.accounts.outside_identity.conftest import configure
from tests.factories.accounts import PASSWORD
from tests.journeys.conftest import NARROW, WIDE, Visitor
from tests.journeys.site import Site
from tests.oidc_provider.__main__ import PASSWORD as PROVIDER_PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BUTTON = "Log in with Test NHS"


@pytest.fixture
def visitor(request, browser, live_server, settings, provider):
    """At a wide screen with JavaScript, or as the test's parameter says otherwise."""
    viewport, scripted = getattr(request, "param", (WIDE, True))
    # The provider takes any port of 127.0.0.1 for its client's.
    settings.SERVICE_URL = live_server.url.replace("localhost", "127.0.0.1")
    configure(settings, provider.entry)
    context = browser.new_context(viewport=viewport, java_script_enabled=scripted, locale="en-GB")
    context.set_default_timeout(10_000)
    visitor = Visitor(Site(settings.SERVICE_URL, PASSWORD, {}), context.new_page(), scripted)
    visitor.expected = {provider.url, "Failed to load resource"}
    visitor.watch()
    yield visitor
    context.close()
    assert not visitor.complaints


def go_to_provider(visitor, provider):
    visitor.goto("/login/")
    visitor.check()
    visitor.page.get_by_role("button", name=BUTTON).click()
    visitor.page.wait_for_url(f"{provider.url}/**")


def answer(visitor, name):
    """Consent at the provider, or refuse; back to the service."""
    visitor.page.get_by_role("button", name=name).click()
    visitor.page.wait_for_url(f"{visitor.site.url}/**")
    visitor.check()


@pytest.mark.requirement("ERN-02")
def test_connecting_once_then_logging_in_with_the_provider_alone(richard, visitor, provider):
    page = visitor.page
    go_to_provider(visitor, provider)
    page.locator("input[name=login]").fill(richard.email)
    page.locator("input[name=password]").fill(PROVIDER_PASSWORD)
    page.get_by_role("button", name="Sign In").click()
    answer(visitor, "Cancel")
    assert visitor.heading() == "You did not log in"

    go_to_provider(visitor, provider)
    answer(visitor, "Authorize")
    assert "To connect your Test NHS" in page.locator("main").inner_text()
    page.get_by_label("What is your email address?").fill(richard.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.click("Login")
    assert "is connected" in page.locator("main").inner_text()

    visitor.goto("/logout/")
    page.locator("main").get_by_role("button", name="Log out").click()
    go_to_provider(visitor, provider)
    answer(visitor, "Authorize")
    assert page.url == f"{visitor.site.url}/home/" or "/request-access/" in page.url

    visitor.goto("/your-account/")
    visitor.click("Change sign-in with another service", "link")
    visitor.click("Disconnect Test NHS")
    assert "is disconnected" in page.locator("main").inner_text()


@pytest.mark.parametrize("visitor", [(NARROW, False)], indirect=True)
def test_without_javascript_the_button_leads_to_the_provider_too(visitor, provider):
    go_to_provider(visitor, provider)
