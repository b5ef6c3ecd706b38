"""The whole life of types, against a real cloud."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest

from heat_mq.clients.settings import official_type
from heat_mq.resources.kit import registry
from heat_mq.resources.kit.testing import Driver
from tests.real.account import Account
from tests.real.clock import ShortClock
from tests.real.holdings import Key
from tests.real.holdings import holdings as all_holdings
from tests.real.local import translated
from tests.real.sweep import sweep
from tests.unit.resources.heat.lives import Keys
from tests.unit.resources.lives import Life
from tests.unit.resources.refusals import *  # noqa: F403
from tests.unit.resources.scenarios import *  # noqa: F403

#: What the objects of a service may leave in others.
BESIDE = {
    "compute": ("network/ports", "network/floatingips", "network/networks", "block-storage/volumes", "image"),
    "load-balancer": ("network/ports", "network/floatingips"),
}

#: Extensions that no Neutron of today has, with the reason.
DROPPED = {
    "fwaas": "the first version of FWaaS, which Neutron dropped",
    "network-gateway": "a plug-in of VMware's alone",
}


@pytest.fixture
def localized(account: Account, places: dict[str, str], without: set[str]) -> Callable[[Life], Life]:
    def localized(life: Life) -> Life:
        unknown = account.unknown() & registry.get(life.type).Properties.props.keys()
        without.update(f"{life.type}: {name} is not given, since the cloud would take no value" for name in unknown)
        return translated(life, places, account.token, unknown)

    return localized


@pytest.fixture
def where(written: Life) -> frozenset[str]:
    """Where this life may leave anything."""
    own = {official_type(each) for each in (registry.get(written.type).service, *written.services) if each}
    return frozenset(own.union(*(BESIDE.get(each, ()) for each in own)))


@pytest.fixture
def driver(
    written: Life,
    account: Account,
    keep: frozenset[Key],
    where: frozenset[str],
    passed: Callable[[], bool],
    pytestconfig: pytest.Config,
) -> Iterator[Driver]:
    """What is left at the end is deleted; after a test that passed nothing may be."""
    if written.dropped:
        pytest.skip(f"{written.title}: {written.dropped}")
    if lacking := account.lacks(written):
        leave_out(written, lacking, pytestconfig.getoption("without"))
    cloud, users = account.fresh(written.user), account.stack_users(written.user)
    yield Driver(cloud, ShortClock(), stack_name=account.token, software=Keys(), signals=users)
    left = sweep(account, keep, where)
    assert not (passed() and left)


def leave_out(life: Life, extension: str, admitted: Collection[str]) -> None:
    """Skip the life where it is known that the extension is not there; else that is a failure."""
    why = DROPPED.get(extension) or ("left out by --without" if extension in admitted else "")
    if why:
        pytest.skip(f"{life.type}: the network service has no extension {extension} ({why})")
    pytest.fail(
        f"the network service has no extension {extension}, which {life.type} needs: switch it on, or say "
        f"--without {extension}",
        pytrace=False,
    )


@pytest.fixture
def holdings(account: Account, where: frozenset[str]) -> Callable[[], Any]:
    return lambda: all_holdings(account, where)


@pytest.fixture
def rest() -> Callable[[float], None]:
    """Whatever a real service does by itself, the steps have waited for."""
    return lambda seconds: None
