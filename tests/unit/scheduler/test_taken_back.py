"""An object that was made after the lease had run out is deleted, busy or not, unless it is the one that counts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from heat_mq.errors import CloudGone
from heat_mq.resources.kit import DONE, Resource, Wait
from heat_mq.scheduler.belated import take_back
from heat_mq.scheduler.requests import Sleep


class Slow(Resource):
    """Is deleted at the third look, and gone afterwards."""

    looks = 0

    def check_delete(self, call: Any) -> Any:
        type(self).looks += 1
        if self.looks > 3:
            raise CloudGone("it is gone")
        return DONE if self.looks == 3 else Wait(1)


@pytest.fixture(autouse=True)
def unseen() -> None:
    Slow.looks = 0


def taken_back(stored: Any) -> list[Any]:
    """What is asked of the worker in the course of it."""
    names = {"id": "row", "type": "Slow", "name": "thing", "stack_id": "stack", "status": "IN_PROGRESS"}
    row = SimpleNamespace(**names, physical_id="ours")
    run: Any = SimpleNamespace(
        row=row,
        tools=SimpleNamespace(stored=lambda id: stored),
        resource=lambda row, cls: cls(row),
        call_for=lambda row: None,
    )
    return list(take_back(run, Slow))


def test_an_object_that_takes_its_time_is_looked_at_until_it_is_gone() -> None:
    asked = taken_back(SimpleNamespace(physical_id="another", status="COMPLETE"))
    assert Slow.looks == 3
    assert [type(each) for each in asked] == [Sleep] * 3


def test_what_is_gone_already_is_done_with() -> None:
    Slow.looks = 3
    taken_back(None)
    assert Slow.looks == 4


def test_an_object_that_the_row_names_is_left_alone() -> None:
    taken_back(SimpleNamespace(physical_id="ours", status="COMPLETE"))
    assert Slow.looks == 0
