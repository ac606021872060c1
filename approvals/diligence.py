"""Due diligence: what whoever decides is asked about the person and their request (CT-03)."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A question that Yes or No answers; `field` is where a decision keeps the answer.

    `short` names it beside the answer, `of_all` asks it of several people at once.
    """

    field: str
    words: str
    short: str
    of_all: str
    hint: str = ""


IS_MEMBER = Question(
    "is_member",
    "Is the person a current member of the organisation?",
    "Current member of the organisation",
    "Is each of them a current member of the organisation?",
)
ADDRESS_FITS = Question(
    "address_fits",
    "Is the email address aligned to the organisation?",
    "Email address aligned to the organisation",
    "Is each email address aligned to the organisation?",
    "It has no typing mistake and is not a personal address.",
)
LEVEL_FITS = Question(
    "level_fits",
    "Is the right level of access asked for?",
    "Right level of access asked for",
    "Is the right level of access asked for by each of them?",
)
ABOUT_A_PERSON = (IS_MEMBER, ADDRESS_FITS, LEVEL_FITS)


@dataclass(frozen=True)
class Answers:
    """What whoever decides answered; None is not answered. The note says why a No is acceptable."""

    is_member: bool | None = None
    address_fits: bool | None = None
    level_fits: bool | None = None
    note: str = ""

    def forbid_approval(self, questions: Sequence[Question]) -> str | None:
        """Why these answers to the questions do not let anything be approved, in words."""
        given = [getattr(self, question.field) for question in questions]
        if None in given:
            return "Answer the questions before you approve the request."
        if False in given and not self.note.strip():
            return "Say why a No is acceptable, or reject the request."
        return None
