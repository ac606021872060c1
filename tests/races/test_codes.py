"""One code entered twice at the same moment, on real PostgreSQL."""

import pytest

from accounts.models import AuthenticatorDevice, RecoveryCode, RecoveryDevice
from accounts.second_factor.services import (
    WrongCode,
    enter_code,
    enter_recovery_code,
    make_recovery_codes,
)
from tests.counts import often
from tests.factories.accounts import person
from tests.factories.devices import authenticator, code_of, wrong_code
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("ERN-03")]

ROUNDS = often(100)


def accepted(enter, number=2):
    def one(position):
        try:
            enter()
        except WrongCode:
            return False
        return True

    return at_once(one, number).count(True)


def test_of_one_code_entered_twice_at_once_one_is_accepted():
    device = authenticator(person("amina.approver"))
    for number in range(ROUNDS):
        AuthenticatorDevice.objects.update(last_t=-1, throttling_failure_count=0)
        code = code_of(device)
        found = accepted(lambda code=code: enter_code(device=device, code=code))
        assert found == 1, f"round {number}"


def test_of_one_recovery_code_entered_twice_at_once_one_is_accepted():
    user = person("amina.approver")
    authenticator(user)
    codes = make_recovery_codes(by=user)
    device = RecoveryDevice.objects.get()
    for number in range(min(ROUNDS, 10)):
        RecoveryDevice.objects.update(throttling_failure_count=0)
        code = codes[number]
        found = accepted(lambda code=code: enter_recovery_code(device=device, code=code))
        assert found == 1, f"round {number}"
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == min(ROUNDS, 10)


def test_wrong_codes_at_once_are_all_counted():
    device = authenticator(person("amina.approver"))
    code = wrong_code(device)
    assert accepted(lambda: enter_code(device=device, code=code), number=8) == 0
    device.refresh_from_db()
    assert device.throttling_failure_count == 5
