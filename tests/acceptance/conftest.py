from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.systems import Deployment, Quickstart
from tests.integration import services


def on_one_worker(name: str) -> Any:
    """A system's name as a parameter: tests of one system run on one worker of pytest-xdist, so it starts once."""
    return pytest.param(name, marks=pytest.mark.xdist_group(name))


DEPLOYMENTS = [on_one_worker("mariadb"), on_one_worker("postgresql")]
#: Characters of each log that a failed test shows.
TAIL = 6000


@pytest.fixture(scope="session")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quickstart]:
    """One quick start for all tests, without its example."""
    found = Quickstart(tmp_path_factory.mktemp("quickstart"))
    yield found
    found.close()


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    yield from _deployment("mariadb", tmp_path_factory.mktemp("mariadb"))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    yield from _deployment("postgresql", tmp_path_factory.mktemp("postgresql"))


def _deployment(kind: str, directory: pathlib.Path) -> Iterator[Deployment]:
    with services.database(kind, directory) as database, services.broker() as transport:
        found = Deployment(directory, database, transport)
        yield found
        found.close()


@pytest.fixture(params=DEPLOYMENTS)
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """Processes over RabbitMQ, and each of the two databases."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=[on_one_worker("quickstart"), *DEPLOYMENTS])
def system(request: pytest.FixtureRequest) -> Quickstart | Deployment:
    """The quick start, and a deployment on each database."""
    return request.getfixturevalue(request.param)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Show the ends of the logs with a test that failed."""
    report = yield
    if report.when == "call" and report.failed:
        for system in vars(item).get("funcargs", {}).values():
            if isinstance(system, Quickstart | Deployment):
                report.sections += [(name, text[-TAIL:]) for name, text in system.logs().items()]
    return report
