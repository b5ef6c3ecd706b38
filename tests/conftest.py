"""What all rings share."""

from __future__ import annotations

import functools
import json
import pathlib
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest

HERE = pathlib.Path(__file__).parent
#: Rings whose tests start programs and wait for them.
WITH_PROCESSES = ("integration", "migration", "chaos", "acceptance")
#: Seconds after which one of their tests is taken to hang, its fixtures with it; no machine is as slow.
HANGS = 900

# A shared machine may pause for longer than any sensible deadline.
hypothesis.settings.register_profile("heat_mq", deadline=None, print_blob=True)
hypothesis.settings.load_profile("heat_mq")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The directory is the marker: tests/integration/… is ``-m integration``; it says how long a test may hang."""
    known = {line.partition(":")[0] for line in config.getini("markers")}
    for item in items:
        ring = item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""
        if ring in known:
            item.add_marker(ring)
        if ring in WITH_PROCESSES:
            item.add_marker(pytest.mark.timeout(HANGS))


@functools.cache
def _read_reference(name: str) -> Any:
    return json.loads((HERE / "reference" / f"{name}.json").read_text())


@pytest.fixture(scope="session")
def reference() -> Callable[[str], Any]:
    """``reference("api")`` is the content of ``tests/reference/api.json``; do not change it."""
    return _read_reference
