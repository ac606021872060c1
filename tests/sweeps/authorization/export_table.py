"""Of the table, the lines of the exports and of the tokens with which programs take them."""

from django.utils.timezone import localdate

from availability.exports.periods import Quarter
from tests.sweeps.authorization.lines import LIMITS, SEARCH, TOKEN, Page

DAYS, FILE = "from=2026-01-01&to=2026-01-31", "format=csv"
THIS_QUARTER = Quarter.of(localdate())
# How often somebody takes something is counted.
TAKEN = (LIMITS,)

EXPORT_PAGES = [
    Page("availability:exports", SEARCH),
    Page("availability:export_kh03", SEARCH, query=f"quarter={THIS_QUARTER}&{FILE}", records=TAKEN),
    Page("availability:export_bed_days", SEARCH, query=f"{DAYS}&{FILE}", records=TAKEN),
    Page("availability:export_ward_days", SEARCH, query=f"{DAYS}&{FILE}", records=TAKEN),
    Page("availability:export_sessions", SEARCH, query=f"{DAYS}&{FILE}", records=TAKEN),
    Page("availability:export_have", SEARCH, shows=("with beds",), records=TAKEN),
    Page("availability:fhir_metadata", SEARCH, records=TAKEN),
    *(
        Page(
            f"availability:fhir_{kind}_search",
            SEARCH,
            shows=("to be asked for",) if kind != "organization" else (),
            query="_count=500",
            records=TAKEN,
        )
        for kind in ("location", "healthcareservice", "organization")
    ),
    *(
        Page(
            f"availability:fhir_{kind}",
            SEARCH,
            of="resource of a ward",
            shows=("to be asked for",),
            records=TAKEN,
        )
        for kind in ("location", "healthcareservice")
    ),
    Page("availability:fhir_organization", SEARCH, of="resource of a provider", records=TAKEN),
    Page("availability:tokens", SEARCH, shows=("export token",)),
    Page("availability:new_token", SEARCH, SEARCH, writes=TOKEN, proof=True),
    Page("availability:revoke_token", "", SEARCH, of="export token", writes=TOKEN),
]
