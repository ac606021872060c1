"""Proving again who one is before a decision; being locked out; going back after logging out."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW

APPROVER = "commissioner@demo.example"
FORGET_PROOFS = """
from django.contrib.sessions.models import Session
from django.contrib.sessions.backends.db import SessionStore
for row in Session.objects.all():
    session = SessionStore(row.session_key)
    if "proven_at" in session:
        session["proven_at"] -= 16 * 60
        session.save()
"""
REQUEST = """
from accounts.choices import Capability
from accounts.models import User
from approvals.choices import OrganisationType
from approvals.services import Applicant, Ask, submit_request
from organisations.models import Ward
ward = Ward.objects.select_related("unit__organisation", "service_type__group").get(
    name="CAMHS-Kennet-ED"
)
group = ward.service_type.group
submit_request(
    by=User.objects.create_user(
        "rhona.refused@trust.example",
        first_name="Rhona",
        surname="Refused",
        work_postcode="SL6 0PQ",
    ),
    applicant=Applicant(OrganisationType.PROVIDER, ward.unit.organisation),
    asks=[Ask(Capability.AVAILABILITY_VIEW, group, group)],
)
"""
REASON = "Not one of “our” colleagues"


@pytest.mark.journey
@pytest.mark.requirement("CQRS-20")
def test_a_decision_asks_again_and_keeps_what_was_typed(visitor):
    approver = visitor(NARROW)
    page = approver.page
    approver.site.manage("shell", "--command", REQUEST)
    approver.login(APPROVER)
    approver.goto("/approvals/")
    approver.page.get_by_role("link", name="Rhona Refused").click()
    asked = page.url
    approver.site.manage("shell", "--command", FORGET_PROOFS)
    page.get_by_label("Reject", exact=True).check()
    page.get_by_label("Reason").fill(REASON)
    approver.click("Confirm")
    assert approver.heading() == "Confirm that it is you"
    page.get_by_label("Password", exact=True).fill("Wrong-Pass-9")
    approver.click("Continue")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("The password is not correct")
    page.get_by_label("Password", exact=True).fill(approver.site.password)
    approver.click("Continue")
    expect(page.locator("main")).to_contain_text("You have rejected the request of")
    approver.goto(asked.removeprefix(approver.site.url))
    expect(page.locator("main")).to_contain_text(REASON)

    approver.click("Log out")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Login")
    expect(page.locator("body")).not_to_contain_text(REASON)

    approver.expected.add("429")
    for _ in range(5):
        approver.goto("/login/")
        page.get_by_label("What is your email address?").fill("somebody@trust.example")
        page.get_by_label("Password", exact=True).fill("Wrong-Pass-9")
        page.get_by_role("button", name="Login", exact=True).click()
        expect(page.locator(".nhsuk-error-summary")).to_contain_text("is not correct")
    page.get_by_label("Password", exact=True).fill("Wrong-Pass-9")
    approver.click("Login")
    assert approver.heading() == "You cannot log in for now"
    expect(page.locator("main")).to_contain_text("for 15 minutes")
