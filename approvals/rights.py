"""Who may do what to whom: the rights matrix (CQRS-02, CQRS-03, CT-01, CT-02), as one table.

A rule that lets somebody act on an account asks it first, then whether the person lies in what the
actor approves for:

    refusal = may(Act.DISABLE, level_of(by.capabilities), level_of(person.capabilities))

The page "Who may do what" of the help is made from the same table. What a person does with the
own account needs no right, and is none of its business: a rule that lets people act on themselves
answers that before it asks here.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import models

from accounts.choices import Capability


class Level(models.TextChoices):
    """What a person is among approvers: the highest of what they hold."""

    STANDARD = "standard", "Standard user"
    PROVIDER = "provider", Capability.APPROVE_STANDARD.label
    COMMISSIONER = "commissioner", Capability.APPROVE_COMMISSIONER.label
    REGIONAL = "regional", Capability.APPROVE_REGIONAL.label
    HELPDESK = "helpdesk", Capability.ADMINISTER.label


class Act(models.TextChoices):
    """What may be done; the label heads its column."""

    INVITE = "invite", "Invite, and so create the account of"
    APPROVE = "approve", "Approve or reject the request to become"
    UNLOCK = "unlock", "Unlock a locked account of"
    DISABLE = "disable", "Disable the account of"
    ENABLE = "enable", "Enable a disabled account of"
    REVOKE = "revoke", "Revoke the access of"
    REVIEW = "review", "Confirm each quarter that they still work there"
    RESET_SECOND_FACTOR = "reset_second_factor", "Reset the two-step login of"
    SET_PASSWORD = "set_password", "Choose the password of"
    SWITCH_LEVEL = "switch_level", "Switch a provider between single-level and multi-level"
    CHANGE_ROUTES = "change_routes", "Change which approver a request goes to"
    CLOSE_ORGANISATION = "close_organisation", "Close or merge organisations"


# Conditions, as they follow "Standard users, ".
MULTI_LEVEL = "if the provider is multi-level"
SECOND_PERSON = "once another person of the helpdesk has confirmed it"

# Whom an act may be done to (None: it is done to a place), each with its condition.
Whom = dict[Level | None, str]
_STANDARD: Whom = {Level.STANDARD: ""}
_BELOW_COMMISSIONER: Whom = {**_STANDARD, Level.PROVIDER: ""}
_BELOW_REGIONAL: Whom = {**_BELOW_COMMISSIONER, Level.COMMISSIONER: ""}
_BELOW_HELPDESK: Whom = {**_BELOW_REGIONAL, Level.REGIONAL: ""}
_EVERYBODY: Whom = dict.fromkeys(Level, "")
_EVERYBODY_CONFIRMED: Whom = dict.fromkeys(Level, SECOND_PERSON)
_A_PLACE: Whom = {None: ""}

# Peers never act against each other: who is above does, and the helpdesk at last.
_FROM_ABOVE: dict[Level, Whom] = {
    Level.PROVIDER: _STANDARD,
    Level.COMMISSIONER: _BELOW_COMMISSIONER,
    Level.REGIONAL: _BELOW_REGIONAL,
    Level.HELPDESK: _BELOW_HELPDESK,
}

# For each act: who may do it, and to whom. Who or whom it does not name, may not.
RIGHTS: dict[Act, dict[Level, Whom]] = {
    Act.INVITE: {
        Level.PROVIDER: {Level.STANDARD: MULTI_LEVEL},
        Level.COMMISSIONER: {Level.PROVIDER: ""},
        Level.HELPDESK: _BELOW_HELPDESK,
    },
    Act.APPROVE: {
        Level.PROVIDER: {Level.STANDARD: MULTI_LEVEL},
        Level.COMMISSIONER: _BELOW_COMMISSIONER,
        Level.REGIONAL: _BELOW_REGIONAL,
        Level.HELPDESK: _BELOW_HELPDESK,
    },
    # An approver who is locked out goes to the helpdesk (CQRS-03).
    Act.UNLOCK: {
        Level.PROVIDER: _STANDARD,
        Level.COMMISSIONER: _STANDARD,
        Level.REGIONAL: _STANDARD,
        Level.HELPDESK: _EVERYBODY,
    },
    Act.DISABLE: _FROM_ABOVE,
    Act.ENABLE: _FROM_ABOVE,
    Act.REVOKE: _FROM_ABOVE,
    Act.REVIEW: _FROM_ABOVE,
    Act.RESET_SECOND_FACTOR: {Level.HELPDESK: _EVERYBODY_CONFIRMED},
    Act.SET_PASSWORD: {},
    Act.SWITCH_LEVEL: {
        Level.COMMISSIONER: _A_PLACE,
        Level.REGIONAL: _A_PLACE,
        Level.HELPDESK: _A_PLACE,
    },
    Act.CHANGE_ROUTES: {Level.HELPDESK: _A_PLACE},
    Act.CLOSE_ORGANISATION: {Level.HELPDESK: _A_PLACE},
}

# "Only … can … ."
_WHO = {
    Level.PROVIDER: "an approver of the provider",
    Level.COMMISSIONER: "a commissioner approver",
    Level.REGIONAL: "a regional approver",
    Level.HELPDESK: "the helpdesk",
}
_WHOM = {
    Level.STANDARD: "a standard user",
    Level.PROVIDER: "a provider approver",
    Level.COMMISSIONER: "a commissioner approver",
    Level.REGIONAL: "a regional approver",
    Level.HELPDESK: "a member of the helpdesk",
}
_DOES = {
    Act.INVITE: "invite {}",
    Act.APPROVE: "decide who becomes {}",
    Act.UNLOCK: "unlock the account of {}",
    Act.DISABLE: "disable the account of {}",
    Act.ENABLE: "enable the account of {}",
    Act.REVOKE: "revoke the access of {}",
    Act.REVIEW: "confirm that {} still works there",
    Act.RESET_SECOND_FACTOR: "reset the two-step login of {}",
    Act.SET_PASSWORD: "choose the password of {}",
    Act.SWITCH_LEVEL: "switch the level of a provider",
    Act.CHANGE_ROUTES: "change which approver a request goes to",
    Act.CLOSE_ORGANISATION: "close or merge organisations",
}
_NO_PASSWORD = (
    "Nobody can choose another person's password. They choose it themselves, with "  # noqa: S105
    "“Forgotten password?” on the login page."
)
_OPERATORS = "Accounts of the helpdesk are made and ended by the operators of the service."
_PEERS = "Approvers of the same level never do this to each other. "


def level_of(capabilities: Collection[str]) -> Level:
    """The level of who holds these capabilities (`User.capabilities`)."""
    for capability, level in (
        (Capability.ADMINISTER, Level.HELPDESK),
        (Capability.APPROVE_REGIONAL, Level.REGIONAL),
        (Capability.APPROVE_COMMISSIONER, Level.COMMISSIONER),
        (Capability.APPROVE_STANDARD, Level.PROVIDER),
    ):
        if capability in capabilities:
            return level
    return Level.STANDARD


def may(act: Act, actor: Level, subject: Level | None = None) -> str | None:
    """None if the table lets `actor` do it to `subject`, perhaps on a condition; or the refusal."""
    if subject in RIGHTS[act].get(actor, {}):
        return None
    if act == Act.SET_PASSWORD:
        return _NO_PASSWORD
    who = [_WHO[level] for level, whom in RIGHTS[act].items() if subject in whom]
    if not who:
        return _OPERATORS
    does = _DOES[act].format(_WHOM[subject] if subject else "")
    is_peer = actor == subject and RIGHTS[act] is _FROM_ABOVE and actor != Level.STANDARD
    return f"{_PEERS if is_peer else ''}Only {either(who)} can {does}."


def condition(act: Act, actor: Level, subject: Level | None = None) -> str:
    """What must be true besides, in words; empty if nothing, or if they may not at all."""
    return RIGHTS[act].get(actor, {}).get(subject, "")


def either(words: list[str]) -> str:
    """'a, b or c'"""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


@dataclass(frozen=True)
class Part:
    """A table of the page: some acts, and for each role what it may do with each."""

    title: str
    acts: tuple[Act, ...]

    def rows(self) -> Iterator[tuple[Level, list[tuple[Act, list[str]]]]]:
        """For each role, beside each act the lines of its cell; no line means no."""
        for level in Level:
            yield level, [(act, in_words(act, level)) for act in self.acts]


PARTS = (
    Part("Letting people in", (Act.INVITE, Act.APPROVE)),
    Part(
        "Accounts of other people",
        (Act.DISABLE, Act.ENABLE, Act.REVOKE, Act.REVIEW),
    ),
    Part("Trouble with logging in", (Act.UNLOCK, Act.RESET_SECOND_FACTOR, Act.SET_PASSWORD)),
    Part("Providers and routes", (Act.SWITCH_LEVEL, Act.CHANGE_ROUTES, Act.CLOSE_ORGANISATION)),
)
_PLURAL = {level: f"{level.label}s" for level in Level} | {Level.HELPDESK: "The helpdesk"}


def in_words(act: Act, actor: Level) -> list[str]:
    """The cell of the page: a line for each condition, e.g. 'Standard users, if the …'."""
    by_condition: dict[str, list[str]] = {}
    for subject, when in RIGHTS[act].get(actor, {}).items():
        by_condition.setdefault(when, []).append(_PLURAL[subject] if subject else "Yes")
    everybody = [_PLURAL[level] for level in Level]
    return [
        ", ".join(filter(None, ("Everybody" if whom == everybody else commas(whom), when)))
        for when, whom in by_condition.items()
    ]


def commas(words: list[str]) -> str:
    """'Standard users, provider approvers'"""
    return ", ".join([words[0], *(word[0].lower() + word[1:] for word in words[1:])])
