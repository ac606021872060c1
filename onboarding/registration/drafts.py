"""Writes of registration, part 1: what is typed is kept, and in the end waits for its address."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.fields import AGREE
from accounts.models import Registration
from accounts.services import (
    correct_address,
    lock_addresses,
    register_person,
    send_registration_mail,
)
from core.errors import Conflict
from core.steps import Step, Wizard
from onboarding.models import RegistrationDraft
from onboarding.registration.forms import NameForm, PasswordForm, TermsForm, WorkForm, person_of

LIFETIME = timedelta(hours=24)
# Between two mails that one browser asks for
MAIL_INTERVAL = timedelta(minutes=3)

NAME = Step("name", "Create your account", NameForm)
# Whether a password is too like the person depends on their name and address.
PASSWORD = Step(
    "password",
    "Choose a password",
    PasswordForm,
    secret=("password", "confirmation"),
    hangs_on=(NAME.key,),
)
TERMS = Step("terms", "Terms of use", TermsForm)
STEPS = (NAME, Step("work", "Details about where you work", WorkForm), PASSWORD, TERMS)


def wizard_of(draft: RegistrationDraft) -> Wizard:
    """The questions; a password that was chosen before need not be typed again."""
    return Wizard(*STEPS, chosen=bool(draft.password_hash))


def live_draft(key: str) -> RegistrationDraft | None:
    """The draft of that key, unless it is too old."""
    try:
        return (
            RegistrationDraft.objects.select_related("registration")
            .filter(key=uuid.UUID(key), started_at__gt=timezone.now() - LIFETIME)
            .first()
        )
    except ValueError:
        return None


@transaction.atomic
def keep_step(*, draft: RegistrationDraft, step: Step, form: Any, valid: bool) -> RegistrationDraft:
    """Keep a step's answers; of a password only its hash. Raises Conflict after registration.

    The first answer of all makes the draft's row. If another tab has answered meanwhile, a form
    that was valid before may leave its step open.
    """
    locked = draft if draft._state.adding else lock(draft)
    wizard = wizard_of(locked)
    if valid and locked.answers != draft.answers:
        form = wizard.form(step, locked.answers, form.data)
        valid = form.is_valid()
    keep = wizard.keep if valid else wizard.keep_as_typed
    locked.answers = keep(locked.answers, step, form)
    if PASSWORD.key not in locked.answers:
        locked.password_hash = ""
    if valid and step is PASSWORD and form.cleaned_data["password"]:
        locked.password_hash = make_password(form.cleaned_data["password"])
    locked.save()
    return locked


@transaction.atomic
def register(*, draft: RegistrationDraft, mail: bool = True) -> Registration:
    """Register what a complete draft says, once; of the draft only the address stays.

    Raises Conflict if it is registered already or not complete.
    """
    locked = lock(draft)
    if not wizard_of(locked).complete(locked.answers):
        raise Conflict("Some questions are not answered yet.")
    person, terms = person_of(locked.answers), locked.answers[TERMS.key]
    registration = register_person(
        address=person.email,
        password_hash=locked.password_hash,
        terms_version=terms["version"],
        communications=terms["communications"] == AGREE,
        mail=mail,
        **{name: getattr(person, name) for name in Registration.DETAILS},
    )
    finish(locked, registration=registration)
    return registration


@transaction.atomic
def register_nothing(*, draft: RegistrationDraft) -> None:
    """End a program's draft as if it had been registered. Raises Conflict like `register`."""
    finish(lock(draft), registration=None)


def finish(locked: RegistrationDraft, *, registration: Registration | None) -> None:
    """Only the address stays, for the page that waits for it to be proven."""
    locked.registered_as = person_of(locked.answers).email
    locked.registration, locked.mailed_at = registration, timezone.now()
    locked.answers, locked.password_hash = {}, ""
    locked.save()


def wait_before_mail(draft: RegistrationDraft) -> timedelta:
    """How long the browser waits until it may ask for another mail; zero if it need not."""
    elapsed = timezone.now() - (draft.mailed_at or draft.started_at)
    return max(MAIL_INTERVAL - elapsed, timedelta())


@transaction.atomic
def mail_again(*, draft: RegistrationDraft, mail: bool = True) -> None:
    """Send the link once more. Raises Conflict if nothing waits for it any more."""
    locked = waiting(draft)
    if locked.registration is None:
        raise Conflict(
            "Your registration has been completed or deleted meanwhile. Log in, or register again."
        )
    send_registration_mail(registration=locked.registration, mail=mail)
    locked.mailed_at = timezone.now()
    locked.save()


@transaction.atomic
def change_address(*, draft: RegistrationDraft, address: str, mail: bool = True) -> None:
    """Send the link to another address; those to the old one end. Raises Conflict."""
    locked = waiting(draft, address)
    if locked.registration:
        correct_address(registration=locked.registration, address=address, mail=mail)
    locked.registered_as, locked.mailed_at = address, timezone.now()
    locked.save()


def lock(draft: RegistrationDraft) -> RegistrationDraft:
    """The draft as it stands now, held for this transaction. Raises Conflict after registration."""
    locked = RegistrationDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None or locked.registered_as:
        raise Conflict("This registration has been sent already.")
    return locked


def waiting(draft: RegistrationDraft, *addresses: str) -> RegistrationDraft:
    """A registered draft and its address (and others), held for this transaction.

    The addresses first, then the draft: who verifies an address holds it when the drafts of its
    registrations are changed. Raises Conflict if the draft was swept or changed.
    """
    lock_addresses(draft.registered_as, *addresses)
    locked = (
        RegistrationDraft.objects.select_for_update(of=("self",))
        .select_related("registration")
        .filter(pk=draft.pk, mailed_at=draft.mailed_at, registered_as=draft.registered_as)
        .first()
    )
    if locked is None:
        raise Conflict("This registration has changed meanwhile.")
    return locked
