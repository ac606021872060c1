"""The service on one machine: what stands behind `make run` and `make test`."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent


class Failure(Exception):
    """Ends the command; the text is for the person at the terminal."""
