"""The pages of what searchers do about a ward beyond finding it."""

from tests.sweeps.authorization.lines import BEDS, CALL, HOLD, SAVED, SEARCH, UPDATE, Page

FOLLOW_UP_PAGES = [
    # Asking a ward to hold a bed
    Page(
        "availability:ask_to_hold",
        SEARCH,
        SEARCH,
        of="found ward",
        shows=("findable",),
        writes=HOLD,
    ),
    Page(
        "availability:note_call",
        SEARCH,
        SEARCH,
        of="ward to telephone",
        shows=("to be asked for",),
        writes=CALL,
    ),
    Page("availability:holds", SEARCH, shows=("own hold",)),
    Page("availability:hold", SEARCH, of="own hold", shows=("own hold",)),
    Page("availability:withdraw_hold", SEARCH, SEARCH, of="own hold", writes=HOLD),
    Page(
        "availability:answer_hold",
        UPDATE,
        UPDATE,
        of="asked of a ward",
        shows=("ward",),
        writes=(*HOLD, *BEDS),
    ),
    # Searches that people saved; of an account of their own alone
    Page("availability:save_search", SEARCH, SEARCH, writes=SAVED),
    Page("availability:saved_searches", SEARCH, shows=("saved search",)),
    Page("availability:saved_search", SEARCH, of="saved search"),
    Page("availability:switch_search", SEARCH, SEARCH, of="saved search", writes=SAVED),
    Page(
        "availability:delete_search",
        SEARCH,
        SEARCH,
        of="saved search",
        shows=("saved search",),
        writes=SAVED,
    ),
]
