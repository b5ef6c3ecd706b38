"""Plans that change nothing of what is wanted."""

from __future__ import annotations

from heat_mq.graph.plan import Kind, Plan
from heat_mq.planner.actions import build_check_plan, build_resume_plan, build_suspend_plan
from heat_mq.planner.stored import StoredResource


def row(name: str, *requires: str, action: str = "CREATE", status: str = "COMPLETE", **more: bool) -> StoredResource:
    return StoredResource(name, name, "T", action, status, requires=requires, **more)


CHAIN = [row("net"), row("port", "net"), row("server", "port"), row("volume")]


def before(plan: Plan) -> set[tuple[str, str]]:
    """Pairs of names, the first of which comes directly before the second."""
    names = [node.operation.name for node in plan.nodes]
    return {(names[at], names[after]) for at, node in enumerate(plan.nodes) for after in node.successors}


def test_a_suspend_begins_with_what_uses_and_a_resume_with_what_is_used() -> None:
    asleep, awake = build_suspend_plan(CHAIN), build_resume_plan(CHAIN)
    assert before(asleep) == {("server", "port"), ("port", "net")}
    assert before(awake) == {("net", "port"), ("port", "server")}
    assert {node.operation.kind for node in asleep.nodes} == {Kind.SUSPEND}
    assert {node.operation.kind for node in awake.nodes} == {Kind.RESUME}


def test_what_was_replaced_or_never_made_takes_no_part() -> None:
    rows = [row("net"), row("old", replaced=True), row("new", "old", action="INIT")]
    for plan in (build_suspend_plan(rows), build_resume_plan(rows)):
        assert [node.operation.name for node in plan.nodes] == ["net"]


def test_a_resume_leaves_out_what_a_suspend_did_not_reach() -> None:
    rows = [row("net"), row("port", "net", action="SUSPEND", status="FAILED"), row("server", "port", action="SUSPEND")]
    plan = build_resume_plan(rows)
    assert before(plan) == {("port", "server")}
    assert {node.operation.name for node in plan.nodes} == {"port", "server"}


def test_a_check_has_a_node_for_what_is_missing_too() -> None:
    plan = build_check_plan([row("net"), row("old", replaced=True)], ["net", "server"])
    assert [(node.operation.name, node.operation.resource_id) for node in plan.nodes] == [
        ("net", "net"),
        ("server", ""),
    ]
    assert all(node.pending == 0 for node in plan.nodes)
