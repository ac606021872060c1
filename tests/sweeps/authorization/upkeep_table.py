"""Of the table, the lines of who keeps wards and beds, and of what was recorded of them."""

from tests.sweeps.authorization.lines import AUDIT, HISTORY, KEEP, UPDATE, UPKEEP, WARD, Page

UPKEEP_PAGES = [
    # Wards and beds themselves
    Page("availability:kept_wards", UPDATE, shows=("edited ward", "kept ward")),
    Page("availability:add_ward", KEEP, KEEP, writes=WARD),
    Page(
        "availability:ward_details",
        UPDATE,
        UPDATE,
        of="edited ward",
        shows=("edited ward",),
        writes=WARD,
    ),
    Page("availability:close_ward", KEEP, KEEP, of="kept ward", shows=("kept ward",), writes=WARD),
    Page("availability:reopen_ward", KEEP, KEEP, of="closed ward", writes=WARD),
    Page("availability:ward_changes", HISTORY, of="changed ward", shows=("changed ward",)),
    Page("availability:kept_beds", UPDATE, of="ward", shows=("ward",)),
    Page("availability:add_beds", UPDATE, UPDATE, of="ward", shows=("ward",), writes=UPKEEP),
    Page("availability:rename_bed", UPDATE, UPDATE, of="bed", writes=UPKEEP),
    Page("availability:retire_bed", UPDATE, UPDATE, of="kept bed", shows=("ward",), writes=UPKEEP),
    Page("availability:bring_back_bed", UPDATE, UPDATE, of="retired bed", writes=UPKEEP),
    Page("availability:move_bed", UPDATE, UPDATE, of="bed", writes=UPKEEP),
    # What was recorded
    Page("availability:bed_history", HISTORY, of="bed history", shows=("history",)),
    Page("availability:ward_history", HISTORY, of="history", shows=("history",)),
    Page("availability:ward_history_file", HISTORY, HISTORY, of="history", writes=(AUDIT,)),
    Page("availability:ward_then", HISTORY, of="history", shows=("history",)),
]
