"""Every registry that a test of the projection opens is given back after it."""

from collections.abc import Iterator

import networks
import pytest


@pytest.fixture(autouse=True)
def given_back() -> Iterator[None]:
    """Close what ``networks.begin`` and ``networks.opened`` opened."""
    yield
    while networks.OPENED:
        projection = networks.OPENED.pop()
        projection.close()
        projection.ledger.close()
