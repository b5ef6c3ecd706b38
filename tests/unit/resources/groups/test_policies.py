"""Scaling policies: what a signal asks for, and where it is sent to."""

from __future__ import annotations

from typing import Any

import pytest

from heat_mq.clock import FakeClock
from heat_mq.errors import InvalidTemplate
from heat_mq.resources.groups.capacity import CHANGE, EXACT, PERCENT
from heat_mq.resources.groups.policy import told
from heat_mq.resources.kit import Call, Record, Resource
from heat_mq.resources.kit.scaling import Adjustment
from heat_mq.resources.kit.testing import Driver
from heat_mq.resources.types.aws.scaling_policy import ScalingPolicy as AwsPolicy
from heat_mq.resources.types.heat.scaling_policy import ScalingPolicy


class Users:
    """Fulfils what policies ask of ``heat_mq.resources.kit.call.Signals``."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.removed = 0

    def user(self) -> dict[str, str]:
        if "user" not in self.made:
            self.made.append("user")
        return {"user_id": "user-1"}

    def has_user(self) -> bool:
        return "user" in self.made

    def key_pair(self) -> dict[str, str]:
        if "keys" not in self.made:
            self.made.append("keys")
        return {}

    def signed_url(self, kind: str = "signal") -> str:
        return f"http://cfn/{kind}?Signature=s"

    def url(self, *, owner: bool = False) -> str:
        return "http://heat/owner" if owner else "http://heat/user"

    def remove_user(self) -> None:
        self.removed += 1


@pytest.fixture
def users() -> Users:
    return Users()


@pytest.fixture
def driver(users: Users) -> Driver:
    return Driver(None, FakeClock(), signals=users)  # type: ignore[arg-type]


def of(**more: Any) -> dict[str, Any]:
    return {"auto_scaling_group_id": "g", "adjustment_type": CHANGE, "scaling_adjustment": 1, **more}


def aws(**more: Any) -> dict[str, Any]:
    return {"AutoScalingGroupName": "g", "AdjustmentType": "ExactCapacity", "ScalingAdjustment": 3, **more}


def signal(driver: Driver, cls: type[Resource], made: Record, details: Any) -> Any:
    return cls(made).signal(Call(cloud=None, clock=driver.clock, **driver.ports), details)  # type: ignore[arg-type]


def test_a_policy_has_a_user_whose_keys_sign_its_url(driver: Driver, users: Users) -> None:
    made = driver.create(ScalingPolicy, "up", of())
    assert (made.physical_id, users.made) == ("user-1", ["user", "keys"])
    assert driver.attribute(made, "alarm_url") == "http://cfn/signal?Signature=s"
    assert driver.attribute(made, "signal_url") == "http://heat/owner"
    driver.delete(made)
    assert users.removed == 1


def test_a_create_that_was_interrupted_finds_its_user(driver: Driver, users: Users) -> None:
    made = driver.create(ScalingPolicy, "up", of(), lose=("create",))
    assert (made.physical_id, users.made) == ("user-1", ["user", "keys"])


def test_a_signal_asks_for_what_the_properties_say(driver: Driver) -> None:
    made = driver.create(
        ScalingPolicy, "up", of(adjustment_type=PERCENT, scaling_adjustment=30, min_adjustment_step=2, cooldown=60)
    )
    result = signal(driver, ScalingPolicy, made, None)
    assert result.adjust == Adjustment("g", PERCENT, 30, 2, 60)
    assert result.adjust.text == "percent_change_in_capacity : 30"


def test_the_policy_of_cloudformation_is_referred_to_by_its_url(driver: Driver) -> None:
    made = driver.create(AwsPolicy, "up", aws(Cooldown=5))
    assert driver.reference(made) == driver.attribute(made, "AlarmUrl") == "http://cfn/signal?Signature=s"
    result = signal(driver, AwsPolicy, made, {})
    assert result.adjust == Adjustment("g", EXACT, 3, None, 5, "ExactCapacity")
    assert result.adjust.text == "ExactCapacity : 3"


@pytest.mark.parametrize(
    ("cls", "raw"),
    [(ScalingPolicy, of(min_adjustment_step=1)), (AwsPolicy, aws(MinAdjustmentStep=1))],
)
def test_a_least_step_is_for_percentages_alone(driver: Driver, cls: type[Resource], raw: dict[str, Any]) -> None:
    with pytest.raises(InvalidTemplate, match="only for"):
        driver.props(cls, raw)


@pytest.mark.parametrize(
    ("details", "text"),
    [
        (None, "No signal details provided"),
        ("by hand", "by hand"),
        ({}, "Unknown"),
        ([1], "Unknown"),
        ({"previous": "ok", "current": "alarm", "reason": "hot"}, "alarm state changed from ok to alarm (hot)"),
    ],
)
def test_the_event_tells_what_the_signal_says(details: Any, text: str) -> None:
    assert told(details) == text
