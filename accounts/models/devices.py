"""What proves, beside the password, who logs in (ERN-03), on django-otp's abstract devices."""

import re
import secrets
from base64 import b32encode
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django_otp.models import CooldownMixin, Device, SideChannelDevice, ThrottlingMixin
from django_otp.oath import TOTP

from accounts.models.links import hash_of
from accounts.models.people import User
from accounts.second_factor.sealing import seal, unseal

# So many wrong codes in a row cost a wait, and so does each further one.
WRONG_CODES = 5
WAIT = timedelta(minutes=15)
# Beyond it the count of wrong codes says nothing more.
MOST_COUNTED = 100

CODE_LIFETIME = timedelta(minutes=10)
TIME_BETWEEN_CODES = timedelta(seconds=60)
RESET_LIFETIME = timedelta(hours=24)

# Apps on phones show the code of the half minute; a clock may be one of these early or late.
STEP = 30
TOLERANCE = 1
SECRET_BYTES = 20

RECOVERY_CODES = 10
# 24 of these letters and digits, none of which looks like another, are 118 random bits.
RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Limited(ThrottlingMixin):
    """Four mistakes cost nothing; the fifth in a row, and each after it, costs a wait."""

    throttling_failure_count: int
    # What who entered a wrong code is told.
    not_accepted = (
        "The code is not correct, has been used already, or is too old. Enter the latest one"
    )

    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    # The mixin would remember the answer that it had before the mistake.
    throttling_enabled = True

    class Meta:
        abstract = True

    def get_throttle_factor(self) -> float:
        """What the mixin multiplies with 2 to the power of the count - 1: here, always WAIT."""
        if self.throttling_failure_count < WRONG_CODES:
            return 0
        return float(WAIT.total_seconds() / 2 ** (self.throttling_failure_count - 1))

    def throttle_increment(self, commit: bool = True) -> None:
        self.throttling_failure_count = min(self.throttling_failure_count, MOST_COUNTED)
        super().throttle_increment(commit=commit)

    def verify_token(self, token: str) -> bool:
        """Whether that is a code of the device, which is used up by this. Lock the row first."""
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        if self.uses_up(token):
            self.throttle_reset(commit=False)
            self.save()
            return True
        self.throttle_increment()
        return False

    def uses_up(self, token: str) -> bool:
        """Whether the code is right; used up, though not saved yet, if it is."""
        raise NotImplementedError


class FactorDevice(Limited, Device):
    """What a person can be asked for a code of; one in use and one being set up of each kind."""

    # What people read.
    label = ""

    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True


class AuthenticatorDevice(FactorDevice):
    """An app that shows codes made from a secret and the time (TOTP, RFC 6238)."""

    label = "Authenticator app"

    sealed_secret = models.CharField(max_length=255, editable=False)
    last_t = models.BigIntegerField(
        db_default=-1, editable=False, help_text="The half minute of the last code that was used"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "confirmed"], name="authenticator_once"),
        ]

    @staticmethod
    def new_secret() -> str:
        return seal(secrets.token_bytes(SECRET_BYTES))

    @property
    def secret(self) -> bytes:
        return unseal(self.sealed_secret)

    @property
    def secret_text(self) -> str:
        """For typing it into the app: 'ABCD EFGH ...'."""
        text = b32encode(self.secret).decode()
        return " ".join(re.findall(".{4}", text))

    @property
    def address(self) -> str:
        """What the QR code says, and what a link on a phone opens the app with."""
        issuer = settings.SERVICE_SHORT_NAME
        query = {"secret": b32encode(self.secret).decode(), "issuer": issuer}
        return f"otpauth://totp/{issuer}:{self.user.email}?{urlencode(query)}"

    def uses_up(self, token: str) -> bool:
        if not re.fullmatch("[0-9]{6}", token):
            return False
        # Drift stays 0: a clock that is learned is a way to stretch a code's life.
        totp = TOTP(self.secret, step=STEP, drift=0)
        if not totp.verify(int(token), tolerance=TOLERANCE, min_t=self.last_t + 1):
            return False
        self.last_t = totp.t()
        return True


class EmailDevice(CooldownMixin, FactorDevice, SideChannelDevice):
    """Codes that are mailed to the person's address; only a keyed hash of the last one is kept."""

    label = "Codes by email"

    token = models.CharField(max_length=64, blank=True, null=True, editable=False)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "confirmed"], name="email_device_once"),
        ]

    def get_cooldown_duration(self) -> float:
        return TIME_BETWEEN_CODES.total_seconds()

    def new_code(self) -> str:
        """A code to be mailed; the one before it works no more."""
        self.generate_token(valid_secs=CODE_LIFETIME.total_seconds(), commit=False)
        code = str(self.token)
        self.token = self.hash_of(code)
        self.cooldown_set()
        return code

    def hash_of(self, code: str) -> str:
        return salted_hmac(f"accounts.email_device:{self.pk}", code, algorithm="sha256").hexdigest()

    def uses_up(self, token: str) -> bool:
        return bool(SideChannelDevice.verify_token(self, self.hash_of(token)))


class RecoveryDevice(Limited, Device):
    """A person's recovery codes as a whole, whose mistakes are counted together."""

    not_accepted = (
        "The recovery code is not correct, or has been used already. Check it, or enter another"
    )

    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="recovery_codes_once")]

    def uses_up(self, token: str) -> bool:
        unused = self.codes.filter(code_hash=hash_of(plain(token)), used_at__isnull=True)
        return bool(unused.update(used_at=timezone.now()))

    @property
    def left(self) -> int:
        """How many codes can still be used. One query."""
        return self.codes.filter(used_at__isnull=True).count()


class RecoveryCode(models.Model):
    """One code, usable once; it is random, so a plain hash of it is enough."""

    device = models.ForeignKey(RecoveryDevice, models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "code_hash"], name="recovery_code_once"),
        ]


def new_recovery_codes() -> list[str]:
    """E.g. 'k7qm-4rtw-9xhd-2vbn-p3cz-8gae'."""
    return [
        "-".join("".join(secrets.choice(RECOVERY_LETTERS) for _ in range(4)) for _ in range(6))
        for _ in range(RECOVERY_CODES)
    ]


def plain(code: str) -> str:
    """A recovery code without what people add or leave out: case, spaces, hyphens."""
    return re.sub(r"[^a-z0-9]", "", code.lower())


class SecondFactorResetQuerySet(models.QuerySet["SecondFactorReset"]):
    def waiting(self, **which: Any) -> "SecondFactorResetQuerySet":
        """Resets that somebody else may still confirm."""
        return self.filter(confirmed_at__isnull=True, expires_at__gt=Now(), **which)


class SecondFactorReset(models.Model):
    """The helpdesk removes a lost device: one of them asks, another one confirms."""

    person = models.ForeignKey(User, models.PROTECT, related_name="second_factor_resets")
    note = models.CharField(max_length=500, help_text="How the person's identity was checked")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = SecondFactorResetQuerySet.as_manager()

    class Meta:
        verbose_name = "reset of two-step login"
        verbose_name_plural = "resets of two-step login"
        constraints = [
            models.CheckConstraint(
                condition=~Q(asked_by=F("person")), name="reset_asked_by_another"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (
                    Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                    & ~Q(confirmed_by=F("asked_by"))
                    & ~Q(confirmed_by=F("person"))
                ),
                name="reset_confirmed_by_a_third",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.asked_at:%-d %B %Y}"
