"""Somebody telephones the helpdesk: no mail came, and they are locked out."""

import psycopg
import pytest

from tests.journeys.conftest import NARROW, WIDE, Visitor

pytestmark = [pytest.mark.journey, pytest.mark.requirement("CQRS-20", "CT-18")]

# A mail that was given up, for the person who telephones.
GIVEN_UP = """
    INSERT INTO notifications_outgoingmail
           (kind, person_id, address, subject, text, html, message_id, state, attempts, last_error)
    SELECT 'unknown_account', id, email, 'What did not arrive', 'Text', '<p>Text</p>',
           '<given.up@cpms>', 'failed', 7, 'Mailbox full'
      FROM accounts_user WHERE email = 'searcher@demo.example'
"""


class InTheAdmin(Visitor):
    """Where a sheet imports another, axe copies it into the page to read it, and the policy stops
    that. It is expected while axe looks, and never of the pages themselves.
    """

    def check(self) -> None:
        self.expected.add("Applying inline style")
        super().check()
        self.expected.remove("Applying inline style")


def test_the_helpdesk_helps_who_telephones(site, visitor):
    with psycopg.connect(site.environment["DATABASE_OWNER_URL"], autocommit=True) as database:
        database.execute(GIVEN_UP)
    sam = visitor(WIDE, scripted=False)
    for _ in range(5):
        sam.login("searcher@demo.example", "Wrong-Password-1")
    helen = visitor(NARROW, kind=InTheAdmin)
    helen.login("helpdesk@demo.example")
    helen.goto("/admin/accounts/user/?q=searcher@de")
    helen.check()
    helen.page.get_by_role("link", name="searcher@demo.example").click()
    helen.check()
    shown = helen.page.locator("#content").inner_text()
    for words in ("Mailbox full", "by wrong passwords", "Verified", "Availability viewer"):
        assert words in shown, words
    person = helen.page.url
    helen.page.get_by_role("link", name="Send again").first.click()
    helen.check()
    helen.click("Send again")
    assert "The mail is tried again." in helen.page.locator("#content-start").inner_text()
    helen.page.goto(person)
    helen.page.set_viewport_size(WIDE)
    helen.check()
    helen.page.get_by_role("button", name="Unlock: let the person log in at once").click()
    assert "can log in again" in helen.page.locator("#content-start").inner_text()
    sam.login("searcher@demo.example")
    assert sam.page.url.endswith("/home/")
    helen.goto("/admin/approvals/item/?q=demo")
    helen.page.locator("#result_list tbody th a").first.click()
    for size in (NARROW, WIDE):
        helen.page.set_viewport_size(size)
        helen.check()
    for history in ("approvals/decision", "core/auditevent"):
        helen.goto(f"/admin/{history}/")
        fits = "table => table.scrollWidth <= table.parentElement.clientWidth"
        assert helen.page.locator("#result_list").evaluate(fits), history
    helen.goto("/admin/organisations/organisation/?q=elysium")
    helen.page.locator("#result_list tbody th a").first.click()
    for name in ("Close", "Merge into another"):
        address = helen.page.url
        helen.page.get_by_role("link", name=name, exact=True).click()
        helen.check()
        helen.page.goto(address)
