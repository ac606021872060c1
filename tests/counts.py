"""How often random and race tests run: a twentieth of the full count unless TEST_LONG is set."""

import os

LONG = bool(os.environ.get("TEST_LONG"))


def often(full: int) -> int:
    return full if LONG else full // 20
