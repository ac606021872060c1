"""Writes of what an inviter has typed so far; it is sent once."""

from typing import Any

from django.db import transaction

from accounts.models import User
from approvals.invitations.forms import invited_of, wizard_of
from approvals.invitations.inviter import Inviter
from approvals.invitations.models import Invitation, InvitationDraft
from approvals.invitations.services import send_invitation
from core.errors import Conflict, DomainError
from core.steps import Step


def draft_of(user: User) -> InvitationDraft:
    """The person's draft; before the first answer one that is not in the database."""
    return InvitationDraft.objects.filter(person=user).first() or InvitationDraft(person=user)


def locked_draft(user: User) -> InvitationDraft:
    """The draft, held until the end, so that two tabs lose nothing of each other."""
    InvitationDraft.objects.get_or_create(person=user)
    return InvitationDraft.objects.select_for_update().get(person=user)


@transaction.atomic
def keep_step(*, by: User, step: Step, form: Any, valid: bool) -> InvitationDraft:
    """Keep the answers of a form, or as they were typed when somebody goes back."""
    draft, wizard = locked_draft(by), wizard_of(Inviter(by))
    keep = wizard.keep if valid else wizard.keep_as_typed
    draft.answers = keep(draft.answers, step, form)
    draft.save()
    return draft


@transaction.atomic
def send_draft(*, by: User) -> Invitation:
    """Send what was answered, and begin anew.

    Conflict if it was sent already; DomainError if an answer is open or does not hold any more.
    """
    draft, inviter = locked_draft(by), Inviter(by)
    if not draft.answers:
        raise Conflict("This invitation has been sent already.")
    if not wizard_of(inviter).complete(draft.answers):
        raise DomainError("Some questions are not answered yet. Answer them before you send it.")
    invitation = send_invitation(invited=invited_of(inviter, draft.answers), by=by)
    draft.answers = {}
    draft.save()
    return invitation
