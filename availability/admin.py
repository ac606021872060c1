"""Beds and their history, for the helpdesk to read."""

from django.contrib import admin

from availability.models import (
    Bed,
    BedEntry,
    Session,
    SessionEntry,
    SessionPattern,
    WardConfirmation,
    WardTotals,
)
from core.admin import ReadOnlyAdmin


@admin.register(Bed)
class BedAdmin(ReadOnlyAdmin):
    list_display = ("name", "ward", "retired_at")
    list_select_related = ("ward__unit__organisation",)
    ordering = ("pk",)
    search_fields = ("ward__name", "ward__unit__name")


@admin.register(BedEntry)
class BedEntryAdmin(ReadOnlyAdmin):
    list_display = ("starts_at", "bed", "ward", "state_in_words", "by", "origin")
    list_select_related = ("bed__ward__unit__organisation", "by")
    ordering = ("-pk",)
    search_fields = ("bed__ward__name", "bed__ward__unit__name")

    @admin.display(description="ward")
    def ward(self, entry: BedEntry) -> str:
        return str(entry.bed.ward)


@admin.register(WardConfirmation)
class WardConfirmationAdmin(ReadOnlyAdmin):
    list_display = ("at", "ward", "by")
    list_select_related = ("ward__unit__organisation", "by")
    ordering = ("-pk",)
    search_fields = ("ward__name", "ward__unit__name")


@admin.register(WardTotals)
class WardTotalsAdmin(ReadOnlyAdmin):
    list_display = ("ward", "available", "occupied", "closed", "confirmed_at", "confirmed_by")
    list_select_related = ("ward__unit__organisation", "confirmed_by")
    ordering = ("pk",)
    search_fields = ("ward__name", "ward__unit__name")


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("begins_at", "ward", "state_in_words")
    list_select_related = ("ward__unit__organisation",)
    ordering = ("-pk",)
    search_fields = ("ward__name", "ward__unit__name")


@admin.register(SessionEntry)
class SessionEntryAdmin(ReadOnlyAdmin):
    list_display = ("starts_at", "session", "ward", "change", "state_in_words", "by", "origin")
    list_select_related = ("session__ward__unit__organisation", "by")
    ordering = ("-pk",)
    search_fields = ("session__ward__name", "session__ward__unit__name")

    @admin.display(description="ward")
    def ward(self, entry: SessionEntry) -> str:
        return str(entry.session.ward)


@admin.register(SessionPattern)
class SessionPatternAdmin(ReadOnlyAdmin):
    list_display = ("at", "ward", "starts_on", "by")
    list_select_related = ("ward__unit__organisation", "by")
    ordering = ("-pk",)
    search_fields = ("ward__name", "ward__unit__name")
