"""Who may remove a device, and who may reset what somebody has lost."""

from accounts.models import SecondFactorReset, User
from accounts.models.devices import FactorDevice
from accounts.rules import helpdesk
from accounts.second_factor.queries import factors_of, has_second_factor, needs_second_factor


def may_remove(person: User, device: FactorDevice) -> str | None:
    """The last device of who needs one is replaced, not removed."""
    others = [other for other in factors_of(person).devices if other != device]
    if others or not needs_second_factor(person):
        return None
    return (
        "Your role needs two-step login, and this is your only way to get a code. "
        "You can replace it, but not remove it."
    )


def may_ask_for_reset(by: User, person: User) -> str | None:
    """Whether that member of the helpdesk may ask for a reset of the person's two-step login."""
    if refusal := helpdesk(by):
        return refusal
    if by == person:
        return "You cannot ask for a reset of your own two-step login. Ask a colleague."
    if not has_second_factor(person):
        return "This person has not set up two-step login, so there is nothing to reset."
    waiting = SecondFactorReset.objects.waiting(person=person).select_related("asked_by")
    if any(is_helpdesk_still(reset.asked_by) for reset in waiting):
        return "A reset of this person's two-step login waits to be confirmed already."
    return None


def is_helpdesk_still(person: User) -> bool:
    return person.is_active and helpdesk(person) is None


def may_confirm_reset(by: User, reset: SecondFactorReset) -> str | None:
    """Whether that member of the helpdesk may confirm the reset that a colleague asked for."""
    if refusal := helpdesk(by):
        return refusal
    if reset.confirmed_at:
        return "This reset has been confirmed already."
    if by.pk == reset.asked_by_id:
        return "You asked for this reset yourself. Another member of the helpdesk confirms it."
    if by.pk == reset.person_id:
        return "You cannot confirm a reset of your own two-step login."
    if not is_helpdesk_still(reset.asked_by):
        return "Whoever asked for this reset is of the helpdesk no more. Ask for it again."
    if not SecondFactorReset.objects.waiting(pk=reset.pk).exists():
        return "This reset was not confirmed within 24 hours. Ask for it again."
    return None
