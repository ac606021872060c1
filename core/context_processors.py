from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.reference import current_reference


def service(request: HttpRequest) -> dict[str, Any]:
    """What every page shows of the service itself."""
    return {
        "service_name": settings.SERVICE_NAME,
        "service_short_name": settings.SERVICE_SHORT_NAME,
        "service_owner": settings.SERVICE_OWNER,
        "demonstration": settings.DEMONSTRATION,
        "helpdesk_email": settings.HELPDESK_EMAIL,
        "helpdesk_telephone": settings.HELPDESK_TELEPHONE,
        "helpdesk_hours": settings.HELPDESK_HOURS,
        "sender_address": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "attribution": settings.ATTRIBUTION,
        "reference": current_reference(),
    }
