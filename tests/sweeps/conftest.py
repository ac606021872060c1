import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sweeps.authorization.asker import Asker, Undone, changes
from tests.sweeps.authorization.estate import ISSUER, Estate, build
from tests.sweeps.authorization.plans_estate import make_plans


@pytest.fixture(scope="module")
def estate(shared: None) -> Estate:
    """The people and places."""
    return make_plans(build())


@pytest.fixture(scope="module")
def asker(estate: Estate) -> Asker:
    Undone.before = changes()
    return Asker()


@pytest.fixture(autouse=True)
def quiet(settings: Any) -> Iterator[None]:
    """Thousands of refusals are no news; an outside service that does not answer is configured."""
    settings.OIDC_ISSUERS = (ISSUER,)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
