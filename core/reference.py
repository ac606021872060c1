"""A short reference for each request: shown on error pages, kept in the log and the audit."""

import secrets
from contextvars import ContextVar

_reference: ContextVar[str] = ContextVar("reference", default="")


def new_reference() -> str:
    """Start a new reference, e.g. '7F3K-92QD', for the work under way."""
    letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    code = "".join(secrets.choice(letters) for _ in range(8))
    _reference.set(f"{code[:4]}-{code[4:]}")
    return _reference.get()


def current_reference() -> str:
    """The reference of the work under way, or '' outside a request."""
    return _reference.get()
