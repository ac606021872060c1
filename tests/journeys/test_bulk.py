"""A provider's bed manager updates the beds of all wards with a file, and in the grid."""

import csv
import io

import pytest

from availability.bulk.columns import COLUMNS
from tests.journeys.conftest import WIDE

MANAGER = "bella.beds@trust.example"
NEW_MANAGER = """
from allauth.account.models import EmailAddress
from django.conf import settings
from accounts.models import Grant, User
from organisations.models import Organisation
like = User.objects.get(email="searcher@demo.example")
bella = User.objects.create(
    email="bella.beds@trust.example", first_name="Bella", surname="Beds",
    work_postcode="SL6 0PQ", password=like.password, terms_version=settings.TERMS_VERSION,
)
EmailAddress.objects.create(user=bella, email=bella.email, primary=True, verified=True)
Grant.objects.create(
    person=bella, capability="availability_edit", origin="bootstrap",
    organisation=Organisation.objects.get(name="The Huntercombe Group"),
)
"""


def upload(one, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    file = {"name": "beds.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}
    one.page.locator("input[type=file]").set_input_files(file)
    one.click("Upload")


@pytest.mark.requirement("CPMS-01")
def test_a_bad_row_is_named_mended_and_saved_with_all_others(visitor, site):
    site.manage("shell", "--no-imports", "-c", NEW_MANAGER)
    bella = visitor(WIDE)
    bella.login(MANAGER)
    bella.goto("/wards/")
    bella.click("Update beds with a file", "link")
    with bella.page.expect_download() as downloaded:
        bella.page.get_by_role("button", name="Download CSV").click()
    with open(downloaded.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    occupied = [row for row in rows if row["State"] == "Occupied"]
    mended, other = occupied[0], occupied[-1]
    for row in (mended, other):
        row |= dict.fromkeys(COLUMNS[6:-1], "")
    mended["State"] = "Closed"
    other["State"] = "Isolated"
    upload(bella, rows)
    table = bella.page.get_by_role("table", name="Rows that cannot be used")
    assert "Reason closed" in table.inner_text()
    assert mended["Ward"] in table.inner_text()
    assert bella.page.get_by_role("button", name="Save").count() == 0
    bella.click("Update beds with a file", "link")
    mended["Reason closed"] = "Staffing"
    upload(bella, rows)
    bella.click("Save 2 changes")
    assert "2 beds changed" in bella.page.locator("body").inner_text()
    bella.goto(f"/wards/{mended['Ward ID']}/")
    row = bella.page.locator(f"#bed-{mended['Bed ID']}")
    assert "Closed (staffing)" in row.inner_text()

    bella.goto("/wards/")
    bella.click("Update all wards", "link")
    bed = f"{mended['Bed']}, {mended['Ward']}"
    bella.page.get_by_label(bed, exact=True).select_option("Reserved")
    bella.click("Continue")
    bella.click("Save 1 change")
    assert "Enter for whom the bed is held" in bella.page.get_by_role("alert").inner_text()
    bella.page.get_by_label("For whom is it held?").fill("Night team")
    bella.page.get_by_label("For how long is it held?").select_option("2 hours")
    bella.click("Save 1 change")
    assert "1 bed changed." in bella.page.locator("body").inner_text()
