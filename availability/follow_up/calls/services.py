"""Writes of calls. Lock: the row of the ward's totals, before anything is read."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.queries import wards_viewable_by
from approvals.people.reach import works_at
from availability.follow_up.choices import DOUBTS, CallOutcome
from availability.models import Call
from availability.services import lock_totals
from core.audit import record
from core.errors import DomainError
from core.patients import has_nhs_number
from organisations.models import Ward

KEPT_FOR = timedelta(days=30)
REPEATED_WITHIN = timedelta(minutes=1)


@transaction.atomic
def note_call(*, ward: Ward, outcome: str, by: User, text: str = "", doubt: bool = False) -> Call:
    """Note what a ward said on the telephone, for colleagues of one's own organisation.

    With `doubt`, whoever searches reads that the figures were contradicted, where they were, until
    the ward confirms or changes a bed. The same within a minute is noted once. DomainError for a
    ward that the person cannot find, for no outcome, or with an NHS number.
    """
    totals = lock_totals(ward.pk)
    if not wards_viewable_by(by).filter(pk=ward.pk).exists():
        raise DomainError("You cannot note a call to this ward.")
    if outcome not in CallOutcome.values:
        raise DomainError("Choose what the ward said.")
    if has_nhs_number(text):
        raise DomainError("Remove the NHS number. Nothing about a patient may be entered here.")
    now = timezone.now()
    same = Call.objects.filter(
        ward=ward, by=by, outcome=outcome, text=text, at__gt=now - REPEATED_WITHIN
    ).first()
    if same:
        return same
    of = User.objects.filter(pk=by.pk).annotate(works_at=works_at()).values_list("works_at")
    (organisation,) = of.get()
    call = Call.objects.create(
        ward=ward, by=by, organisation_id=organisation, at=now, outcome=outcome, text=text
    )
    record("call.noted", by=by, target=call, ward=ward.pk, outcome=outcome)
    free = totals.available if totals.can_take is None else min(totals.available, totals.can_take)
    if doubt and free and outcome in DOUBTS:
        totals.doubted_at, totals.doubt = now, outcome
        totals.save(update_fields=["doubted_at", "doubt"])
        record("ward.doubted", by=by, target=ward, outcome=outcome)
    return call


def sweep_calls() -> None:
    """Delete what nobody is shown any more."""
    Call.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()


def forget_calls(person: User) -> None:
    """What somebody who is made anonymous noted."""
    Call.objects.filter(by=person).delete()
