"""Writes of registration, part 1: what is typed is kept, and in the end becomes an account."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.services import register_person
from core.errors import Conflict
from onboarding.models import RegistrationDraft
from onboarding.registration.forms import NameForm, PasswordForm, WorkForm, person_of
from onboarding.steps import Step, Wizard

LIFETIME = timedelta(hours=24)

PASSWORD = Step("password", "Choose a password", PasswordForm, secret=("password", "confirmation"))
STEPS = (
    Step("name", "Create your account", NameForm),
    Step("work", "Details about where you work", WorkForm),
    PASSWORD,
)


def wizard_of(draft: RegistrationDraft) -> Wizard:
    """The questions; a password that was chosen before need not be typed again."""
    return Wizard(*STEPS, chosen=bool(draft.password_hash))


def live_draft(key: str | None) -> RegistrationDraft | None:
    """The draft of that key, unless it is too old."""
    try:
        return RegistrationDraft.objects.filter(
            key=uuid.UUID(key or ""), started_at__gt=timezone.now() - LIFETIME
        ).first()
    except ValueError:
        return None


@transaction.atomic
def keep_step(*, draft: RegistrationDraft, step: Step, form: Any, valid: bool) -> RegistrationDraft:
    """Keep a step's answers; of a password only its hash. Raises Conflict after registration."""
    locked = lock(draft)
    wizard = wizard_of(locked)
    keep = wizard.keep if valid else wizard.keep_as_typed
    locked.answers = keep(locked.answers, step, form)
    if valid and step is PASSWORD and form.cleaned_data["password"]:
        locked.password_hash = make_password(form.cleaned_data["password"])
    locked.save()
    return locked


@transaction.atomic
def register(*, draft: RegistrationDraft) -> None:
    """Make the account of a complete draft, once; of the draft only the address stays.

    Raises Conflict if it is registered already or not complete.
    """
    locked = lock(draft)
    if not wizard_of(locked).complete(locked.answers):
        raise Conflict("Some questions are not answered yet.")
    person = person_of(locked.answers)
    register_person(
        email=person.email,
        first_name=person.first_name,
        surname=person.surname,
        job_title=person.job_title,
        work_postcode=person.work_postcode,
        password_hash=locked.password_hash,
    )
    locked.registered_as = person.email
    locked.answers, locked.password_hash = {}, ""
    locked.save()


def lock(draft: RegistrationDraft) -> RegistrationDraft:
    """The draft as it stands now, held for this transaction. Raises Conflict after registration."""
    locked = RegistrationDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None or locked.registered_as:
        raise Conflict("This registration has been sent already.")
    return locked
