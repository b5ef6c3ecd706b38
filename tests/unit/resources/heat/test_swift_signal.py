"""Signals that are put to a temporary URL of Swift."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from heat_mq.clock import FakeClock
from heat_mq.errors import InvalidTemplate, StepFailed
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.heat.swift_signal import SwiftSignal
from heat_mq.resources.types.heat.swift_signal_handle import SwiftSignalHandle
from tests.unit.resources.heat.lives import Keys
from tests.waiting import PATIENCE


@pytest.fixture
def driver(cloud: Any, cloud_clock: FakeClock) -> Driver:
    return Driver(cloud, cloud_clock, software=Keys())


def put(url: str, body: Any = None) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
    requests.put(url, data=content, timeout=PATIENCE).raise_for_status()


def signalled(driver: Driver, *bodies: Any, count: int = 1, timeout: float = 60) -> Any:
    """The condition, after these signals were put to its handle."""
    handle = driver.create(SwiftSignalHandle, "handle")
    url = driver.reference(handle)
    for body in bodies:
        put(url, body)
    return driver.create(SwiftSignal, "wait", {"handle": url, "timeout": timeout, "count": count})


def test_each_signal_counts_though_the_url_is_the_same(driver: Driver) -> None:
    wait = signalled(driver, {"data": 1}, {"id": "x", "data": 2}, None, count=3)
    assert json.loads(driver.attribute(wait, "data")) == {"1": 1, "x": 2, "3": None}


def test_the_same_id_overwrites(driver: Driver) -> None:
    wait = signalled(driver, {"id": "a", "data": 1}, {"id": "a", "data": 2}, {"id": "b"}, count=2)
    assert json.loads(driver.attribute(wait, "data")) == {"a": 2, "b": None}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"status": "FAILURE", "reason": "no disk"}, "no disk"),
        ({"status": "MAYBE"}, "the status of signal 1 is 'MAYBE', not SUCCESS or FAILURE"),
        (b"[1]", "signal 1 is no JSON map"),
        (b"{", "signal 1 is no JSON map"),
    ],
)
def test_a_signal_of_failure_fails_the_condition(driver: Driver, body: Any, reason: str) -> None:
    with pytest.raises(StepFailed) as caught:
        signalled(driver, body)
    assert (caught.value.message, caught.value.fields["kind"]) == (reason, "SwiftSignalFailure")


def test_too_few_signals_in_time_fail_the_condition(driver: Driver) -> None:
    with pytest.raises(StepFailed) as caught:
        signalled(driver, {}, count=2, timeout=5)
    assert caught.value.message == "1 of 2 received within 5 seconds"
    assert caught.value.fields["kind"] == "SwiftSignalTimeout"


def test_a_handle_tells_how_to_signal_and_leaves_nothing(driver: Driver, cloud: Any) -> None:
    handle = driver.create(SwiftSignalHandle, "handle", lose=["create"])
    url = driver.reference(handle)
    assert driver.attribute(handle, "endpoint") == url
    assert driver.attribute(handle, "curl_cli") == f"curl -i -X PUT '{url}'"
    assert driver.attribute(handle, "token") is None
    for number in range(3):
        put(url, {"data": number})
    assert driver.read(handle)["signals"] == 3
    driver.delete(handle, lose=["delete"])
    assert list(cloud.service("object-store").get("", query={"format": "json"})) == []


@pytest.mark.parametrize("handle", ["x", "http://swift/v1/AUTH_p/c/o", "http://swift/v1/AUTH_p/c?temp_url_sig=1"])
def test_only_a_temporary_url_is_a_handle(driver: Driver, handle: str) -> None:
    with pytest.raises(InvalidTemplate, match="no temporary URL"):
        driver.create(SwiftSignal, "wait", {"handle": handle, "timeout": 5})


def test_a_handle_of_another_project_is_refused(driver: Driver) -> None:
    handle = "http://swift/v1/AUTH_other/c/o?temp_url_sig=1&temp_url_expires=2"
    with pytest.raises(StepFailed, match="of this project"):
        driver.create(SwiftSignal, "wait", {"handle": handle, "timeout": 5})
