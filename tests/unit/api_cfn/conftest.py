"""One API for each test."""

from __future__ import annotations

import pytest

from tests.unit.api_cfn.fakes import Cfn


@pytest.fixture
def cfn() -> Cfn:
    return Cfn()
