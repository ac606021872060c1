"""A commissioner switches a provider and back, and reads why a request is theirs."""

import pytest

from tests.counts import LONG
from tests.journeys.conftest import NARROW, WIDE

SWITCH = {"Multi-level": "Switch to single-level", "Single-level": "Switch to multi-level"}


@pytest.mark.journey
@pytest.mark.requirement("CQRS-01", "CPMS-27")
@pytest.mark.parametrize("viewport", [NARROW, *([WIDE] if LONG else [])])
def test_there_and_back(visitor, viewport):
    carol = visitor(viewport)
    page = carol.page
    carol.login("commissioner@demo.example")
    carol.goto("/approvals/providers/")
    carol.check()
    page.locator("main tbody a").first.click()
    for _ in range(2):
        carol.check()
        level = page.locator("main .nhsuk-tag").first.inner_text()
        carol.click(SWITCH[level])
        assert page.locator("main .nhsuk-tag").first.inner_text() != level
        assert "by " in page.locator("main h2:has-text('History') + ul").inner_text()
    carol.goto("/approvals/")
    page.locator("main tbody a").first.click()
    carol.click("How the approver was chosen", role="link")
    assert page.locator("main ol li h2").first.inner_text().startswith("1. ")
