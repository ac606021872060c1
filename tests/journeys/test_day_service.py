"""A day service's sessions under the thumb: with scripts, and with a colleague at the same."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW

EDITOR, COLLEAGUE = "daisy.day@trust.example", "dario.day@trust.example"
NEW_EDITORS = f"""
from allauth.account.models import EmailAddress
from django.conf import settings
from accounts.models import Grant, User
from organisations.models import Ward
like = User.objects.get(email="searcher@demo.example")
for address in ("{EDITOR}", "{COLLEAGUE}"):
    person = User.objects.create(
        email=address, first_name=address.partition(".")[0].title(), surname="Day",
        work_postcode="SL6 0PQ", password=like.password, terms_version=settings.TERMS_VERSION,
    )
    EmailAddress.objects.create(user=person, email=address, primary=True, verified=True)
    Grant.objects.create(
        person=person, capability="availability_edit", origin="bootstrap",
        ward=Ward.objects.get(name="CAMHS-Thames-Day"),
    )
"""


@pytest.fixture(scope="module")
def editors(site):
    site.manage("shell", "-v0", "-c", NEW_EDITORS)


@pytest.fixture
def two(visitor, editors):
    """The same week, some weeks ahead, in two browsers; the row of a session that is free."""
    first, second = visitor(NARROW), visitor(NARROW)
    second.expected.add("409")
    first.login(EDITOR)
    first.goto("/wards/")
    for _ in range(3):
        first.page.get_by_role("link", name="The week after").click()
        first.page.wait_for_load_state()
    second.login(COLLEAGUE)
    second.page.goto(first.page.url)
    free = first.page.locator(".nhsuk-tag", has_text=re.compile("^Free$"))
    key = first.page.locator(".cpms-session", has=free).first.get_attribute("id")
    for one in (first, second):
        one.page.evaluate("window.stays = true")
    return first, second, f"#{key}"


@pytest.mark.requirement("CPMS-01")
def test_a_tap_changes_the_row_alone_and_who_comes_later_is_told_in_it(two):
    first, second, key = two
    row = first.page.locator(key)
    row.get_by_role("button", name="Book").click()
    expect(row.locator(".nhsuk-tag")).to_have_text("Booked")
    expect(first.page.locator("#board-status")).to_contain_text("You booked")
    expect(first.page.locator("#confirm-ward")).to_have_text("Everything else is unchanged")
    # The button that was pressed is gone
    expect(row.get_by_role("button", name="Release")).to_be_focused()
    first.check()
    late = second.page.locator(key)
    late.get_by_role("button", name="Book").click()
    expect(late.locator(".nhsuk-error-message")).to_contain_text(
        "was changed to Booked by a colleague"
    )
    expect(late.locator(".nhsuk-tag")).to_have_text("Booked")
    second.check()
    row.get_by_role("button", name="Undo").click()
    expect(row.locator(".nhsuk-tag")).to_have_text("Free")
    for one in (first, second):
        assert one.page.evaluate("window.stays"), "no page was loaded anew"


def test_a_tap_without_a_connection_is_sent_once_there_is_one(two):
    first, _, key = two
    first.expected |= {"htmx:", "ERR_INTERNET_DISCONNECTED"}
    row = first.page.locator(key)
    first.page.context.set_offline(True)
    row.get_by_role("button", name="Book").click()
    expect(row).to_contain_text("Not saved yet: will be sent when you are connected.")
    first.check()
    first.page.context.set_offline(False)
    expect(row.locator(".nhsuk-tag")).to_have_text("Booked")
    row.get_by_role("button", name="Undo").click()
    expect(row.locator(".nhsuk-tag")).to_have_text("Free")
