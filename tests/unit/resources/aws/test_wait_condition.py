"""CloudFormation's wait condition and its handles."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from heat_mq.clock import FakeClock
from heat_mq.errors import InvalidTemplate, StepFailed, UserError
from heat_mq.planner.diff import Change, compare
from heat_mq.resources.kit import Call, Record
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.aws.wait_condition import WaitCondition
from heat_mq.resources.types.aws.wait_condition_handle import UpdateWaitConditionHandle, WaitConditionHandle
from heat_mq.resources.types.heat.wait_condition_handle import WaitConditionHandle as HeatHandle
from tests.unit.resources.signals import FakeSignals

DONE = {"Status": "SUCCESS", "UniqueId": "1", "Data": "d", "Reason": "ready"}


@pytest.fixture
def signals() -> FakeSignals:
    return FakeSignals(handle={})


@pytest.fixture
def driver(signals: FakeSignals) -> Driver:
    return Driver(None, FakeClock(), signals=signals)  # type: ignore[arg-type]


def signal(driver: Driver, record: Record, details: Any) -> Record:
    """The record after the signal."""
    cls = {"OS::Heat::WaitConditionHandle": HeatHandle}.get(record.type, WaitConditionHandle)
    call = Call(cloud=driver.cloud, clock=driver.clock, **driver.ports)
    result = cls(record).signal(call, details)
    return dataclasses.replace(record, metadata=result.metadata)


def test_the_reference_of_a_handle_is_its_signed_url(driver: Driver) -> None:
    handle = driver.create(WaitConditionHandle, "handle")
    assert driver.reference(handle) == "http://cfn/v1/waitcondition/arn?Signature=1"
    assert WaitConditionHandle.secret_reference


def test_before_it_exists_the_reference_is_its_name(driver: Driver) -> None:
    handle = driver.create(WaitConditionHandle, "handle")
    assert WaitConditionHandle(handle).reference_id({}) == "handle"


def test_a_handle_whose_create_was_interrupted_takes_its_user_over(driver: Driver, signals: FakeSignals) -> None:
    signals.left_over = True
    handle = driver.create(WaitConditionHandle, "handle", lose=["create"])
    assert driver.reference(handle) == "http://cfn/v1/waitcondition/arn?Signature=2"


def test_a_handles_user_goes_with_it(driver: Driver, signals: FakeSignals) -> None:
    driver.delete(driver.create(WaitConditionHandle, "handle"))
    assert signals.removed == 1


def test_a_signal_is_kept_by_its_id(driver: Driver) -> None:
    handle = signal(driver, driver.create(WaitConditionHandle, "handle"), DONE)
    handle = signal(driver, handle, {**DONE, "UniqueId": 2})
    handle = signal(driver, handle, {**DONE, "Data": "later"})
    assert handle.metadata == {
        "1": {"Status": "SUCCESS", "Data": "later", "Reason": "ready"},
        "2": {"Status": "SUCCESS", "Data": "d", "Reason": "ready"},
    }


@pytest.mark.parametrize(
    "details",
    [
        None,
        "SUCCESS",
        [],
        {},
        {key: value for key, value in DONE.items() if key != "Data"},
        {**DONE, "more": 1},
        {**DONE, "Status": "FINE"},
        {**DONE, "Status": None},
        {**DONE, "Status": {}},
    ],
)
def test_a_signal_has_exactly_four_keys_and_a_status_that_is_one(driver: Driver, details: Any) -> None:
    with pytest.raises(UserError):
        signal(driver, driver.create(WaitConditionHandle, "handle"), details)


def test_a_condition_is_done_when_so_many_signals_have_come(driver: Driver, signals: FakeSignals) -> None:
    signals.handles["handle"] = {
        "1": {"Status": "SUCCESS", "Data": "a", "Reason": ""},
        "2": {"Status": "SUCCESS", "Data": "b", "Reason": ""},
    }
    condition = driver.create(WaitCondition, "wait", {"Handle": "handle", "Timeout": 10, "Count": 2})
    assert json.loads(driver.attribute(condition, "Data")) == {"1": "a", "2": "b"}
    driver.delete(condition)
    assert signals.handles["handle"] == {}


def test_a_condition_takes_a_handle_of_heats_own_kind(driver: Driver, signals: FakeSignals) -> None:
    signals.handles["handle"] = {"1": {"status": "SUCCESS", "data": "a", "reason": ""}}
    condition = driver.create(WaitCondition, "wait", {"Handle": "handle", "Timeout": 10})
    assert json.loads(driver.attribute(condition, "Data")) == {"1": "a"}


def test_a_condition_fails_with_the_reasons_of_what_failed(driver: Driver, signals: FakeSignals) -> None:
    signals.handles["handle"] = {
        "1": {"Status": "SUCCESS", "Data": "", "Reason": "fine"},
        "2": {"Status": "FAILURE", "Data": "", "Reason": "disk full"},
    }
    with pytest.raises(StepFailed, match="disk full"):
        driver.create(WaitCondition, "wait", {"Handle": "handle", "Timeout": 10, "Count": 2})


def test_a_condition_that_hears_nothing_times_out(driver: Driver) -> None:
    with pytest.raises(StepFailed, match="0 of 1 received within 10 seconds"):
        driver.create(WaitCondition, "wait", {"Handle": "handle", "Timeout": 10})


@pytest.mark.parametrize("wrong", [{"Timeout": 0}, {"Timeout": 43201}, {"Count": 0}])
def test_timeout_and_count_have_bounds(driver: Driver, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidTemplate):
        driver.create(WaitCondition, "wait", {"Handle": "handle", "Timeout": 10, **wrong})


def test_a_handle_of_heats_own_kind_can_be_signalled_by_a_signed_url(driver: Driver) -> None:
    handle = driver.create(HeatHandle, "handle", {"signal_transport": "CFN_SIGNAL"})
    url = json.loads(driver.attribute(handle, "signal"))["alarm_url"]
    assert url == "http://cfn/v1/waitcondition/arn?Signature=1"
    assert driver.attribute(handle, "curl_cli") is None
    assert signal(driver, handle, {"data": "x"}).metadata == {
        "1": {"status": "SUCCESS", "reason": "Signal 1 received", "data": "x"}
    }


def test_a_preview_says_that_an_update_handle_is_made_anew() -> None:
    assert compare(UpdateWaitConditionHandle, {}, {}, same_definition=True, healthy=True) == Change.REPLACED
    assert compare(WaitConditionHandle, {}, {}, same_definition=True, healthy=True) == Change.UNCHANGED
