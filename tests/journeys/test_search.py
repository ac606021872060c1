"""A search that stays open, while the ward that it found is updated by somebody else."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW, WIDE

EDITOR = "lena.live@trust.example"
WARD = "Ward of one bed"
# For an age that no other ward takes, so that the search finds it alone
NEW_WARD = f"""
from allauth.account.models import EmailAddress
from django.conf import settings
from accounts.models import Grant, User
from availability.services import add_beds
from organisations.models import Ward
like = Ward.objects.get(name="CAMHS-Kennet-ED")
ward = Ward.objects.create(
    unit=like.unit, name="{WARD}", service_type=like.service_type, sex="mixed",
    minimum_age=1, maximum_age=1, commissioned_beds=1, telephone="01632 960123",
)
add_beds(ward=ward, number=1, by=None)
person = User.objects.create(
    email="{EDITOR}", first_name="Lena", surname="Live", work_postcode="SL6 0PQ",
    password=User.objects.get(email="searcher@demo.example").password,
    terms_version=settings.TERMS_VERSION,
)
EmailAddress.objects.create(user=person, email="{EDITOR}", primary=True, verified=True)
Grant.objects.create(
    person=person, capability="availability_edit", origin="bootstrap", ward=ward
)
"""
EVERY = 15_000  # milliseconds between two questions of the page


def asked_again(one):
    """What the page is answered when it asks the next time."""
    with one.page.expect_response(lambda answer: "/search/live/" in answer.url) as answer:
        one.page.clock.fast_forward(EVERY)
    return answer.value


def make(editor, state):
    row = editor.page.locator(".cpms-bed")
    row.get_by_role("button", name=state).click()
    expect(editor.page.locator("#board-status")).to_contain_text(f"is now {state}.")


@pytest.mark.requirement("CPMS-02")
def test_who_has_a_search_open_sees_the_bed_go_and_come_without_a_reload(visitor, site):
    site.manage("shell", "-v0", "-c", NEW_WARD)
    editor, sam = visitor(NARROW), visitor(WIDE)
    editor.login(EDITOR)
    editor.goto("/wards/")
    make(editor, "Available")
    sam.login("searcher@demo.example")
    sam.page.clock.install()
    sam.goto("/search/")
    sam.page.get_by_label("Age of the patient").fill("1")
    sam.click("Search")
    sam.page.wait_for_url("**/search/?postcode=SL6+0PQ&age=1")
    sam.page.evaluate("window.stays = true")
    card = sam.page.locator(".cpms-result", has_text=WARD)
    expect(card).to_contain_text("1 free bed")
    moment = sam.page.locator("#found-at")
    before = moment.text_content()
    # Words such as "2 hours ago" of other wards may just change, though not every time.
    answers = [asked_again(sam) for _ in range(4)]
    unchanged = [answer for answer in answers if answer.status == 304]
    assert unchanged
    assert all(answer.request.sizes()["responseBodySize"] == 0 for answer in unchanged)
    expect(card).to_contain_text("1 free bed")
    expect(moment).not_to_have_text(before)
    sam.page.emulate_media(media="print")
    expect(moment).to_be_visible()
    sam.page.emulate_media(media="screen")
    expect(moment).to_be_hidden()
    make(editor, "Occupied")
    assert asked_again(sam).status == 200
    expect(card).to_have_count(0)
    expect(sam.page.locator("#found-status")).to_have_text("0 wards now")
    expect(sam.page.locator(".cpms-nearly")).to_contain_text(WARD)
    sam.check()
    make(editor, "Available")
    assert asked_again(sam).status == 200
    expect(card).to_contain_text("1 free bed")
    expect(sam.page.locator("#found-status")).to_have_text("1 ward now")
    assert sam.page.evaluate("window.stays"), "the page was not loaded anew"
