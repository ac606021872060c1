from django.contrib import admin

from core.admin import PersonalAdmin
from notifications.models import OutgoingMail


@admin.register(OutgoingMail)
class OutgoingMailAdmin(PersonalAdmin):
    """What was mailed and what could not be; never the text, which may hold a link."""

    list_display = ("queued_at", "kind", "address", "state", "attempts", "last_error")
    list_filter = ("state", "kind")
    search_fields = ("address__startswith",)
    ordering = ("-pk",)
    show_full_result_count = False
    fields = (
        "kind",
        "address",
        "person",
        "subject",
        "state",
        "queued_at",
        "attempts",
        "next_attempt_at",
        "sent_at",
        "last_error",
    )
