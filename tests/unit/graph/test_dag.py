from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.graph import CycleFound, Dag, find_cycle

DIAMOND = {"top": ["left", "right"], "left": ["base"], "right": ["base"], "base": []}


@st.composite
def acyclic(draw):
    size = draw(st.integers(0, 20))
    return {node: draw(st.sets(st.integers(0, node - 1))) if node else set() for node in range(size)}


def test_a_node_comes_after_all_that_it_requires():
    assert list(Dag(DIAMOND)) == ["base", "left", "right", "top"]


def test_a_node_that_is_only_required_is_a_node_too():
    assert list(Dag({"a": ["b"]})) == ["b", "a"]


def test_a_diamond_has_one_root_one_leaf_and_three_layers():
    dag = Dag(DIAMOND)
    assert dag.roots() == ["base"]
    assert dag.leaves() == ["top"]
    assert dag.layers() == [["base"], ["left", "right"], ["top"]]


def test_what_is_up_and_down_from_a_node_excludes_the_node():
    dag = Dag(DIAMOND)
    assert dag.upstream("left") == {"base"}
    assert dag.downstream("left") == {"top"}
    assert dag.downstream("base") == {"left", "right", "top"}
    assert dag.upstream("left", "base") == frozenset()


def test_a_subgraph_keeps_only_edges_between_its_nodes():
    assert Dag(DIAMOND).subgraph(["top", "left"]).edges() == {("top", "left")}


def test_a_cycle_is_named_without_the_nodes_around_it():
    requires = {"in": ["a"], "a": ["b"], "b": ["c", "free"], "c": ["a"], "free": []}
    with pytest.raises(CycleFound, match="a -> b -> c -> a") as caught:
        Dag(requires)
    assert caught.value.cycle == ["a", "b", "c", "a"]


def test_a_node_that_requires_itself_is_a_cycle():
    assert find_cycle({"a": ["a"]}) == ["a", "a"]


def test_the_shortest_way_around_is_told():
    assert find_cycle({1: [2, 3], 2: [4], 4: [1], 3: [1]}) == [1, 3, 1]


def test_a_chain_of_a_hundred_thousand_nodes_is_no_problem():
    dag = Dag({node: [node - 1] if node else [] for node in range(100_000)})
    assert len(dag.layers()) == 100_000
    assert len(dag.downstream(0)) == 99_999


@given(acyclic())
def test_every_edge_is_kept_by_the_order(requires):
    order = {node: position for position, node in enumerate(Dag(requires))}
    assert set(order) == set(requires)
    assert all(order[item] < order[node] for node, wanted in requires.items() for item in wanted)


@given(acyclic())
def test_turning_around_twice_gives_the_same_graph(requires):
    dag = Dag(requires)
    assert dag.reversed().reversed() == dag


@given(acyclic(), st.data())
def test_an_edge_against_the_order_is_found_as_a_cycle(requires, data):
    if len(requires) < 2:
        return
    dag = Dag(requires)
    low = data.draw(st.sampled_from(sorted(requires)))
    above = dag.downstream(low)
    if not above:
        return
    requires[low] = {*requires[low], data.draw(st.sampled_from(sorted(above)))}
    cycle = find_cycle(requires)
    assert cycle is not None
    assert cycle[0] == cycle[-1]
    assert all(second in requires[first] for first, second in itertools.pairwise(cycle))
