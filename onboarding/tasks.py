from celery import shared_task
from django.utils import timezone

from onboarding.models import RegistrationDraft
from onboarding.registration.drafts import LIFETIME


@shared_task
def sweep_drafts() -> None:
    """Delete the registrations that were begun longer ago than their lifetime."""
    RegistrationDraft.objects.filter(started_at__lte=timezone.now() - LIFETIME).delete()
