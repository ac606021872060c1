from celery import shared_task

from accounts import services
from accounts.passwords import services as passwords
from accounts.profile import ending
from accounts.retention import anonymise_due
from accounts.sessions.services import sweep_sessions as sweep


@shared_task
def sweep_registrations() -> None:
    """Delete registrations whose address was not proven within a week, and old links."""
    services.sweep_registrations()


@shared_task
def sweep_sessions() -> None:
    """Delete the rows of sessions that are gone."""
    sweep()


@shared_task
def tell_of_ends() -> None:
    """Tell people of access that ends soon, or has ended."""
    ending.tell_of_ends()


@shared_task
def remind_of_passwords() -> None:
    """Remind people before their password ends."""
    passwords.remind_of_passwords()


@shared_task
def anonymise_leavers() -> None:
    """Make anonymous whose account has been disabled for long (CQRS-23)."""
    anonymise_due()
