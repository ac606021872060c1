"""What every write to a version begins with. Locks: version, then its rows."""

from accounts.models import User
from accounts.queries import planners_editable_by
from capacity_plans.models import Version
from capacity_plans.rules import may_be_changed
from core.errors import Conflict, DomainError


def hold_version(version: Version) -> Version:
    """The version as it is now, held until the transaction ends. Conflict if it was discarded."""
    held = (
        Version.objects.select_for_update(of=("self",), no_key=True)
        .select_related("plan__collaborative")
        .filter(pk=version.pk)
        .first()
    )
    if held is None:
        raise Conflict("This version was discarded.")
    return held


def hold_to_change(version: Version, *, by: User) -> Version:
    """Hold a draft or scenario that the person may change.

    DomainError if the person may not; Conflict if it was submitted, or made something else,
    meanwhile. Inside the transaction of the change.
    """
    held = hold_version(version)
    if not planners_editable_by(by).filter(pk=held.plan.collaborative_id).exists():
        raise DomainError("You do not have access to change this plan.")
    if refusal := may_be_changed(held):
        raise Conflict(refusal)
    return held


def refuse_unseen(held: Version, seen: int | None) -> None:
    """Conflict if a held version has changed since its revision `seen`, if that is given."""
    if seen is not None and held.revision != seen:
        raise Conflict("The plan has changed since you looked at this page. Look at it again.")


def count_change(held: Version) -> None:
    """Count a change in the revision of a version that is held."""
    held.revision += 1
    held.save(update_fields=["revision"])


def begin_change(version: Version, *, by: User) -> Version:
    """Hold a version to change it, as `hold_to_change` does, and count the change."""
    held = hold_to_change(version, by=by)
    count_change(held)
    return held
