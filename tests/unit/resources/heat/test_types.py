"""The types of OS::Heat that touch no cloud."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.clock import FakeClock
from heat_mq.errors import InvalidTemplate, StepFailed, UserError
from heat_mq.resources.kit import Call, Props, Replace
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.heat.none import Nothing
from heat_mq.resources.types.heat.random_string import CLASSES, RandomString, draw
from heat_mq.resources.types.heat.test_resource import TestResource
from heat_mq.resources.types.heat.value import Value, convert_to
from heat_mq.resources.types.heat.wait_condition import WaitCondition
from heat_mq.resources.types.heat.wait_condition_handle import WaitConditionHandle


class Guest:
    """Fulfils ``heat_mq.resources.kit.call.Signals``; ``signals`` is what the guest has said."""

    def __init__(self) -> None:
        self.signals: dict[str, dict[str, Any]] = {}
        self.users = 0

    def user(self) -> dict[str, str]:
        self.users = 1
        return {"user_id": "u", "password": "p"}

    def token(self) -> str:
        self.users = 1
        return "token"

    def url(self) -> str:
        return "http://heat/signal"

    def remove_user(self) -> None:
        self.users = 0

    def received(self, reference: str) -> dict[str, Any]:
        if reference != "handle":
            raise StepFailed(f"{reference} is no handle of this stack")
        return self.signals

    def call_for(self, reference: str, known: dict[str, str]) -> bool:
        return False

    def clear(self, reference: str) -> None:
        self.signals.clear()


@pytest.fixture
def guest() -> Guest:
    return Guest()


@pytest.fixture
def driver(guest: Guest) -> Driver:
    return Driver(None, FakeClock(), signals=guest)  # type: ignore[arg-type]


# --- Value ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "given_", "expected"),
    [
        (None, {"a": [1]}, {"a": [1]}),
        ("string", 3, "3"),
        ("string", ["a"], '["a"]'),
        ("number", "3", 3),
        ("number", "3.5", 3.5),
        ("boolean", "on", True),
        ("boolean", 0, False),
        ("comma_delimited_list", "a, b", ["a", " b"]),
        ("comma_delimited_list", "", []),
        ("comma_delimited_list", [1, "b"], ["1", "b"]),
        ("json", '{"a": 1}', {"a": 1}),
        ("json", [1], [1]),
    ],
)
def test_a_value_is_converted_to_its_type(driver: Driver, kind: str | None, given_: Any, expected: Any) -> None:
    raw = {"value": given_} if kind is None else {"value": given_, "type": kind}
    value = driver.create(Value, "value", raw)
    assert driver.attribute(value, "value") == expected


@pytest.mark.parametrize(("kind", "given_"), [("number", "x"), ("boolean", "maybe"), ("json", "{")])
def test_a_value_that_is_none_of_its_type_is_refused_with_the_path(driver: Driver, kind: str, given_: str) -> None:
    with pytest.raises(InvalidTemplate) as caught:
        driver.create(Value, "value", {"value": given_, "type": kind})
    assert caught.value.problems[0].path == "value"


def test_a_value_changes_in_place(driver: Driver) -> None:
    value = driver.create(Value, "value", {"value": 1})
    after = driver.update(value, {"value": 2, "type": "string"})
    assert after.physical_id == value.physical_id
    assert driver.attribute(after, "value") == "2"


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_as_text(number: float) -> None:
    assert convert_to("number", convert_to("string", number)) == number


# --- RandomString ---------------------------------------------------------------------------------


@given(st.data())
def test_a_random_string_has_its_length_and_its_least_numbers(data: st.DataObject) -> None:
    classes = data.draw(
        st.lists(
            st.fixed_dictionaries({"class": st.sampled_from(sorted(CLASSES)), "min": st.integers(1, 5)}), max_size=3
        )
    )
    sequences = data.draw(
        st.lists(
            st.fixed_dictionaries({"sequence": st.text("abc%$", min_size=1, max_size=4), "min": st.integers(1, 5)}),
            max_size=2,
            min_size=0 if classes else 1,
        )
    )
    least = sum(part["min"] for part in [*classes, *sequences])
    length = data.draw(st.integers(max(least, 1), 60))
    props = Props({"length": length, "sequence": None, "character_classes": classes, "character_sequences": sequences})
    text = draw(props)
    pools = [CLASSES[part["class"]] for part in classes] + [part["sequence"] for part in sequences]
    assert len(text) == length
    assert set(text) <= set("".join(pools))
    for pool, part in zip(pools, [*classes, *sequences], strict=True):
        assert sum(letter in pool for letter in text) >= part["min"]


def test_a_random_string_keeps_its_value_and_is_its_reference(driver: Driver) -> None:
    word = driver.create(RandomString, "word", {"length": 12})
    assert len(driver.attribute(word, "value")) == 12
    assert driver.reference(word) == driver.attribute(word, "value")
    with pytest.raises(Replace):
        driver.update(word, {"length": 12, "salt": "x"})


def test_a_length_that_cannot_hold_what_is_asked_for_is_refused(driver: Driver) -> None:
    with pytest.raises(InvalidTemplate, match="too short: classes and sequences ask for 5"):
        driver.create(RandomString, "w", {"length": 4, "character_classes": [{"class": "digits", "min": 5}]})


# --- None and TestResource ------------------------------------------------------------------------


def test_none_takes_anything_and_gives_nothing(driver: Driver) -> None:
    nothing = driver.create(Nothing, "nothing", {"whatever": [1, {"a": 2}]})
    assert driver.attribute(nothing, "whatever") is None
    driver.delete(nothing)


def test_a_test_resource_takes_its_time_by_action(driver: Driver) -> None:
    began = driver.clock.monotonic()
    raw = {"value": "a", "wait_secs": 9, "action_wait_secs": {"create": 3, "update": 0}}
    record = driver.create(TestResource, "test", raw)
    assert 3 <= driver.clock.monotonic() - began < 3.5
    record = driver.update(record, {**raw, "value": "b"})
    assert driver.attribute(record, "output") == "b"
    before = driver.clock.monotonic()
    driver.delete(record)
    assert 9 <= driver.clock.monotonic() - before < 9.5


def test_a_test_resource_fails_and_replaces_when_told(driver: Driver) -> None:
    with pytest.raises(StepFailed, match="Test Resource failed"):
        driver.create(TestResource, "test", {"fail": True})
    record = driver.create(TestResource, "test", {})
    with pytest.raises(Replace):
        driver.update(record, {"value": "b", "update_replace": True})
    with pytest.raises(Replace):
        driver.update(record, {"update_replace_value": "b"})


# --- signals --------------------------------------------------------------------------------------


def _signal(driver: Driver, guest: Guest, handle: Any, details: Any) -> Any:
    result = driver_call(driver, handle, details)
    guest.signals = dict(result.metadata or {})
    return dataclasses.replace(handle, metadata=guest.signals), result.reason


def driver_call(driver: Driver, handle: Any, details: Any) -> Any:
    return WaitConditionHandle(handle).signal(Call(cloud=driver.cloud, clock=driver.clock), details)


def test_a_condition_is_done_when_its_handle_has_heard_enough(driver: Driver, guest: Guest) -> None:
    handle = driver.create(WaitConditionHandle, "handle", {})
    handle, reason = _signal(driver, guest, handle, None)
    assert reason == "Signal: status:SUCCESS reason:Signal 1 received"
    handle, _ = _signal(driver, guest, handle, {"id": "two", "data": "text", "reason": "fine"})
    condition = driver.create(WaitCondition, "wait", {"handle": "handle", "timeout": 10, "count": 2})
    assert json.loads(driver.attribute(condition, "data")) == {"1": None, "two": "text"}
    driver.delete(condition)
    assert not guest.signals


def test_the_same_id_overwrites(driver: Driver, guest: Guest) -> None:
    handle = driver.create(WaitConditionHandle, "handle", {})
    for data in ("first", "second"):
        handle, _ = _signal(driver, guest, handle, {"id": "same", "data": data})
    assert {key: item["data"] for key, item in guest.signals.items()} == {"same": "second"}


def test_a_condition_gives_up_after_its_timeout(driver: Driver, guest: Guest) -> None:
    guest.signals = {"1": {"status": "SUCCESS", "reason": "", "data": None}}
    began = driver.clock.monotonic()
    with pytest.raises(StepFailed, match="1 of 2 received within 10") as caught:
        driver.create(WaitCondition, "wait", {"handle": "handle", "timeout": 10, "count": 2})
    assert caught.value.fields["kind"] == "WaitConditionTimeout"
    assert 10 <= driver.clock.monotonic() - began < 11


def test_a_failure_told_by_the_guest_fails_the_condition_whatever_the_count(driver: Driver, guest: Guest) -> None:
    guest.signals = {
        "1": {"status": "FAILURE", "reason": "no disk", "data": None},
        "2": {"status": "SUCCESS", "reason": "", "data": None},
    }
    with pytest.raises(StepFailed, match="no disk") as caught:
        driver.create(WaitCondition, "wait", {"handle": "handle", "timeout": 10, "count": 1})
    assert caught.value.fields["kind"] == "WaitConditionFailure"


def test_a_condition_on_something_else_than_a_handle_fails(driver: Driver) -> None:
    with pytest.raises(StepFailed, match="no handle"):
        driver.create(WaitCondition, "wait", {"handle": "other", "timeout": 10})


@pytest.mark.parametrize("details", [{"status": "MAYBE"}, {"colour": "red"}, "text", ["SUCCESS"]])
def test_a_signal_of_another_shape_is_refused(driver: Driver, details: Any) -> None:
    handle = driver.create(WaitConditionHandle, "handle", {})
    with pytest.raises(UserError):
        driver_call(driver, handle, details)


def test_a_handle_says_how_to_signal_by_its_transport_and_gives_its_user_back(driver: Driver, guest: Guest) -> None:
    token = driver.create(WaitConditionHandle, "token", {})
    assert "X-Auth-Token: token" in driver.attribute(token, "curl_cli")
    assert json.loads(driver.attribute(token, "signal"))["endpoint"] == "http://heat/signal"
    heat = driver.create(WaitConditionHandle, "heat", {"signal_transport": "HEAT_SIGNAL"})
    assert json.loads(driver.attribute(heat, "signal"))["user_id"] == "u"
    silent = driver.create(WaitConditionHandle, "silent", {"signal_transport": "NO_SIGNAL"})
    assert (driver.attribute(silent, "curl_cli"), driver.attribute(silent, "token")) == (None, None)
    driver.delete(token)
    assert guest.users == 0
