"""Who takes signals, and when."""

from __future__ import annotations

import pytest

from heat_mq.errors import ActionNotSupported, NotSupported, ResourceNotFound
from tests.simulation.acts import create, resume, signal, suspend, told
from tests.simulation.world import World


def test_a_type_without_a_handler_takes_no_signal(world: World) -> None:
    stack = create(world, {"a": {}})
    world.run()
    with pytest.raises(ActionNotSupported):
        signal(world, stack, "a", {})
    with pytest.raises(ResourceNotFound):
        signal(world, stack, "zz", {})


def test_signals_are_refused_while_the_stack_is_suspended(world: World) -> None:
    handle = {"type": "OS::Heat::WaitConditionHandle", "properties": {"signal_transport": "NO_SIGNAL"}}
    stack = create(world, {"handle": handle})
    world.run()
    data = {"id": "1", "status": "SUCCESS", "data": "x", "reason": "fine"}
    suspend(world, stack)
    world.run()
    with pytest.raises(NotSupported, match="SUSPEND"):
        signal(world, stack, "handle", data)
    resume(world, stack)
    world.run()
    signal(world, stack, "handle", data)
    assert told(world, stack)[-1] == "handle SIGNAL_COMPLETE: Signal: status:SUCCESS reason:fine"
