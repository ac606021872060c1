"""As in the tests of the search."""

from tests.availability.searching.conftest import location  # noqa: F401
