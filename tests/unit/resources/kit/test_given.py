"""What a resource gives is noted first."""

from typing import Any

import pytest

from heat_mq.resources.kit import DONE, Call, Wait, given


@pytest.fixture
def call() -> Call:
    nothing: Any = None
    return Call(cloud=nothing, clock=nothing)


def test_nothing_is_given_before_the_note_of_it_is_stored(call):
    settled = []
    call.data[given.GIVEN] = ["a"]
    given.plan(call, ["b", "b"])
    assert call.data[given.GIVEN] == ["a", "b"]
    assert given.advance(call, settled.append) == Wait(0)  # a wait stores what is noted
    assert settled == []
    assert given.advance(call, settled.append) == DONE
    assert settled == [["b", "b"]]


def test_what_is_noted_already_is_given_at_once(call):
    settled = []
    call.data[given.GIVEN] = ["a", "b"]
    given.plan(call, ["b"])
    assert given.advance(call, settled.append) == DONE
    assert settled == [["b"]]


def test_where_nothing_was_planned_nothing_is_given(call):
    settled = []
    assert given.advance(call, settled.append) == DONE
    assert settled == []
