"""The rights matrix, cell by cell."""

import itertools

import pytest

from accounts.choices import Capability
from approvals.rights import (
    MULTI_LEVEL,
    PARTS,
    RIGHTS,
    SECOND_PERSON,
    Act,
    Level,
    condition,
    level_of,
    may,
)

# Who may (rows), to whom (columns): standard user, provider, commissioner, regional approver,
# helpdesk. y: may, i: may if a condition holds, -: may not.
FROM_ABOVE = """
    standard      - - - - -
    provider      y - - - -
    commissioner  y y - - -
    regional      y y y - -
    helpdesk      y y y y -
"""
PEOPLE = {
    Act.INVITE: """
    standard      - - - - -
    provider      i - - - -
    commissioner  - y - - -
    regional      - - - - -
    helpdesk      y y y y -
""",
    Act.APPROVE: """
    standard      - - - - -
    provider      i - - - -
    commissioner  y y - - -
    regional      y y y - -
    helpdesk      y y y y -
""",
    Act.UNLOCK: """
    standard      - - - - -
    provider      y - - - -
    commissioner  y - - - -
    regional      y - - - -
    helpdesk      y y y y y
""",
    Act.DISABLE: FROM_ABOVE,
    Act.ENABLE: FROM_ABOVE,
    Act.REVOKE: FROM_ABOVE,
    Act.REVIEW: FROM_ABOVE,
    Act.RESET_SECOND_FACTOR: """
    standard      - - - - -
    provider      - - - - -
    commissioner  - - - - -
    regional      - - - - -
    helpdesk      i i i i i
""",
    Act.SET_PASSWORD: """
    standard      - - - - -
    provider      - - - - -
    commissioner  - - - - -
    regional      - - - - -
    helpdesk      - - - - -
""",
}
PLACES = {
    Act.SWITCH_LEVEL: "- - y y y",
    Act.CHANGE_ROUTES: "- - - - y",
    Act.CLOSE_ORGANISATION: "- - - - y",
}
CELLS = [
    (act, Level(row[0]), subject, cell)
    for act, table in PEOPLE.items()
    for row in map(str.split, table.strip().splitlines())
    for subject, cell in zip(Level, row[1:], strict=True)
] + [
    (act, actor, None, cell)
    for act, row in PLACES.items()
    for actor, cell in zip(Level, row.split(), strict=True)
]


@pytest.mark.requirement("CQRS-02")
@pytest.mark.requirement("CQRS-03")
@pytest.mark.requirement("CT-01")
@pytest.mark.requirement("CT-02")
def test_every_cell_is_as_specified():
    assert {cell[0] for cell in CELLS} == set(Act) == set(RIGHTS)
    found = [
        (act, actor, subject, "-")
        if may(act, actor, subject)
        else (act, actor, subject, "i" if condition(act, actor, subject) else "y")
        for act, actor, subject, _ in CELLS
    ]
    assert [wrong for wrong, cell in zip(found, CELLS, strict=True) if wrong != cell] == []


def test_a_place_is_not_a_person_and_a_person_is_not_a_place():
    everybody_and_nobody = [*Level, None]
    for act, actor in itertools.product(Act, Level):
        strange = [None] if act in PEOPLE else list(Level)
        assert all(may(act, actor, subject) for subject in strange), act
        assert set(RIGHTS[act].get(actor, {})) <= set(everybody_and_nobody)


@pytest.mark.parametrize(
    ("act", "actor", "subject", "words"),
    [
        (
            Act.DISABLE,
            Level.PROVIDER,
            Level.PROVIDER,
            "Approvers of the same level never do this to each other. Only a commissioner approver,"
            " a regional approver or the helpdesk can disable the account of a provider approver.",
        ),
        (
            Act.UNLOCK,
            Level.COMMISSIONER,
            Level.PROVIDER,
            "Only the helpdesk can unlock the account of a provider approver.",
        ),
        (
            Act.INVITE,
            Level.PROVIDER,
            Level.PROVIDER,
            "Only a commissioner approver or the helpdesk can invite a provider approver.",
        ),
        (
            Act.CHANGE_ROUTES,
            Level.PROVIDER,
            None,
            "Only the helpdesk can change which approver a request goes to.",
        ),
        (
            Act.SET_PASSWORD,
            Level.HELPDESK,
            Level.STANDARD,
            "Nobody can choose another person's password. They choose it themselves, with "
            "“Forgotten password?” on the login page.",
        ),
        (
            Act.DISABLE,
            Level.HELPDESK,
            Level.HELPDESK,
            "Accounts of the helpdesk are made and ended by the operators of the service.",
        ),
    ],
)
def test_a_refusal_says_who_may(act, actor, subject, words):
    assert may(act, actor, subject) == words


@pytest.mark.parametrize(
    ("held", "level"),
    [
        ((), Level.STANDARD),
        ((Capability.PLANS_EDIT, Capability.AVAILABILITY_EDIT), Level.STANDARD),
        ((Capability.AVAILABILITY_VIEW, Capability.APPROVE_STANDARD), Level.PROVIDER),
        ((Capability.APPROVE_STANDARD, Capability.APPROVE_COMMISSIONER), Level.COMMISSIONER),
        ((Capability.APPROVE_REGIONAL, Capability.APPROVE_COMMISSIONER), Level.REGIONAL),
        ((Capability.APPROVE_REGIONAL, Capability.ADMINISTER), Level.HELPDESK),
    ],
)
def test_the_highest_of_what_is_held_is_the_level(held, level):
    assert level_of(held) == level


def test_each_act_is_on_the_page_once_in_words_of_its_conditions():
    assert sorted(act for part in PARTS for act in part.acts) == sorted(Act)
    cells = {
        (act, level): lines for part in PARTS for level, row in part.rows() for act, lines in row
    }
    assert cells[Act.INVITE, Level.PROVIDER] == [f"Standard users, {MULTI_LEVEL}"]
    assert cells[Act.APPROVE, Level.COMMISSIONER] == ["Standard users, provider approvers"]
    assert cells[Act.RESET_SECOND_FACTOR, Level.HELPDESK] == [f"Everybody, {SECOND_PERSON}"]
    assert cells[Act.SWITCH_LEVEL, Level.COMMISSIONER] == ["Yes"]
    assert cells[Act.REVOKE, Level.STANDARD] == []
