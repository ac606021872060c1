"""What the table expects of each cell: an address asked in one way, by one person, in one state."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.sweeps.authorization.lines import EVERYBODY, NO_ONE, SIGNED_IN, Page
from tests.sweeps.authorization.reach import (
    DISABLED,
    NOBODY,
    PEOPLE,
    PLACES,
    REACH,
    REACHED_BY_ALL,
    RIGHTS,
)
from tests.sweeps.authorization.states import FULL, STATES, State

SAFE = ("GET", "HEAD")
NEVER = ("PUT", "PATCH", "DELETE", "OPTIONS")
METHODS = (*SAFE, "POST", *NEVER)
OUT = (NOBODY, DISABLED)

ALLOWED, LOGIN, FORBIDDEN, NOT_FOUND, NO_METHOD = "allowed", "login", "403", "404", "405"
PROVE = "password first"


class Cell(NamedTuple):
    method: str
    who: str
    place: str
    state: str = FULL

    def __str__(self) -> str:
        return " ".join(filter(None, [self.method, f"as {self.who},", self.place, self.state]))


def may(who: str, right: str) -> bool:
    """Whether somebody who is fully signed in, or nobody, has what the table names."""
    if right == EVERYBODY:
        return True
    if who in OUT or right == NO_ONE:
        return False
    return right == SIGNED_IN or right in RIGHTS[who]


def reaches(who: str, kind: str, place: str) -> bool:
    if kind in REACH:
        return place in REACH[kind].get(who, ())
    return place in REACHED_BY_ALL


def expected(page: Page, cell: Cell) -> str:
    """The answer to a cell: one of those above, or 'gate: ' with the page that comes first."""
    if cell.method in NEVER:
        return NO_METHOD
    opens = page.get or page.post
    if opens != EVERYBODY:
        if cell.who in OUT or STATES[cell.state].is_out:
            return LOGIN
        gate = STATES[cell.state].gate
        if gate and page.name not in (gate, *STATES[cell.state].pages):
            return f"gate: {gate}"
    who = NOBODY if STATES[cell.state].is_out else cell.who
    if not may(who, opens):
        return FORBIDDEN
    right = page.get if cell.method in SAFE else page.post
    if not right:
        return NO_METHOD
    if not may(cell.who, right):
        return FORBIDDEN
    # Of one's own account, the proof comes before everything else.
    own = page.of in ("", "device") and not page.shows
    proves = page.proof and STATES[cell.state].unproven and (cell.method == "POST" or own)
    if proves and own:
        return PROVE
    if page.of and not reaches(cell.who, page.of, cell.place):
        return NOT_FOUND
    if proves:
        return PROVE
    return ALLOWED


def cells_of(page: Page, *, full: bool) -> Iterator[Cell]:
    """Every combination, or of what is allowed or not found the first, and some of the others.

    What the middleware refuses alike for every place, and the admin for everybody but the
    helpdesk, is then asked of fewer.
    """
    places = PLACES[page.of] if page.of else [""]
    everybody = [*OUT, *PEOPLE]
    wanted = {(method, answer) for method in ("GET", "POST") for answer in (ALLOWED, NOT_FOUND)}
    for state in STATES.values():
        for method in METHODS:
            for number, who in enumerate(everybody):
                if state.name != FULL and not enters(state, method, who):
                    continue
                for position, place in enumerate(places):
                    cell = Cell(method, who, place, state.name)
                    answer = (method, expected(page, cell))
                    is_first = state.name == FULL and answer in wanted
                    if full or is_first or chosen(page, cell, number, position):
                        wanted.discard(answer)
                        yield cell


def enters(state: State, method: str, who: str) -> bool:
    """Whether a state makes a difference: to whom it can happen, who asks for a page or sends."""
    return method in ("GET", "POST") and who not in OUT and state.concerns(who)


def chosen(page: Page, cell: Cell, number: int, position: int) -> bool:
    """Whether a cell belongs to those that are asked every time: see `cells_of`."""
    answer = expected(page, cell)
    turn = sum(page.name.encode()) + METHODS.index(cell.method)
    in_admin = page.name.startswith(("admin:", "/admin/"))
    may_open = cell.who not in OUT and may(cell.who, page.get or page.post)
    if cell.state != FULL:
        # Who could do most, in some states in turn; and one more in turn
        state = list(STATES).index(cell.state)
        helpdesk = cell.who == "helpdesk" and (state + turn) % len(STATES) < 1
        in_turn = not in_admin and cell.method == "POST" and (number + state + turn) % 144 == 0
        return position == 0 and (helpdesk or in_turn)
    if cell.method in NEVER:
        # Refused before anything is known of who asks; of the methods, one in turn.
        nobody = cell.who == NOBODY and turn % (3 * len(NEVER)) == 0
        return position == 0 and nobody and not in_admin
    if cell.method == "HEAD":
        return position == 0 and (number + turn) % (108 if in_admin else 54) == 0
    if answer == LOGIN:
        return position == 0 and (number + turn) % (24 if in_admin else 12) == 0
    if EVERYBODY in (page.get, page.post):
        return cell.who == NOBODY or (number + turn) % 54 == 0
    if answer == FORBIDDEN and not may_open:
        return position == 0 and (number + turn) % (108 if in_admin else 18) == 0
    if answer == NO_METHOD:
        return position == 0 and (number + turn) % 18 == 0
    if answer == NOT_FOUND:
        rare = cell.place in ("missing", "huge")
        return (number + position + turn) % (72 if rare else 30) == 0
    if SIGNED_IN in (page.get, page.post) and not page.of:
        # Alike for all, but for what a list shows: that is a test of its own, with everybody.
        return (number + turn) % 36 == 0
    return (number + position + turn) % 12 == 0
