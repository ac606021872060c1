"""How much a telephone loads, and in how many requests."""

from tests.journeys.conftest import NARROW

# KiB of each page when it is loaded again: one with a whole list and a map is allowed more.
PAGES = {"/home/": 12, "/wards/": 12, "/directory/": 12, "/search/": 15}


def loaded(page, address):
    """KiB and requests of a page as they came over the wire, headers included."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    came = []
    wire.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    wire.detach()
    return sum(came) / 1024, len(came)


def test_a_page_is_light_at_first_and_lighter_again(visitor):
    one = visitor(NARROW)
    one.login("ward@demo.example")
    for path, again in PAGES.items():
        fresh = one.page.context.browser.new_context(
            viewport=NARROW, storage_state=one.page.context.storage_state()
        )
        page = fresh.new_page()
        first, requests = loaded(page, one.site.url + path)
        assert first <= 80, path
        assert requests <= 10, path
        assert loaded(page, one.site.url + path)[0] <= again, path
        fresh.close()
