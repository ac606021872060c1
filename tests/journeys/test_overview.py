"""A searcher looks a unit up and reads the figures of where it is."""

import csv

import pytest

from tests.journeys.conftest import NARROW, WIDE


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


def test_all_columns_of_the_nation_are_in_sight_and_paper_shows_no_addresses(visitor):
    asha = visitor(WIDE)
    asha.login("searcher@demo.example")
    asha.goto("/dashboards/")
    asha.check()
    regions = asha.page.get_by_role("region", name="Regions")
    assert regions.evaluate("table => table.scrollWidth - table.clientWidth") == 0
    asha.goto("/search/")
    asha.click("CAMHS-Kennet-ED", "link")
    assert asha.heading().endswith("CAMHS-Kennet-ED")
    asha.page.go_back()
    asha.page.emulate_media(media="print")
    telephone = asha.page.get_by_role("link", name="01632 960100")
    assert telephone.evaluate("link => getComputedStyle(link, '::after').content") == "none"
    assert asha.page.get_by_text("Note a call").filter(visible=True).count() == 0
