"""An approver disables a leaver, whose open page is out, and enables the account again."""

from tests.journeys.conftest import NARROW, WIDE

APPROVER, LEAVER = "provider.approver@demo.example", "ward@demo.example"


def test_a_leaver_is_out_at_once_and_can_be_let_in_again(visitor):
    leaver, one = visitor(NARROW), visitor(WIDE)
    leaver.login(LEAVER)
    leaver.goto("/wards/")
    one.login(APPROVER)
    one.page.get_by_role("navigation", name="Menu").get_by_role("link", name="Users").click()
    one.check()
    assert one.heading() == "Users"
    one.page.get_by_label("Name or email address").fill("ward@demo")
    one.click("Search")
    one.page.get_by_role("link", name="View Owen Hughes").click()
    one.check()
    one.click("Disable account")
    one.page.get_by_label("Left organisation").check()
    one.click("Confirm")
    assert "can no longer log in" in one.page.locator("main").inner_text()
    leaver.goto("/wards/")
    assert leaver.heading() == "Login"
    one.click("Enable account")
    one.click("Confirm")
    assert "can log in again" in one.page.locator("main").inner_text()
    leaver.login(LEAVER)
    assert leaver.heading() != "Login"
