"""Events of long and short transactions while sealers work: each is sealed, once."""

import random
import time

import pytest
from django.db import transaction

from core import audit
from core.models import AuditEvent, AuditSeal, UnsealedEvent
from core.sealing.sealer import seal
from core.sealing.verification import verify
from tests.counts import often
from tests.factories.accounts import person
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, SEALERS = 4, 2


def test_nothing_stays_unsealed_and_nothing_is_sealed_twice(settings, tmp_path):
    settings.AUDIT_HEAD_FILE = tmp_path / "head.log"
    zoe = person("zoe.zest")
    ends = time.monotonic() + max(often(20), 3)

    def write_or_seal(position):
        chance = random.Random(position)
        done = 0
        while time.monotonic() < ends:
            if position < SEALERS:
                done += seal()
                continue
            with transaction.atomic():
                for _ in range(chance.randint(1, 3)):
                    audit.record("terms.accepted", by=zoe, target=zoe)
                # Others commit meanwhile, with higher numbers.
                time.sleep(chance.choice([0, 0, 0.02, 0.2]))
                if chance.random() < 0.2:
                    transaction.set_rollback(True)
            done += 1
        return done

    done = at_once(write_or_seal, SEALERS + WRITERS)
    assert sum(done[:SEALERS]) > 0, done
    seal()
    events = set(AuditEvent.objects.values_list("pk", flat=True))
    sealed = list(AuditSeal.objects.order_by("position").values_list("event_id", flat=True))
    assert len(sealed) == len(events) > 10
    assert set(sealed) == events
    assert not UnsealedEvent.objects.exists()
    assert sealed != sorted(sealed), "no latecomer came: the race proves nothing"
    faults = []
    verify(head_files=[settings.AUDIT_HEAD_FILE], report=faults.append)
    assert faults == []
