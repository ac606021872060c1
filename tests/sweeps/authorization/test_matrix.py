"""Every address × way of asking × person × object × state, against the table."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from core.models import AuditEvent
from tests.counts import LONG
from tests.sweeps.addresses import every_address
from tests.sweeps.authorization.addresses import address_of
from tests.sweeps.authorization.asker import Asker, Undone, neutral
from tests.sweeps.authorization.cells import (
    ALLOWED,
    LOGIN,
    NEVER,
    NO_METHOD,
    NOT_FOUND,
    PROVE,
    Cell,
    cells_of,
    expected,
    may,
    reaches,
)
from tests.sweeps.authorization.estate import Estate
from tests.sweeps.authorization.lines import AUDIT, DECIDE, LIMITS, Page
from tests.sweeps.authorization.page import PAGE, written
from tests.sweeps.authorization.payloads import payload_of
from tests.sweeps.authorization.reach import PEOPLE, REACH
from tests.sweeps.authorization.states import STATES
from tests.sweeps.authorization.table import TABLE

# What is kept of every request, whoever asks: a message for the next page, when a session was used.
# And what of an audit event, whose own table is the table's matter, waits to be sealed.
BY_ITSELF = {"django_session", "usersessions_usersession", "core_unsealedevent"}


def test_the_table_has_every_address_and_no_other():
    addresses = list(every_address())
    names = [address.name for address in addresses]
    assert sorted(set(names) - set(TABLE)) == [], "not in the table: say who may"
    assert sorted(set(TABLE) - set(names)) == [], "in the table, but no address any more"
    assert len(names) == len(set(names))


def test_every_address_with_a_parameter_says_what_object_it_takes():
    for address in every_address():
        takes = "<" in address.route
        assert bool(TABLE[address.name].of) == takes, address.name


NOWHERE = "/no-such-page/"
# Whose parts are decided already, and stand in no list of what is to be done.
DECIDED = {"Asks_Decided"}
# What is sent there does something only after other pages, in their own tests.
NOT_SENT_HERE = {
    # Of what the page before it shows
    "availability:bulk",
    # Of a change that one has made oneself
    "availability:undo",
    "availability:undo_session",
    # Of an account that is disabled, or locked
    "approvals:enable_person",
    "approvals:unlock_person",
    # Of a browser that has begun to register, to reset a password or to log in
    "onboarding:register_summary",
    "onboarding:register_send_again",
    "onboarding:register_change_address",
    "choose_password",
    "second_factor_code",
    "second_factor_email_code",
    "second_factor_recovery_code",
    "outside_not_now",
    # Of a device that is being set up, or may be removed
    "second_factor_authenticator",
    "second_factor_email",
    "second_factor_recovery_codes",
    "second_factor_remove",
    # Of who has not verified, holds nothing but search, of a mail that was given up, of a day set
    "admin:accounts_user_verify",
    "admin:accounts_user_kind",
    "admin:notifications_outgoingmail_resend",
    "admin:organisations_organisation_keep_open",
    # A file
    "availability:bulk_file",
    "plans:import",
    "approvals:invitations_upload",
    # Of a draft that is complete
    "onboarding:request_summary",
    # Of a version that waits for approval, and of a scenario of a plan without an open version
    "plans:take_back",
    "plans:make_draft",
    # For who is signed in
    "account_logout",
}


def answered(response) -> str:
    """An answer in the words of the table."""
    status = response.status_code
    if status == 302 and response["Location"].startswith("/login/?next="):
        return LOGIN
    if status in (403, 404, 405):
        return str(status)
    return ALLOWED if status < 500 and status != 401 else f"{status}"


def asks_for_password(response) -> bool:
    """Whether an answer asks for the proof of who one is."""
    again = reverse("account_reauthenticate")
    return response.get("Location", "").startswith(again) or b'name="proof"' in response.content


def is_gate(response, wanted: str) -> bool:
    location = response.get("Location", "").partition("?")[0]
    return response.status_code == 302 and location == reverse(wanted.removeprefix("gate: "))


@pytest.mark.parametrize("name", TABLE)
def test_everybody_gets_what_the_table_says(name, estate, asker, record_property):
    page, wrong, number = TABLE[name], [], 0
    for cell in cells_of(page, full=LONG):
        number += 1
        if problem := problem_of(page, cell, estate, asker):
            wrong.append(f"{cell}: {problem}")
    record_property("cells", number)
    if wrong:
        pytest.fail("\n".join([f"{name}: {len(wrong)} of {number} cells", *wrong]), pytrace=False)


def names_in(text: str, estate: Estate) -> set[str]:
    """Of what the estate holds, that which a page names."""
    return {name for names in estate.names.values() for name in names.values() if name in text}


def names_for(page: Page, who: str, estate: Estate) -> set[str]:
    """What a page may name to a person: of the kinds that it shows, what the person reaches."""
    if page.name.startswith("admin:"):
        return {name for names in estate.names.values() for name in names.values()}
    return {
        name
        for kind in page.shows
        for place, name in estate.names[kind].items()
        if reaches(who, kind, place)
    }


def status_is_refusal(response) -> bool:
    return 400 <= response.status_code < 500


def but_the_refusal(changed: set[str]) -> set[str]:
    """What changed, but for the audit's line that says that a page was refused."""
    if AUDIT in changed and AuditEvent.objects.latest("pk").event == "page.refused":
        return changed - {AUDIT}
    return changed


