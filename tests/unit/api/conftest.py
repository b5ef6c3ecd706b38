"""One API for each test."""

from __future__ import annotations

import pytest

from tests.unit.api.fakes import Api


@pytest.fixture
def api() -> Api:
    return Api()
