"""Beds, sessions, their history, totals of each ward, each ward day by day, tokens of exports."""

from availability.models.beds import Bed, BedEntry
from availability.models.days import WardDay
from availability.models.follow_up import Call, HoldRequest
from availability.models.reminders import WardReminder
from availability.models.saved_searches import SavedSearch
from availability.models.sessions import Session, SessionEntry, SessionPattern, SessionSlot
from availability.models.tokens import ExportToken
from availability.models.upkeep import BedUpkeep
from availability.models.uploads import BedUpload
from availability.models.wards import IntakeLimit, KnownWard, WardConfirmation, WardTotals

__all__ = [
    "Bed",
    "BedEntry",
    "BedUpkeep",
    "BedUpload",
    "Call",
    "ExportToken",
    "HoldRequest",
    "IntakeLimit",
    "KnownWard",
    "SavedSearch",
    "Session",
    "SessionEntry",
    "SessionPattern",
    "SessionSlot",
    "WardConfirmation",
    "WardDay",
    "WardReminder",
    "WardTotals",
]
