"""The table as a page for people: made anew by `renew` in `python manage.py shell`."""

from pathlib import Path

from tests.sweeps.authorization.cells import cells_of
from tests.sweeps.authorization.lines import EVERYBODY, HELPDESK, NO_ONE, SIGNED_IN
from tests.sweeps.authorization.reach import PLACES, REACH, RIGHTS
from tests.sweeps.authorization.table import TABLE

PAGE = Path(__file__).parents[3] / "docs" / "security" / "authorization.md"
WORDS = {
    "": "-",
    EVERYBODY: "everybody",
    SIGNED_IN: "who is signed in",
    NO_ONE: "no one",
    "search": "who may search",
    "update": "who may update beds",
    "decide": "approvers",
    HELPDESK: "the helpdesk",
    "keep": "who may add and retire wards",
    "history": "who may read histories",
    "switch": "who may switch providers",
    "invite": "who may invite",
    "register": "who may mail registration links",
    "read_plans": "who may read plans",
    "edit_plans": "who may edit plans",
}
OPENING = """# Who may open and send what

Made from `tests/sweeps/authorization/table.py` and `reach.py`, which the suite holds every address
to: `{cells:,}` cells of address × way of asking × person × object × state of sign-in with
`make test-long`, and a fixed part of them, `{some:,}`, with `make test`. Renew this page with
`python manage.py shell -c "from tests.sweeps.authorization.page import renew; renew()"`.

Whoever is not named is refused: nobody is led to the login, a person gets a 403, and an object out
of reach is a 404 like that of an address that does not exist. Ways of asking other than GET, HEAD
and POST are a 405 everywhere. What is refused changes nothing; what is allowed changes no table but
those that the address lists.
"""


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [row(*head), row(*("---" for _ in head)), *(row(*cells) for cells in rows), ""]


def marks(columns: list[str], held: frozenset[str]) -> list[str]:
    return ["yes" if column in held else "" for column in columns]


def written() -> str:
    counts = [
        sum(1 for page in TABLE.values() for _ in cells_of(page, full=full))
        for full in (True, False)
    ]
    lines = [OPENING.format(cells=counts[0], some=counts[1]), "## People", ""]
    rights = [
        "search",
        "update",
        "decide",
        "switch",
        "invite",
        "register",
        "history",
        "keep",
        "read_plans",
        "edit_plans",
        HELPDESK,
    ]
    lines += table(
        ["person", *(WORDS[right] for right in rights)],
        [[who, *marks(rights, held)] for who, held in RIGHTS.items()],
    )
    lines += ["## Objects in reach", "", "A person without a line reaches none.", ""]
    for kind, reach in REACH.items():
        columns = PLACES[kind]
        lines += [f"### {kind}", ""]
        lines += table(
            ["person", *(column.replace("_", " ") for column in columns)],
            [[who, *marks(columns, held)] for who, held in reach.items()],
        )
    lines += ["## Addresses", ""]
    lines += table(
        ["address", "of", "may open", "may send", "password first", "sending may change"],
        [
            [
                f"`{page.name}`",
                page.of,
                WORDS[page.get],
                WORDS[page.post],
                "yes" if page.proof else "",
                " ".join(f"`{name}`" for name in page.writes),
            ]
            for page in TABLE.values()
        ],
    )
    return "\n".join(lines)


def renew() -> None:
    PAGE.write_text(written(), encoding="utf-8")
