"""A draft of a plan under the hands of its planners: rows that save by themselves, and without
scripts."""

import io
import re

import pytest
from openpyxl import load_workbook

from core.spreadsheets import MEDIA_TYPES, XLSX
from tests.journeys.conftest import NARROW, WIDE

PLANNER = "planner@demo.example"
SAVED = re.compile(r"^Saved \d")


def open_line(visitor):
    """The first line of the draft that the planner has in hand."""
    visitor.goto("/plans/")
    link = visitor.page.locator("main a[href*='/plans/versions/']")
    for address in dict.fromkeys(one.get_attribute("href") for one in link.all()):
        visitor.expected.add("404")
        visitor.goto(re.sub(r"(versions/\d+/).*", r"\1edit/", address))
        if visitor.heading().startswith("Edit version"):
            break
    assert visitor.heading().startswith("Edit version"), visitor.page.url
    visitor.check()
    visitor.page.locator(".cpms-plan-lines th a").first.click()
    visitor.page.wait_for_load_state()
    visitor.check()
    return visitor.page.url


PETER = """
from allauth.account.models import EmailAddress
from django.conf import settings
from accounts.demo.second_factor import give_authenticators
from accounts.models import Grant, User
like = User.objects.get(email="planner@demo.example")
peter = User.objects.create(
    email="peter.planner@trust.example", first_name="Peter", surname="Planner",
    work_postcode="SL6 0PQ", password=like.password, terms_version=settings.TERMS_VERSION,
)
EmailAddress.objects.create(user=peter, email=peter.email, primary=True, verified=True)
give_authenticators([peter])
for grant in Grant.objects.filter(person=like):
    grant.pk, grant.person = None, peter
    grant.save(force_insert=True)
"""


def said(visitor):
    return visitor.page.locator(".cpms-plan-row__status").first


def type_notes(visitor, text):
    visitor.page.get_by_label("Notes (optional)").fill(text)
    visitor.page.keyboard.press("Tab")


@pytest.mark.requirement("CPMS-03")
def test_a_row_saves_by_itself_and_two_planners_see_each_other(visitor, site):
    site.manage("shell", "--no-imports", "-c", PETER)
    one, two = visitor(NARROW), visitor(WIDE)
    for somebody, address in ((one, "peter.planner@trust.example"), (two, PLANNER)):
        somebody.login(address)
        somebody.expected |= {"409", "ERR_INTERNET_DISCONNECTED", "htmx:"}
    address = open_line(one)
    two.page.goto(address)
    type_notes(one, "Seen by the board")
    said(one).get_by_text(SAVED).wait_for()
    two.page.get_by_label("Baseline on the first day").fill("9")
    two.page.get_by_label("Why it is not the directory's figure").fill("Staffed for nine")
    two.page.keyboard.press("Tab")
    said(two).get_by_text("You typed: 9").wait_for()
    shown = said(two).inner_text()
    assert "Changed by Peter Planner (plan editor)" in shown
    assert "Now: Seen by the board" in shown
    two.check()
    assert two.page.get_by_label("Baseline on the first day").input_value() == "9"
    two.page.get_by_role("button", name="Keep mine").click()
    said(two).get_by_text(SAVED).wait_for()
    assert two.page.get_by_label("Notes (optional)").input_value() == "Seen by the board"
    assert two.page.locator("#line-months + thead + tbody td").first.inner_text() == "9"
    two.page.context.set_offline(True)
    type_notes(two, "Typed on a train")
    said(two).get_by_text("Not saved: you are not connected").wait_for()
    two.page.context.set_offline(False)
    said(two).get_by_text(SAVED).wait_for()
    two.page.reload()
    assert two.page.get_by_label("Notes (optional)").input_value() == "Typed on a train"
    change_with_a_file(two, address)
    one.page.reload()
    assert one.page.get_by_label("Notes (optional)").input_value() == "Of the spreadsheet"
    leave_what_is_refused(one)


def change_with_a_file(one, address):
    """A spreadsheet is downloaded; with a bad cell it is refused by its name, without it saved."""
    one.page.goto(re.sub(r"edit/lines/.*", "import/", address))
    one.check()
    with one.page.expect_download() as downloaded:
        one.page.get_by_role("link", name="The plan as it is, as a spreadsheet (XLSX)").click()
    with open(downloaded.value.path(), "rb") as spreadsheet:
        book = load_workbook(spreadsheet)
    lines = book["Lines"]
    at = {cell.value: cell.column for cell in lines[1]}
    row = next(
        row for row in range(2, 400) if lines.cell(row, at["Notes"]).value == "Typed on a train"
    )
    lines.cell(row, at["Notes"]).value = "Of the spreadsheet"
    good = lines.cell(row, at["Baseline"]).value
    for baseline in ("many", good):
        lines.cell(row, at["Baseline"]).value = baseline
        content = io.BytesIO()
        book.save(content)
        file = {"name": "plan.xlsx", "mimeType": MEDIA_TYPES[XLSX], "buffer": content.getvalue()}
        one.page.locator("input[type=file]").set_input_files(file)
        one.click("Upload")
        if baseline == "many":
            bad = one.page.get_by_role("table", name="Cells that cannot be used").inner_text()
            assert all(words in bad for words in ("Lines", str(row), "Baseline", "whole number"))
            one.click("upload it again", "link")
    one.page.set_viewport_size(NARROW)
    one.check()
    one.click("Save 1 change")
    assert "1 change saved from the file." in one.page.locator("main").inner_text()


def leave_what_is_refused(one):
    """Who cannot save a row is asked by the browser, and may leave without it."""
    asked = []
    one.expected.add("400")
    one.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    one.page.get_by_label("Baseline on the first day").fill("many")
    one.page.keyboard.press("Tab")
    said(one).get_by_text("Enter a number from 0").wait_for()
    one.page.get_by_role("link", name="All lines", exact=True).click()
    one.page.wait_for_url("**/edit/")
    assert asked == ["beforeunload"]


def test_without_scripts_a_change_is_added_and_moved_by_the_keyboard(visitor):
    one = visitor(NARROW, scripted=False)
    one.login(PLANNER)
    open_line(one)
    one.page.get_by_role("button", name="Add a change").click()
    one.page.get_by_label("Kind").select_option("increase")
    one.page.get_by_label("How many beds").fill("1")
    for part, value in (("Day", "1"), ("Month", "6"), ("Year", "2027")):
        one.page.get_by_label(part, exact=True).first.fill(value)
    one.page.get_by_label("Reason").fill("One more room")
    one.page.get_by_role("button", name="Add the change").click()
    moved = one.page.locator(".cpms-plan-change", has_text="One more room")
    for month in ("July", "August"):
        moved.get_by_role("button", name="One month later").focus()
        one.page.keyboard.press("Enter")
        moved.get_by_text(f"1 {month} 2027", exact=True).wait_for()
        assert "later" in one.page.locator(":focus").get_attribute("id")