def problem_of(page: Page, cell: Cell, estate: Estate, asker: Asker) -> str:
    """What is wrong with the answer to a cell; '' if it is as the table says."""
    wanted = expected(page, cell)
    address = address_of(page, estate, cell.who, cell.place)
    data = payload_of(page, estate, asker, cell.place) if cell.method == "POST" else None
    session = STATES[cell.state].cookie(estate, cell.who)
    if cell.method in NEVER:
        got = answered(asker.ask(cell.method, address, session=session))
        return "" if got == wanted else f"{got} instead of {wanted}"
    with Undone() as undone:
        if cell.state:
            STATES[cell.state].enter(estate.people[cell.who])
        undone.changed()
        response = asker.ask(cell.method, address, data, session=session)
        if response.status_code >= 500:
            return f"{response.status_code} {asker.broken}"
        changed = undone.changed() - BY_ITSELF - set(STATES[cell.state].writes)
        got = answered(response)
        if wanted == PROVE and asks_for_password(response):
            got = wanted
        if wanted.startswith("gate: ") and is_gate(response, wanted):
            got = wanted
        if cell.method == "HEAD" and got == NO_METHOD and wanted == ALLOWED:
            # Looking at the headers alone may be refused.
            return ""
        if got != wanted:
            return f"{got} instead of {wanted} ({response.status_code})"
        if status_is_refusal(response):
            changed = but_the_refusal(changed)
        if wanted == LOGIN or wanted.startswith("gate: "):
            # What was typed is kept for afterwards.
            changed -= {LIMITS}
        if wanted == NOT_FOUND:
            # Where it is counted how often somebody looks, misses count too.
            changed -= {LIMITS} & set(page.records)
        if wanted == ALLOWED:
            changed -= set(page.writes if cell.method == "POST" else page.records)
        if changed:
            return f"wrote to {', '.join(sorted(changed))}"
        if wanted == NOT_FOUND:
            nowhere = address.replace(urlsplit(address).path, NOWHERE)
            other = asker.ask(cell.method, nowhere, data, session=session)
            if neutral(other, NOWHERE) != neutral(response, address):
                return "is told from an address that does not exist"
        if wanted == ALLOWED and response.status_code == 200:
            shown = names_in(response.content.decode(errors="replace"), estate)
            if strange := shown - names_for(page, cell.who, estate):
                return f"shows {', '.join(sorted(strange))}"
    return ""


def test_what_is_sent_in_the_cells_would_change_something(estate, asker):
    """Otherwise it would prove nothing that a refusal changes nothing."""
    without = []
    for page in TABLE.values():
        if not page.writes or page.name in NOT_SENT_HERE or page.name.endswith("_add"):
            continue
        sent = (cell for cell in cells_of(page, full=True) if cell.method == "POST")
        cell = next((cell for cell in sent if expected(page, cell) == ALLOWED), None)
        if cell is None:
            continue
        who, place = cell.who, cell.place
        data = payload_of(page, estate, asker, place)
        with Undone() as undone:
            undone.changed()
            address = address_of(page, estate, who, place)
            asker.ask("POST", address, data, session=estate.cookies.get(("", who), ""))
            if not undone.changed() & set(page.writes):
                without.append(f"{page.name} as {who}, {place}")
    assert not without, "\n".join(without)


@pytest.mark.parametrize(
    "name", [page.name for page in TABLE.values() if page.shows and not page.of]
)
def test_a_list_shows_everything_in_reach_and_nothing_else(name, estate, asker):
    page = TABLE[name]
    for who in PEOPLE:
        if may(who, page.get):
            address = address_of(page, estate, who, "")
            response = asker.ask("GET", address, session=estate.cookies["", who])
            if response.status_code == 302:
                # Of one ward alone, its board
                response = asker.ask("GET", response.url, session=estate.cookies["", who])
            text = response.content.decode()
            shown = names_for(page, who, estate)
            if "colleague" not in page.shows:
                shown = shown & DECIDED if name == "approvals:decided" else shown - DECIDED
            assert names_in(text, estate) == shown, who


def test_the_number_beside_approvals_is_that_of_what_the_person_can_decide(estate, asker):
    for who in PEOPLE:
        if may(who, DECIDE):
            text = asker.ask("GET", "/approvals/", session=estate.cookies["", who]).content.decode()
            waiting = REACH["item"][who] - {"decided"}
            assert names_in(text, estate) == {estate.names["item"][at] for at in waiting}
            assert f"Approvals ({len(waiting)}<" in text, who


def test_the_page_about_it_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == written(), (
        "python -m tests.sweeps.authorization.page"
    )
