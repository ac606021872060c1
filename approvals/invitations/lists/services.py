"""Writes of an uploaded list: kept until it is sent, all of it or nothing."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from approvals.invitations.drafts import locked_draft
from approvals.invitations.inviter import Inviter
from approvals.invitations.lists.reading import read_list
from approvals.invitations.models import Invitation
from approvals.invitations.services import make_invitations
from core.errors import Conflict, DomainError
from core.uploads import Row


@transaction.atomic
def keep_list(*, by: User, rows: Sequence[Row]) -> None:
    """Keep the rows of a file in the place of those before."""
    draft = locked_draft(by)
    draft.rows = [[number, cells] for number, cells in rows]
    draft.save()


@transaction.atomic
def send_list(*, by: User) -> list[Invitation]:
    """Invite everybody of the kept list; the worker mails them within a minute.

    Conflict if it was sent already; DomainError if a row does not hold any more, and then nobody
    is invited.
    """
    draft = locked_draft(by)
    if not draft.rows:
        raise Conflict("This list has been sent already.")
    read = read_list(draft.rows, Inviter(by))
    if read.bad:
        raise DomainError("Something has changed since you uploaded the list. Look at its rows.")
    invitations = make_invitations(invited=read.invited, by=by)
    draft.rows = []
    draft.save()
    return invitations
