"""A searcher looks a unit up and reads the figures of where it is."""

import csv

import pytest

from tests.journeys.conftest import NARROW


@pytest.mark.requirement("ERN-08")
def test_a_unit_is_found_by_postcode_and_its_figures_are_taken_along(visitor, tmp_path):
    asha = visitor(NARROW)
    asha.login("searcher@demo.example")
    asha.goto("/directory/")
    asha.check()
    asha.page.get_by_label("Find a place in the directory").fill("sl6 0pq")
    asha.click("Search")
    asha.click("The Huntercombe Group: Huntercombe Hospital - Maidenhead", "link")
    assert "Huntercombe Lane South" in asha.page.locator("main").inner_text()
    asha.click("CAMHS-Kennet-ED", "link")
    assert asha.page.get_by_role("link", name="01632 960100").is_visible()
    asha.click("Figures of CAMHS-Kennet-ED", "link")
    beds = asha.page.locator(".cpms-key-figures dd").first.inner_text()
    with asha.page.expect_download() as taken:
        asha.page.get_by_role("link", name="CSV of Beds by state").click()
    taken.value.save_as(tmp_path / "states.csv")
    with (tmp_path / "states.csv").open(encoding="utf-8-sig") as file:
        assert list(csv.reader(file))[-1] == ["All", beds]
