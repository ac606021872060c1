"""The helpdesk's pages obey the policy without exceptions: the browser refuses nothing on them."""

import pytest

from tests.journeys.conftest import WIDE

PAGES = (
    "/admin/",
    "/admin/accounts/user/?q=demo",
    "/admin/core/auditevent/",
    "/admin/organisations/organisation/",
    "/admin/organisations/organisation/add/",
    "/admin/organisations/unit/add/",
    "/admin/organisations/ward/add/",
    "/admin/organisations/collaborative/add/",
)


@pytest.mark.journey
def test_the_admin_works_under_the_policy(visitor):
    helen = visitor(WIDE)
    helen.login("helpdesk@demo.example")
    for path in PAGES:
        helen.goto(path)
        assert helen.page.locator("#content").count(), path
    helen.goto("/admin/organisations/ward/?q=kennet")
    helen.page.locator("#result_list tbody th a").first.click()
    helen.page.wait_for_load_state()
    assert "Kennet" in helen.page.locator("#content").inner_text()
