"""What must hold in the life of every type when its service refuses a request, whichever it is, and works again then.

Used as :mod:`tests.unit.resources.scenarios`, which has the fixtures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from heat_mq.resources.kit import Record, registry
from heat_mq.resources.kit.testing import Driver
from tests.unit.resources import saving
from tests.unit.resources.lives import Life
from tests.unit.resources.mortal import every_refusal
from tests.unit.resources.scenarios import Holdings, as_kinds, as_lines, assert_shows, of_those


@of_those(lambda life: life.found_again and life.made_again)
def test_what_a_refused_create_has_made_is_deleted(life: Life, driver: Driver, holdings: Holdings, begin) -> None:
    before = holdings()
    for worker in every_refusal(driver, *life.services):
        left = worker.leave_create(registry.get(life.type), "thing", begin)
        if left.physical_id is None:
            driver.delete_begun(left)
        else:
            driver.delete(left)
        assert holdings() == before


@of_those(lambda life: life.change and life.changes_back)
def test_what_a_refused_update_has_changed_is_taken_back(
    life: Life, driver: Driver, holdings: Holdings, begin, rest: Callable[[float], None]
) -> None:
    record = driver.create(registry.get(life.type), "thing", begin)
    rest(60)
    before = as_kinds(holdings())
    for worker in every_refusal(driver, *life.services):
        worker.leave_update(record, life.updated(begin))
        driver.take_back(record, life.updated(begin))
        rest(60)
        assert as_kinds(holdings()) == before
        assert_shows(driver, record, life.shown)
    driver.delete(record)


@of_those(lambda life: life.change and life.made_again)
def test_an_update_that_was_refused_can_be_repeated_and_all_of_it_is_deleted(
    life: Life, driver: Driver, holdings: Holdings, begin, rest: Callable[[float], None]
) -> None:
    before = holdings()
    for repeated in (True, False):
        for worker in every_refusal(driver, *life.services):
            with worker.alive():
                record = driver.create(registry.get(life.type), "thing", begin)
            worker.leave_update(record, life.updated(begin))
            if repeated:
                record = driver.update_again(record, life.updated(begin))
                rest(60)
                assert_shows(driver, record, life.changed)
                driver.delete(record)
            else:
                driver.delete(record, tried=life.updated(begin))
            assert holdings() == before


@of_those(lambda life: life.made_again)
def test_a_delete_that_was_refused_can_be_repeated(life: Life, driver: Driver, holdings: Holdings, begin) -> None:
    before = holdings()
    for worker in every_refusal(driver, *life.services):
        with worker.alive():
            record = driver.create(registry.get(life.type), "thing", begin)
        with worker.leaving():
            driver.delete(record)
        driver.delete(record)
        assert holdings() == before


@of_those(lambda life: life.comes_back_alike)
def test_what_was_given_up_for_a_successor_comes_back_though_that_was_refused_before(
    life: Life, driver: Driver, holdings: Holdings, begin, rest: Callable[[float], None]
) -> None:
    old = driver.create(registry.get(life.type), "thing", begin)
    rest(60)
    before = holdings()
    for refused in ("prepare_replace", "restore_replaced"):
        for worker in every_refusal(driver, *life.services):
            restored = old
            if refused == "prepare_replace":
                with worker.leaving():
                    driver.prepare_replace(old, begin)
            else:
                with worker.alive():
                    driver.prepare_replace(old, begin)
                restored = worker.leave(old, "restore_replaced")
            restored = driver.finish(restored, "restore_replaced")
            rest(60)
            there = holdings()
            assert as_lines(there) == as_lines(before, old, restored)
            old, before = restored, there
    driver.delete(old)


@of_those(lambda life: life.asleep)
def test_a_suspend_or_resume_that_was_refused_can_be_repeated(life: Life, driver: Driver, begin) -> None:
    record = driver.create(registry.get(life.type), "thing", begin)
    for before, verb, shown in (("resume", "suspend", life.asleep), ("suspend", "resume", life.shown)):
        for worker in every_refusal(driver, *life.services):
            with worker.alive():
                rested(driver, record, before)
            with worker.leaving():
                rested(driver, record, verb)
            rested(driver, record, verb)
            assert_shows(driver, record, shown)
    driver.delete(record)


def rested(driver: Driver, record: Record, verb: str) -> None:
    driver.run(record, verb)
    driver.finish(record, f"check_{verb}")


@of_those(lambda life: registry.get(life.type).snapshots)
def test_nothing_is_left_of_a_copy_that_was_refused(life: Life, driver: Driver, holdings: Holdings, begin) -> None:
    record = driver.create(registry.get(life.type), "thing", begin)
    before = holdings()
    for worker in every_refusal(driver, *life.services):
        kept: dict[str, Any] = {}
        with worker.leaving():
            kept = saving.save(worker, record)
        saving.drop(worker, record, kept)
        assert holdings().keys() == before.keys()
    driver.delete(record)
