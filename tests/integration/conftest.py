from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from tests.integration import services


@pytest.fixture(params=services.DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[str]:
    """A fresh, empty database; the test runs once on each of SQLite, MariaDB and PostgreSQL."""
    with services.database(request.param, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def transport_url() -> Iterator[str]:
    """RabbitMQ, in a virtual host of this test session."""
    with services.broker() as url:
        yield url
