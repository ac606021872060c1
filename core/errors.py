"""Refusals of the domain, in words that are safe to show."""


class DomainError(Exception):
    """What was asked cannot be done; `str(error)` tells the person why, in plain English."""


class Conflict(DomainError):
    """Someone else was there first; the page shows what happened in between."""


def status_of(refusal: DomainError | None) -> int:
    """Of the answer that tells a refusal; 200 if there is none."""
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, Conflict) else 400
