"""One's own profile: details, the role in use, a request that is withdrawn, and leaving."""

import pytest
from playwright.sync_api import expect

from tests.counts import LONG
from tests.journeys.conftest import NARROW, WIDE

NEWCOMER = """
from allauth.account.models import EmailAddress
from django.conf import settings
from accounts.models import Grant, User

person = User.objects.create_user(
    "leaver@demo.example", "{password}", first_name="Lena", surname="Leaver",
    work_postcode="SL6 0PQ", terms_version=settings.TERMS_VERSION, communications=False,
)
EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
for held in Grant.objects.filter(person__email="ward@demo.example", revoked_at=None):
    Grant.objects.create(person=person, origin="bootstrap", **held.scope_columns)
"""


@pytest.mark.requirement("CQRS-13", "CQRS-14", "CQRS-15", "CQRS-16")
@pytest.mark.parametrize("viewport", [NARROW, *([WIDE] if LONG else [])])
def test_a_person_corrects_withdraws_switches_and_leaves(visitor, viewport):
    lena = visitor(viewport)
    lena.expected = {"403"}
    address = f"leaver.{viewport['width']}@demo.example"
    newcomer = NEWCOMER.format(password=lena.site.password)
    lena.site.manage("shell", "-v0", "-c", newcomer.replace("leaver@demo.example", address))
    lena.login(address)
    page = lena.page
    lena.goto("/your-account/")
    lena.check()
    page.get_by_role("link", name="Change surname").click()
    page.get_by_label("What is your surname?").fill("O'Leaver")
    lena.click("Save")
    expect(page.get_by_text("Your details are saved.")).to_be_visible()

    lena.click("Change role in use", "link")
    page.get_by_label("Availability viewer").check()
    lena.click("Confirm")
    expect(page.get_by_role("link", name="Role: Availability viewer")).to_be_visible()
    expect(page.get_by_role("heading", name="Find a bed")).to_be_visible()
    expect(page.get_by_role("heading", name="Update beds")).to_have_count(0)

    lena.goto("/your-account/")
    lena.click("Show what I can access", "link")
    lena.click("Request further access", "link")
    ask_for_plans(lena)
    lena.goto("/your-account/access/")
    lena.check()
    page.get_by_role("link", name="Withdraw").click()
    lena.check()
    lena.click("Withdraw")
    expect(page.get_by_text("You have withdrawn your request")).to_be_visible()

    lena.goto("/your-account/")
    lena.click("disable my account", "link")
    page.get_by_label("I want to disable my account").check()
    lena.click("Disable my account")
    expect(page.get_by_text("Your account is disabled and you are logged out.")).to_be_visible()
    lena.goto("/login/")
    page.get_by_label("What is your email address?").fill(address)
    page.get_by_label("Password", exact=True).fill(lena.site.password)
    lena.click("Login")
    assert lena.heading() == "Your account is disabled"


def ask_for_plans(lena) -> None:
    """The plans of a service group, to see them."""
    page = lena.page
    for question, answer in (
        ("Your organisation", "NHS England"),
        ("Do you require bed/session availability access?", "No"),
        ("Do you require bed/capacity plans access?", "Yes"),
    ):
        page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    lena.click("Next")
    page.get_by_label("London").check()
    lena.click("Next")
    page.get_by_label("Service group").select_option("Adult Secure")
    page.get_by_label("View only").check()
    lena.click("Add")
    lena.click("Next")
    page.get_by_label("Why do you need this access?").fill("I plan for London from May")
    lena.click("Next")
    lena.click("Send")
    assert lena.heading() == "Your request has been sent"
