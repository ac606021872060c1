"""What measures can be run: here with next to nothing, and whatever it finds of time."""

import os
import subprocess
import sys

import pytest

from tests import databases

PROGRAMS = {
    "helpdesk": {"ACCOUNTS": "100"},
    "load": {"BEDS": "1200", "WARM_UP": "1", "LASTS": "1"},
    "plans": {"COLLABORATIVES": "2"},
    "search": {"SIZES": "1200"},
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_fills_a_database_and_measures_each_page(program):
    name = f"bench_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    databases.make(name)
    addresses = {
        variable: databases.address(os.environ[variable], name)
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    try:
        run = subprocess.run(
            [sys.executable, "-m", f"bench.{program}"],
            env=os.environ | addresses | PROGRAMS[program] | {"RUNS": "1"},
            capture_output=True,
            text=True,
        )
    finally:
        databases.drop(name)
    measured = [line for line in run.stdout.splitlines() if line.startswith("{")]
    assert measured, run.stderr[-2000:]
    assert any(unit in measured[0] for unit in ('"floor": ', '"p99": '))
