"""Objects that many nodes wait for are looked at together: lists and wakes are counted, the clock is the test's."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pytest

from heat_mq.clock import FakeClock
from heat_mq.errors import CloudError
from heat_mq.resources.kit import Watch
from heat_mq.scheduler.requests import Look
from heat_mq.scheduler.timers import Timers
from heat_mq.scheduler.watcher import AFTER_FAILURE, Watcher

MANY = 5


class Cloud:
    """Servers by id and status; counts how often they are listed."""

    def __init__(self) -> None:
        self.servers: dict[str, str] = {}
        self.lists: list[set[str]] = []
        self.broken = False
        self.during: Callable[[], None] = lambda: None

    def ask(self, ids: Collection[str]) -> dict[str, dict[str, Any]] | None:
        self.lists.append(set(ids))
        self.during()
        if self.broken:
            raise CloudError("not allowed", status=403)
        return {id: {"id": id, "status": self.servers[id]} for id in ids if id in self.servers}


class Waiting:
    """A watcher, its clock, and who was woken."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.timers = Timers(self.clock)
        self.cloud = Cloud()
        self.watcher = Watcher(self.clock, self.timers, lambda work: work(), MANY)
        self.woken: list[str] = []
        self.looks: dict[str, Look] = {}

    def wait(self, *ids: str, status: str = "BUILD", seconds: float = 1.0, project: str = "p") -> Callable[[], bool]:
        for id in ids:
            self.cloud.servers.setdefault(id, status)
            look = self.looks[id] = Look(Watch("compute", "server", id, status), ("server", project), self.cloud.ask)
            cancel = self.watcher.add(look, seconds, lambda id=id: self.woken.append(id))
        return cancel

    def later(self, seconds: float) -> None:
        """The clock goes on in small steps, as timers need it."""
        for _ in range(round(seconds * 20)):
            self.clock.advance(0.05)
            self.timers.call_due()


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


def test_few_are_woken_in_their_time_to_look_themselves(waiting: Waiting) -> None:
    waiting.wait("a")
    waiting.wait("b", seconds=2.0)
    waiting.later(1.1)
    assert waiting.woken == ["a"]
    waiting.later(1.0)
    assert waiting.woken == ["a", "b"]
    assert waiting.cloud.lists == []
    assert waiting.looks["a"].found is None
    assert waiting.watcher.waiting == 0


def test_many_sleep_on_while_one_list_shows_no_change(waiting: Waiting) -> None:
    ids = [str(number) for number in range(500)]
    waiting.wait(*ids)
    waiting.later(1.1)
    assert waiting.cloud.lists == [set(ids)]
    waiting.later(30)
    assert waiting.woken == []
    assert len(waiting.cloud.lists) < 20
    assert waiting.watcher.waiting == 500


def test_who_has_changed_is_woken_with_what_the_list_showed(waiting: Waiting) -> None:
    waiting.wait(*"abcdef")
    waiting.cloud.servers["c"] = "ACTIVE"
    waiting.later(1.1)
    assert waiting.woken == ["c"]
    assert waiting.looks["c"].found == {"id": "c", "status": "ACTIVE"}
    assert len(waiting.cloud.lists) == 1


@pytest.mark.parametrize("status", ["ERROR", "error_deleting", None])
def test_who_is_in_error_or_gone_looks_itself(waiting: Waiting, status: str | None) -> None:
    waiting.wait(*"abcdef")
    if status is None:
        del waiting.cloud.servers["c"]
    else:
        waiting.cloud.servers["c"] = status
    waiting.later(1.1)
    assert waiting.woken == ["c"]
    assert waiting.looks["c"].found is None


def test_those_who_come_late_share_the_next_list(waiting: Waiting) -> None:
    waiting.wait(*"abcdef")
    for number in range(100):
        waiting.later(0.05)
        waiting.wait(str(number))
    # Five seconds, in which a list is made for the youngest of them.
    assert 3 <= len(waiting.cloud.lists) <= 6
    assert waiting.woken == []


def test_projects_are_listed_apart(waiting: Waiting) -> None:
    waiting.wait(*"abcdef", project="one")
    waiting.wait(*"ghijkl", project="two")
    waiting.wait("m", project="three")
    waiting.later(1.1)
    assert waiting.cloud.lists == [set("abcdef"), set("ghijkl")]
    assert waiting.woken == ["m"]


def test_where_lists_fail_everybody_looks_alone_for_a_while(waiting: Waiting) -> None:
    waiting.cloud.broken = True
    waiting.wait(*"abcdef")
    waiting.later(1.1)
    assert sorted(waiting.woken) == list("abcdef")
    waiting.wait(*"abcdef")
    waiting.later(1.1)
    assert len(waiting.cloud.lists) == 1
    waiting.later(AFTER_FAILURE)
    waiting.wait(*"abcdef")
    waiting.later(1.1)
    assert len(waiting.cloud.lists) == 2


def test_lists_that_show_little_of_what_is_waited_for_are_given_up_for_a_while(waiting: Waiting) -> None:
    waiting.wait(*"abcdef")
    waiting.cloud.servers = {"a": "BUILD"}  # the others stand on pages that are not read
    waiting.later(1.1)
    assert sorted(waiting.woken) == list("bcdef")
    waiting.wait(*"bcdef")
    waiting.later(1.2)
    assert len(waiting.cloud.lists) == 1
    assert sorted(waiting.woken) == sorted("bcdef" * 2 + "a")


def test_who_leaves_is_not_woken_also_while_a_list_is_read(waiting: Waiting) -> None:
    waiting.wait(*"abcde")
    cancel = waiting.wait("f")
    left: list[bool] = []
    waiting.cloud.during = lambda: left.append(cancel())
    waiting.cloud.servers["f"] = "ACTIVE"
    waiting.later(1.1)
    assert (left, waiting.woken) == ([True], [])
    assert not cancel()


def test_who_comes_while_a_list_is_read_waits_for_the_next(waiting: Waiting) -> None:
    waiting.wait(*"abcdef")
    waiting.cloud.during = lambda: (waiting.wait("g") if "g" not in waiting.looks else lambda: True) and None
    waiting.later(1.1)
    waiting.cloud.servers["g"] = "ACTIVE"
    waiting.later(1.2)
    assert waiting.woken == ["g"]
    assert waiting.cloud.lists == [set("abcdef"), set("abcdefg")]
