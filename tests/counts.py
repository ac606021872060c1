"""How often random and race tests run: a fortieth of the full count unless TEST_LONG is set."""

import os

import pytest

LONG = bool(os.environ.get("TEST_LONG"))


# Of what differs in its width or its branch alone, one is walked every day.
in_the_long_run = pytest.mark.skipif(not LONG, reason="In the long run")


def often(full: int) -> int:
    return full if LONG else max(full // 40, 1)
