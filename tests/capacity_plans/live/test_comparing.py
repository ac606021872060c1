"""What differs between a plan and a board, in words."""

import pytest

from capacity_plans.live.comparing import AS_PLANNED, Recorded, Standing

TWO_REFURBISHED = Recorded(12, 9, {"refurbishment": 2})


@pytest.mark.requirement("CPMS-03")
@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing(12, 12, Recorded(12, 11)), [AS_PLANNED]),
        (
            Standing(12, 12, TWO_REFURBISHED),
            ["2 beds closed for refurbishment without an approved line"],
        ),
        (
            Standing(12, 10, TWO_REFURBISHED),
            [
                "2 beds more commissioned than planned",
                "2 beds closed for refurbishment, as planned",
            ],
        ),
        (
            Standing(12, 11, Recorded(12, 9, {"refurbishment": 1, "staffing": 2})),
            [
                "1 bed more commissioned than planned",
                "3 beds closed (2 for lack of staff, 1 for refurbishment), "
                "2 of them without an approved line",
            ],
        ),
        # Beds beyond those that are commissioned may be closed as anybody likes.
        (
            Standing(10, 10, TWO_REFURBISHED),
            [
                "2 beds more recorded than commissioned",
                "2 beds closed for refurbishment, as planned",
            ],
        ),
        (Standing(12, None, Recorded(12)), ["Not in the approved plan"]),
        (Standing(12, None, Recorded(12), has_plan=False), ["As commissioned"]),
        (
            Standing(12, None, TWO_REFURBISHED, has_plan=False),
            ["2 beds closed for refurbishment"],
        ),
        (Standing(12, 12, None), ["Records nothing yet"]),
        (Standing(None, 6, None), ["6 beds planned, and no ward in the directory yet"]),
        (Standing(None, 0, None), ["Not yet planned to be open"]),
        (
            Standing(12, 4, Recorded(12), is_closed=True),
            ["The ward has closed, and the plan still has 4 beds"],
        ),
        (
            Standing(4, 4, Recorded(4, 1, {"staffing": 1}), "session"),
            ["1 session closed for lack of staff"],
        ),
    ],
)
def test_a_difference_is_said_in_words(standing, words):
    assert standing.explanations == words
