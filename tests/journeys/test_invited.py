"""Invited by the provider's approver, accepted and used the same day, in the browser."""

import re

import pytest

from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.test_passwords import choose
from tests.journeys.test_story import mail_to

APPROVER = "provider.approver@demo.example"
LEVEL = (
    "from accounts.models import Grant;"
    f"held = Grant.objects.get(person__email='{APPROVER}', capability='approve_standard');"
    "held.organisation.approval_level = '{level}'; held.organisation.save()"
)


@pytest.fixture
def decides_for_itself(site):
    """The provider, as long as the journey takes: the others know it as single-level."""
    site.manage("shell", "-v0", "-c", LEVEL.format(level="multi"))
    yield
    site.manage("shell", "-v0", "-c", LEVEL.format(level="single"))


@pytest.mark.journey
@pytest.mark.requirement("CQRS-05", "CQRS-06", "CT-13")
@pytest.mark.usefixtures("decides_for_itself")
def test_an_invited_person_has_the_access_at_once(visitor):
    address = "jessica.finn@demo.example"
    amina = visitor(WIDE)
    amina.login(APPROVER)
    amina.goto("/approvals/invitations/")
    amina.page.get_by_label("What is the email address").fill(address)
    amina.click("Next")
    amina.page.get_by_label("What is their first name?").fill("Jessica")
    amina.page.get_by_label("What is their surname?").fill("Finn")
    amina.click("Next")
    amina.click("Next")
    assert amina.heading().endswith("User role")
    amina.page.get_by_label("CYPMHS (CAMHS)").check()
    amina.click("Next")
    amina.click("Send")
    assert amina.heading().endswith("Pending Invitation")
    assert address in amina.page.content()

    jessica = visitor(NARROW)
    mail = mail_to(jessica, address, "You are invited to NECS CPMS")
    secret = re.search(r"/invitation/([^/\s]+)/", mail.inner_text())[1]
    jessica.goto(f"/invitation/{secret}/")
    jessica.check()
    assert secret not in jessica.page.url + jessica.page.content()
    jessica.page.get_by_label("What is your organisation postcode?").fill("SL6 0PQ")
    jessica.page.get_by_label("I accept the terms of use").check()
    jessica.page.get_by_label("I do not agree").check()
    choose(jessica, "Kettle-Violin-48", button="Create my account")
    assert jessica.heading() == "Your account is ready"
    jessica.login(address, "Kettle-Violin-48")
    assert jessica.heading() == "Home"
    assert "Find a bed" in jessica.page.locator("main").inner_text()
