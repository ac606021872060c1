"""Refusals of the domain, in words that are safe to show."""


class DomainError(Exception):
    """What was asked cannot be done; `str(error)` tells the person why, in plain English."""


class Conflict(DomainError):
    """Someone else was there first; the page shows what happened in between."""
