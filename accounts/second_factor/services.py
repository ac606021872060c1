"""Writes: setting up devices, asking for their codes, and making recovery codes (ERN-03)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import (
    AuthenticatorDevice,
    EmailDevice,
    RecoveryCode,
    RecoveryDevice,
    User,
)
from accounts.models.devices import (
    CODE_LIFETIME,
    WRONG_CODES,
    FactorDevice,
    Limited,
    hash_of,
    new_recovery_codes,
    plain,
)
from accounts.second_factor.news import tell
from accounts.second_factor.queries import factors_of
from accounts.second_factor.rules import may_remove
from core import audit
from core.errors import DomainError
from notifications.services import queue_mail

# A secret that was shown longer ago is not shown again: who comes back later gets another.
SET_UP_LIFETIME = timedelta(hours=1)


class WrongCode(DomainError):
    """The code is not accepted."""


def enter_code(*, device: Limited, code: str) -> None:
    """Use up a code. Raises WrongCode, also while too many wrong ones have been entered."""
    with transaction.atomic():
        refusal = try_code(device=device, code=code)
    # Outside, so that the count of wrong codes stays.
    if refusal:
        raise WrongCode(refusal)


def try_code(*, device: Limited, code: str) -> str | None:
    """None if it was a code of the device, which is used up; otherwise the refusal in words."""
    locked = type(device).from_persistent_id(device.persistent_id, for_verify=True)
    if locked is None:
        return "This way to log in has been removed or replaced meanwhile. Start again."
    allowed, _ = locked.verify_is_allowed()
    if allowed and locked.verify_token(code):
        return None
    if allowed:
        audit.record("second_factor.failed", by=None, target=locked, subject=locked.user)
    if allowed and locked.throttling_failure_count >= WRONG_CODES:
        note_wait(locked)
    return waiting(locked) or locked.not_accepted


def note_wait(device: Limited) -> None:
    """Too many wrong codes: somebody may know the password."""
    person, count = device.user, device.throttling_failure_count
    audit.record("second_factor.locked", by=None, target=device, subject=person, wrong_codes=count)
    if count == WRONG_CODES:
        tell(
            person,
            headline=f"{WRONG_CODES} wrong codes were entered",
            text=f"Somebody has logged in with your password and then entered {WRONG_CODES} wrong "
            "codes. They did not get into your account. No code is accepted for 15 minutes.",
        )


def waiting(device: Limited) -> str | None:
    """What to say while codes of the device are not accepted; None if they are."""
    allowed, why = device.verify_is_allowed()
    if allowed:
        return None
    minutes = -(-(why["locked_until"] - timezone.now()) // timedelta(minutes=1))
    return (
        f"{device.throttling_failure_count} wrong codes have been entered, so no code is accepted "
        f"for the next {minutes} minute{'' if minutes == 1 else 's'}. Wait, then enter another one"
    )


@transaction.atomic
def mail_code(*, device: EmailDevice) -> None:
    """Mail a new code, valid for 10 minutes. Raises DomainError if that is too soon."""
    locked = EmailDevice.objects.select_for_update(of=("self",)).select_related("user")
    device = locked.get(pk=device.pk)
    if refusal := waiting(device):
        raise DomainError(refusal)
    allowed, _ = device.generate_is_allowed()
    if not allowed:
        raise DomainError(
            "We emailed you a code less than a minute ago. Look for it, also among the unwanted "
            "mail, before you ask for another."
        )
    queue_mail(
        kind="second_factor_code",
        address=device.user.email,
        person=device.user,
        context={
            "code": device.new_code(),
            "minutes": CODE_LIFETIME // timedelta(minutes=1),
            "setting_up": not device.confirmed,
        },
    )


@transaction.atomic
def begin_authenticator(*, by: User) -> AuthenticatorDevice:
    """A secret for an app, not in use before a code of it is entered."""
    lock_person(by)
    begun = AuthenticatorDevice.objects.filter(user=by, confirmed=False)
    begun.filter(created_at__lte=timezone.now() - SET_UP_LIFETIME).delete()
    return begun.first() or AuthenticatorDevice.objects.create(
        user=by,
        name=AuthenticatorDevice.label,
        confirmed=False,
        sealed_secret=AuthenticatorDevice.new_secret(),
    )


@transaction.atomic
def begin_email(*, by: User) -> EmailDevice:
    """Codes by email, not in use before one is entered; mails the first one."""
    lock_person(by)
    device, is_new = EmailDevice.objects.get_or_create(
        user=by, confirmed=False, defaults={"name": EmailDevice.label}
    )
    if is_new or device.generate_is_allowed()[0]:
        mail_code(device=device)
    return device


def set_up(*, by: User, device: FactorDevice, code: str) -> list[str]:
    """Take a device into use, in place of another of its kind. Raises WrongCode.

    Gives the recovery codes that were made because the person had none left; they are not kept.
    """
    with transaction.atomic():
        lock_person(by)
        refusal = try_code(device=device, code=code)
        if not refusal:
            return take_into_use(device, by)
    raise WrongCode(refusal)


def take_into_use(device: FactorDevice, person: User) -> list[str]:
    kind = type(device)
    replaced, _ = kind.objects.filter(user=person, confirmed=True).delete()
    kind.objects.filter(pk=device.pk).update(confirmed=True)
    note_more_than_mail(person)
    audit.record(
        "second_factor.set_up",
        by=person,
        target=device,
        subject=person,
        kind=kind.__name__,
        replaced=bool(replaced),
    )
    tell(
        person,
        headline=f"{device.label}: {'replaced' if replaced else 'set up'}",
        text="From now on you log in with your password and a code. Other devices on which you "
        "were logged in have been logged out.",
    )
    recovery = factors_of(person).recovery
    return [] if recovery and recovery.left else write_recovery_codes(person)


@transaction.atomic
def make_recovery_codes(*, by: User) -> list[str]:
    """New recovery codes, which are not kept; the earlier ones work no more."""
    lock_person(by)
    if not factors_of(by).devices:
        raise DomainError("Set up two-step login first.")
    codes = write_recovery_codes(by)
    tell(
        by,
        headline="New recovery codes",
        text="New recovery codes have been made. The earlier ones work no more.",
    )
    return codes


def write_recovery_codes(person: User) -> list[str]:
    RecoveryDevice.objects.filter(user=person).delete()
    device = RecoveryDevice.objects.create(user=person, name="Recovery codes")
    codes = new_recovery_codes()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(device=device, code_hash=hash_of(plain(code))) for code in codes
    )
    audit.record("second_factor.recovery_codes_made", by=person, target=device, subject=person)
    return codes


def enter_recovery_code(*, device: RecoveryDevice, code: str) -> int:
    """Use up a recovery code; gives how many are left. Raises WrongCode."""
    with transaction.atomic():
        refusal = try_code(device=device, code=code)
        if not refusal:
            left, person = device.left, device.user
            audit.record(
                "second_factor.recovery_code_used",
                by=person,
                target=device,
                subject=person,
                left=left,
            )
            tell(
                person,
                headline="A recovery code was used",
                text=f"Somebody has logged in with your password and one of your recovery codes. "
                f"{left} of them {'is' if left == 1 else 'are'} left.",
            )
            return left
    raise WrongCode(refusal)


@transaction.atomic
def remove_device(*, by: User, device: FactorDevice) -> None:
    """Stop using a device. Raises DomainError if it is the last one of who needs one."""
    lock_person(by)
    if refusal := may_remove(by, device):
        raise DomainError(refusal)
    audit.record(
        "second_factor.removed",
        by=by,
        target=device,
        subject=by,
        kind=type(device).__name__,
    )
    device.delete()
    left = factors_of(by).devices
    if not left:
        RecoveryDevice.objects.filter(user=by).delete()
    tell(
        by,
        headline=f"{device.label}: removed",
        text=f"It is no longer used when you log in. {device.label} was "
        + (
            "one of your ways to get a code."
            if left
            else "your only way to get a code, so your password alone is enough from now on."
        ),
    )


def note_more_than_mail(person: User) -> None:
    """The person has proven more than that they read the mailbox: mailed codes count again."""
    User.objects.filter(pk=person.pk, password_by_mail=True).update(password_by_mail=False)


def lock_person(person: User) -> None:
    """Let one transaction at a time change the person's devices."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
