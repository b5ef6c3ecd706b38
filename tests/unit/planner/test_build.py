"""Plans over random templates and random stored rows."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from heat_mq.graph.plan import Kind, Plan
from heat_mq.planner.actions import build_check_plan
from heat_mq.planner.build import build_delete_plan, build_plan
from heat_mq.planner.stored import StoredResource, Wanted

NAMES = "abcdefgh"


@st.composite
def wanted_resources(draw: st.DrawFn) -> list[Wanted]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=len(NAMES)))
    return [
        Wanted(
            name,
            fingerprint=draw(st.sampled_from(("one", "two"))),
            requires=frozenset(draw(st.sets(st.sampled_from(names[:at])))) if at else frozenset(),
            always=draw(st.booleans()) and draw(st.booleans()),
        )
        for at, name in enumerate(names)
    ]


@st.composite
def stored_resources(draw: st.DrawFn) -> list[StoredResource]:
    """Rows in any state, also replaced ones, each using some of those before it."""
    rows: list[StoredResource] = []
    taken: set[str] = set()
    for at in range(draw(st.integers(0, 10))):
        name = draw(st.sampled_from(NAMES))
        replaced = name in taken or draw(st.integers(0, 4)) == 0
        if not replaced:
            taken.add(name)
        used = draw(st.sets(st.sampled_from([row.id for row in rows]))) if rows else set()
        rows.append(
            StoredResource(
                id=f"row-{at}",
                name=name,
                type="T",
                action=draw(st.sampled_from(("CREATE", "UPDATE", "CHECK", "DELETE", "INIT"))),
                status=draw(st.sampled_from(("COMPLETE", "COMPLETE", "FAILED", "IN_PROGRESS"))),
                requires=tuple(sorted(used)),
                fingerprint=draw(st.sampled_from(("one", "two", None))),
                replaced=replaced,
            )
        )
    return rows


def settled(wanted: list[Wanted]) -> list[StoredResource]:
    """The rows of a stack that is just as wanted."""
    return [
        StoredResource(
            id=f"row-{item.name}",
            name=item.name,
            type="T",
            action="CREATE",
            status="COMPLETE",
            requires=tuple(f"row-{need}" for need in item.requires),
            fingerprint=item.fingerprint,
        )
        for item in wanted
    ]


def operations(plan: Plan) -> list[tuple[Kind, str, str]]:
    return [(node.operation.kind, node.operation.name, node.operation.resource_id) for node in plan.nodes]


def before(plan: Plan) -> dict[int, set[int]]:
    """Position of a node -> positions of all that come before it, near or far."""
    found: dict[int, set[int]] = {at: set() for at in range(len(plan.nodes))}
    for at, node in enumerate(plan.nodes):
        for after in node.successors:
            found[after] |= {at} | found[at]
    return found


def converge(plan: Plan) -> dict[str, int]:
    return {name: at for at, (kind, name, _) in enumerate(operations(plan)) if kind == Kind.CONVERGE}


def cleanup(plan: Plan) -> dict[str, int]:
    return {row_id: at for at, (kind, _, row_id) in enumerate(operations(plan)) if kind == Kind.CLEANUP}


@given(wanted_resources(), stored_resources(), st.booleans())
def test_pending_counts_predecessors_and_successors_lie_ahead(
    wanted: list[Wanted], stored: list[StoredResource], complete: bool
) -> None:
    plan = build_plan(wanted, stored, settled=complete)
    pending = [0] * len(plan.nodes)
    for at, node in enumerate(plan.nodes):
        assert all(after > at for after in node.successors)
        assert len(set(node.successors)) == len(node.successors)
        for after in node.successors:
            pending[after] += 1
    assert pending == [node.pending for node in plan.nodes]


@given(wanted_resources(), stored_resources(), st.booleans())
def test_what_a_resource_needs_comes_first(wanted: list[Wanted], stored: list[StoredResource], complete: bool) -> None:
    plan = build_plan(wanted, stored, settled=complete)
    places, earlier = converge(plan), before(plan)
    for item in wanted:
        assert (item.name in places) != (item.name in plan.kept)
        for need in item.requires:
            if item.name in places and need in places:
                assert places[need] in earlier[places[item.name]]


@given(wanted_resources(), stored_resources(), st.booleans())
def test_an_object_goes_after_all_that_used_it_have_gone_or_moved_over(
    wanted: list[Wanted], stored: list[StoredResource], complete: bool
) -> None:
    plan = build_plan(wanted, stored, settled=complete)
    removed, updated, earlier = cleanup(plan), converge(plan), before(plan)
    for row in stored:
        if row.id in removed and row.name in updated:
            assert updated[row.name] in earlier[removed[row.id]]
        for used in row.requires:
            if used not in removed:
                continue
            if row.id in removed:
                assert removed[row.id] in earlier[removed[used]]
            if row.name in updated:
                assert updated[row.name] in earlier[removed[used]]


@given(wanted_resources(), stored_resources(), st.booleans())
def test_what_is_replaced_goes_when_nothing_else_can_fail_and_what_is_removed_at_once(
    wanted: list[Wanted], stored: list[StoredResource], complete: bool
) -> None:
    plan = build_plan(wanted, stored, settled=complete)
    removed, updated, earlier = cleanup(plan), converge(plan), before(plan)
    names = {row.id: row.name for row in stored}
    users = {used for row in stored for used in row.requires}
    for row_id, at in removed.items():
        if names[row_id] in updated:
            assert set(updated.values()) <= earlier[at]
        elif row_id not in users:
            assert earlier[at].isdisjoint(updated.values())


@given(wanted_resources(), stored_resources(), st.booleans())
def test_only_what_is_certainly_unchanged_is_kept(
    wanted: list[Wanted], stored: list[StoredResource], complete: bool
) -> None:
    plan = build_plan(wanted, stored, settled=complete)
    items = {item.name: item for item in wanted}
    in_force = {row.name: row for row in stored if not row.replaced}
    for name in plan.kept:
        item, row = items[name], in_force[name]
        assert row.status == "COMPLETE"
        assert row.action not in ("INIT", "DELETE")
        assert row.fingerprint == item.fingerprint
        assert not item.always
        assert item.requires <= plan.kept
        assert {in_force[need].id for need in item.requires} <= set(row.requires)
        assert complete or not item.requires
    # Nothing that is kept uses what is removed, unless it was replaced or left the template.
    assert not {row.id for row in stored if row.name in plan.kept and not row.replaced} & cleanup(plan).keys()


@given(wanted_resources())
def test_the_plan_of_an_unchanged_stack_is_empty(wanted: list[Wanted]) -> None:
    calm = [dataclasses.replace(item, always=False) for item in wanted]
    plan = build_plan(calm, settled(calm), settled=True)
    assert not plan.nodes
    assert plan.kept == {item.name for item in calm}


@given(wanted_resources().filter(bool), st.data(), st.sampled_from(("FAILED", "IN_PROGRESS")))
def test_what_did_not_end_well_is_not_kept_nor_what_uses_it(wanted: list[Wanted], data: Any, status: str) -> None:
    calm = [dataclasses.replace(item, always=False) for item in wanted]
    bad = data.draw(st.sampled_from([item.name for item in calm]))
    rows = [dataclasses.replace(row, status=status) if row.name == bad else row for row in settled(calm)]
    plan = build_plan(calm, rows, settled=True)
    places = converge(plan)
    assert bad in places
    for item in calm:
        if item.requires & places.keys():
            assert item.name in places


@given(stored_resources(), st.booleans())
def test_a_delete_is_the_reverse_of_use_and_gives_the_stack_back_last(
    stored: list[StoredResource], release: bool
) -> None:
    plan = build_delete_plan(stored, release=release)
    removed, earlier = cleanup(plan), before(plan)
    assert removed.keys() == {row.id for row in stored}
    for row in stored:
        for used in row.requires:
            assert removed[row.id] in earlier[removed[used]]
    last = [at for at, (kind, _, _) in enumerate(operations(plan)) if kind == Kind.RELEASE]
    assert len(last) == int(release)
    for at in last:
        assert earlier[at] == set(range(len(plan.nodes))) - {at}


@given(stored_resources())
def test_a_check_looks_at_everything_in_force_at_once(stored: list[StoredResource]) -> None:
    plan = build_check_plan(stored)
    assert {row_id for _, _, row_id in operations(plan)} == {row.id for row in stored if not row.replaced}
    assert all(node.pending == 0 for node in plan.nodes)


def test_a_user_that_still_points_at_a_replaced_object_is_looked_at_again() -> None:
    wanted = [Wanted("net", "1"), Wanted("port", "1", frozenset({"net"}))]
    rows = [
        StoredResource("net-1", "net", "T", "CREATE", "COMPLETE", fingerprint="0", replaced=True),
        StoredResource("net-2", "net", "T", "CREATE", "COMPLETE", fingerprint="1"),
        StoredResource("port-1", "port", "T", "CREATE", "COMPLETE", requires=("net-1",), fingerprint="1"),
    ]
    plan = build_plan(wanted, rows, settled=True)
    assert plan.kept == {"net"}
    assert [operation[:2] for operation in operations(plan)] == [
        (Kind.CONVERGE, "port"),
        (Kind.BARRIER, ""),
        (Kind.CLEANUP, "port"),
        (Kind.CLEANUP, "net"),
    ]


def test_after_an_action_that_did_not_end_only_what_uses_nothing_is_kept() -> None:
    wanted = [Wanted("net", "1"), Wanted("port", "1", frozenset({"net"}))]
    assert build_plan(wanted, settled(wanted)).kept == {"net"}


@given(wanted_resources(), stored_resources())
def test_load_balancers_are_told_after_everything_else(wanted: list[Wanted], stored: list[StoredResource]) -> None:
    plan = build_plan(wanted, stored, tells=True)
    assert [at for at, node in enumerate(plan.nodes) if node.operation.kind == Kind.TELL] == [len(plan.nodes) - 1]
    assert plan.nodes[-1].pending == len(plan.nodes) - 1
