"""How often random and race tests run: a tenth of the full count unless TEST_LONG is set."""

import os


def often(full: int) -> int:
    return full if os.environ.get("TEST_LONG") else full // 10
