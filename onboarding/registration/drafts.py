"""Writes of registration, part 1: what is typed is kept, and in the end becomes an account."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import register_person
from core.errors import Conflict
from onboarding.models import RegistrationDraft
from onboarding.registration.forms import NameForm, PasswordForm, WorkForm
from onboarding.steps import Answers, Step, Wizard

LIFETIME = timedelta(hours=24)

PASSWORD = Step("password", "Choose a password", PasswordForm, secret=("password", "confirmation"))
WIZARD = Wizard(
    Step("name", "Create your account", NameForm),
    Step("work", "Details about where you work", WorkForm),
    PASSWORD,
)


def live_draft(key: str | None) -> RegistrationDraft | None:
    """The draft of that key, unless it is too old."""
    try:
        return RegistrationDraft.objects.filter(
            key=uuid.UUID(key or ""), started_at__gt=timezone.now() - LIFETIME
        ).first()
    except ValueError:
        return None


def form_of(draft: RegistrationDraft, step: Step, data: Mapping[str, Any] | None = None) -> Any:
    """The step's form on the draft's answers."""
    if step is not PASSWORD:
        return WIZARD.form(step, draft.answers, data)
    return WIZARD.form(
        step,
        draft.answers,
        data,
        person=person_of(draft.answers),
        chosen=bool(draft.password_hash),
    )


def person_of(answers: Answers) -> User:
    """The person described so far, not in the database."""
    name, work = answers.get("name", {}), answers.get("work", {})
    return User(
        email=name.get("email", ""),
        first_name=name.get("first_name", ""),
        surname=name.get("surname", ""),
        job_title=work.get("job_title", ""),
        work_postcode=work.get("postcode", ""),
    )


@transaction.atomic
def keep_step(*, draft: RegistrationDraft, step: Step, form: Any, valid: bool) -> RegistrationDraft:
    """Keep a step's answers; of a password only its hash. Raises Conflict after registration."""
    locked = lock(draft)
    keep = WIZARD.keep if valid else WIZARD.keep_as_typed
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
    if not WIZARD.complete(locked.answers):
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
