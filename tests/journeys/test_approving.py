"""An approver decides: one request on a phone, with the questions; three together at a desk."""

import re

import pytest

from tests.journeys.conftest import NARROW, WIDE

ASKING = """
from django.conf import settings
from accounts.models import User
from approvals.choices import OrganisationType
from approvals.services import Applicant, Ask, submit_request
from organisations.models import Ward

like = User.objects.get(email="searcher@demo.example")
ward = Ward.objects.select_related("unit__organisation", "service_type__group").get(
    name="CAMHS-Kennet-ED"
)
group = ward.service_type.group
applicant = Applicant(OrganisationType.PROVIDER, ward.unit.organisation)
for name in ("Quentin", "Quora", "Quinn", "Queenie"):
    person = User.objects.create(
        email=f"{name.lower()}.queue@trusst.example", first_name=name, surname="Queue",
        work_postcode="SL6 0PQ", password=like.password, terms_version=settings.TERMS_VERSION,
    )
    submit_request(
        by=person, applicant=applicant, asks=[Ask("availability_view", group, group)],
        reason="I find beds for Oak ward",
    )
"""


def answer(approver, decision):
    for yes in approver.page.get_by_label("Yes", exact=True).all():
        yes.check()
    approver.page.get_by_label(decision, exact=True).check()
    approver.check()
    approver.click("Confirm")


@pytest.mark.journey
@pytest.mark.requirement("CQRS-11")
@pytest.mark.requirement("CT-03")
def test_one_on_a_phone_and_three_together(visitor, site):
    site.manage("shell", "--no-imports", "-c", ASKING)
    approver = visitor(NARROW)
    page = approver.page
    approver.login("commissioner@demo.example")
    approver.goto("/approvals/?q=quentin")
    approver.check()
    page.get_by_role("link", name=re.compile("^Quentin Queue")).click()
    approver.check()
    text = page.locator("main").inner_text()
    assert "I find beds for Oak ward" in text
    page.get_by_label("Approve", exact=True).check()
    approver.click("Confirm")
    assert page.title().startswith("Error: ")
    answer(approver, "Approve")
    assert "You have approved the request of Quentin Queue" in page.locator("main").inner_text()

    page.set_viewport_size(WIDE)
    approver.goto("/approvals/?q=queue")
    approver.check()
    for name in ("Quora", "Quinn", "Queenie"):
        page.get_by_label(re.compile(f"Choose {name} Queue")).check()
    approver.click("Decide together")
    answer(approver, "Approve")
    assert approver.heading() == "3 of 3 requests decided"
    approver.click("Back to approvals", role="link")
    approver.click("Decided", role="link")
    assert page.get_by_role("link", name=re.compile("Queue")).count() == 4
