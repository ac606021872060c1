"""What the page says about a search as a whole."""

from availability.searching.criteria import Criteria
from availability.searching.finding import COUNTED_TO, Results
from availability.searching.form import SearchForm
from availability.words import day, plural


def counted(criteria: Criteria) -> str:
    """Which beds are counted, where it is not just those free now."""
    if criteria.by:
        held = "no longer held, " if criteria.with_preparing else "no longer held, ready, "
        also = " Beds being prepared are counted too." if criteria.with_preparing else ""
        return (
            f"Counted are beds free now, and those recorded as {held}or available by the end of "
            f"{day(criteria.by)}; no more than the staff of the ward can take now.{also}"
        )
    return "Beds being prepared are counted too." if criteria.with_preparing else ""


def relaxations(results: Results, form: SearchForm) -> list[tuple[str, str, str]]:
    """What to do without, the address for it, and how many more wards that would find."""
    if results.nearly is None or results.number > 1:
        return []
    labels = dict(form.in_use())
    offers = []
    for source, more in results.nearly.relaxed.items():
        number = f"{COUNTED_TO}+ more wards" if more > COUNTED_TO else plural(more, "more ward")
        if source == ("full", ""):
            words, address = "Include wards with no free bed", form.address(full="on")
            if form.criteria.beds_wanted > 1:
                words = "Include wards with fewer beds"
        else:
            words, address = f"Search without “{labels[source]}”", form.address(source)
        offers.append((words, address, number))
    return offers
