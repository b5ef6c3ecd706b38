"""One whole life of a stack in the whole world: it is made, shows what it made, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

from tests.simulation.whole import WholeWorld

NAME = "trial"


def live(world: WholeWorld, user: str, template: str | dict[str, Any], **request: Any) -> dict[str, Any]:
    """Make a stack of the template and delete it; answers how it was shown in between.

    AssertionError when it is refused, fails, cannot say one of its outputs, or is not gone without a trace.
    """
    rest = world.log_in(user)
    before = world.holds()
    answer = rest.create(NAME, template, **request)
    assert answer.status_code == 201, answer.text
    world.run()
    stack: dict[str, Any] = rest.get(f"/stacks/{NAME}")["stack"]
    made = (stack["stack_status"], stack["stack_status_reason"])
    mute = [output for output in stack["outputs"] if "output_error" in output]
    assert rest.request("DELETE", f"/stacks/{NAME}/{stack['id']}").status_code == 204
    world.run()
    assert made == ("CREATE_COMPLETE", "Stack CREATE completed successfully"), made
    assert mute == []
    shown = rest.request("GET", f"/stacks/{NAME}/{stack['id']}").json()["stack"]
    assert (shown["stack_status"], shown["stack_status_reason"]) == (
        "DELETE_COMPLETE",
        "Stack DELETE completed successfully",
    )
    after = world.holds()
    assert sorted(after.keys() ^ before.keys()) == []
    return stack
