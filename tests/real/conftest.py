"""The lives of types against a real cloud; see docs/testing.rst."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator

import pytest

from tests.real import account as accounts
from tests.real.account import Account
from tests.real.files import served
from tests.real.holdings import Key, framework
from tests.real.sweep import sweep
from tests.unit.resources.glance.lives import FILES, LARGE, SMALL

pytest.register_assert_rewrite("tests.unit.resources.scenarios", "tests.unit.resources.refusals")

#: Seconds after which a test hangs: a life is lived once for each request after which a worker may die.
HANGS = 3600
#: Characters of a failure that are told at once.
LONGEST = 3000
PASSED = pytest.StashKey[bool]()
WITHOUT = pytest.StashKey[set[str]]()
#: openstacksdk calls its own deprecated functions.
SDK_WARNS_ITSELF = ("RemovedInSDK50Warning", "RemovedInSDK60Warning")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("real cloud")
    group.addoption("--openrc", help="file of an administrator's OS_* variables; else those of the environment")
    group.addoption("--without", action="append", default=[], help="an extension of Neutron that this one lacks")
    group.addoption("--type", action="append", dest="types", help="pattern of types, as OS::Nova::*; several may be")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    patterns = config.getoption("types") or ["*"]
    wanted, others = [], []
    for item in items:
        name = item.callspec.params["written"]
        words = (name, name.partition(" ")[0])  # a type has several lives, which are told apart by more words
        (wanted if any(fnmatch.fnmatch(word, each) for each in patterns for word in words) else others).append(item)
        item.add_marker(pytest.mark.timeout(HANGS))
        for warning in SDK_WARNS_ITSELF:
            item.add_marker(pytest.mark.filterwarnings(f"ignore::openstack.warnings.{warning}"))
    wanted.sort(key=lambda item: item.callspec.params["written"])
    items[:] = wanted
    config.hook.pytest_deselected(items=others)


@pytest.fixture(scope="session")
def account(pytestconfig: pytest.Config) -> Iterator[Account]:
    """The run's projects and users, gone after it."""
    account = accounts.enter(accounts.environment(pytestconfig.getoption("openrc")))
    try:
        account.open()
        print(f"The run is {account.token}", flush=True)
        yield account
    finally:
        account.close()


@pytest.fixture(scope="session")
def keep(account: Account) -> Iterator[frozenset[Key]]:
    """What the run has before the first life, and all that is left of it after the last."""
    keep = framework(account)
    yield keep
    sweep(account, keep)


@pytest.fixture(scope="session")
def places(account: Account) -> Iterator[dict[str, str]]:
    with served() as files:
        yield {**account.places(), **{url: url.replace(FILES, files) for url in (SMALL, LARGE)}}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A run takes long: what failed is told at once."""
    if report.failed:
        print(f"\n{report.nodeid} ({report.when})\n{report.longreprtext[-LONGEST:]}", flush=True)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[WITHOUT] = set()


@pytest.fixture(scope="session")
def without(pytestconfig: pytest.Config) -> set[str]:
    """Sentences about what lives do without here, told at the end."""
    return pytestconfig.stash[WITHOUT]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What was not lived, and why: nobody shall take it for lived."""
    skipped = terminalreporter.getreports("skipped")
    reasons = config.stash[WITHOUT] | {str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped}
    if reasons:
        terminalreporter.section("not lived")
        for reason in sorted(reasons):
            terminalreporter.line(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.fixture
def passed(request: pytest.FixtureRequest) -> Callable[[], bool]:
    """Whether the test has passed, asked when it is over."""
    return lambda: request.node.stash.get(PASSED, False)
