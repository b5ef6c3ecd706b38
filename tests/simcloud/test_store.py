"""The document store of the simulated cloud."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

from heat_mq.simcloud.store import Store, later, public
from tests.waiting import until


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def make(directory: Path | None = None, clock: Clock | None = None) -> Store:
    return Store(directory, clock=clock or Clock(), lock=threading.RLock())


def ids_on_disk(directory: Path) -> list[str]:
    """What a start would find now."""
    store = make(directory)
    found = [each["id"] for each in store.collection("some", "things")]
    store.close()
    return found


def test_a_second_start_finds_the_documents_in_the_order_of_their_birth(tmp_path: Path):
    store = make(tmp_path)
    things = store.collection("some", "things")
    for id in ("c", "a", "b"):
        things.save({"id": id})
    things.remove("a")
    store.close()
    again = make(tmp_path)
    assert [each["id"] for each in again.collection("some", "things")] == ["c", "b"]
    again.collection("some", "things").save({"id": "0"})
    assert [each["id"] for each in again.collection("some", "things")] == ["c", "b", "0"]
    again.close()


def test_what_was_saved_is_on_disk_soon_without_a_close(tmp_path: Path):
    store = make(tmp_path)
    store.collection("some", "things").save({"id": "x"})
    until(lambda: ids_on_disk(tmp_path) == ["x"], "the document on disk", every=0.02)
    store.close()


def test_a_killed_process_loses_no_more_than_the_last_moment(tmp_path: Path):
    program = (
        "import pathlib, sys, threading, time\n"
        "from heat_mq.simcloud.store import Store\n"
        f"store = Store(pathlib.Path({str(tmp_path)!r}), clock=time.time, lock=threading.RLock())\n"
        "things = store.collection('some', 'things')\n"
        "for number in range(500): things.save({'id': str(number)})\n"
        "sys.stdin.read()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2], stdin=subprocess.PIPE)
    try:
        until(lambda: len(ids_on_disk(tmp_path)) == 500, "500 documents on disk", every=0.02)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert len(ids_on_disk(tmp_path)) == 500


def test_the_file_is_for_its_owner_only(tmp_path: Path):
    make(tmp_path).close()
    assert (tmp_path / "simcloud.sqlite").stat().st_mode & 0o077 == 0


def test_an_index_follows_a_document_that_was_changed_in_place():
    things = make().collection("some", "things", index=("owner",))
    thing = things.save({"id": "1", "owner": "ann", "size": 2})
    assert things.where(owner="ann", size=2) == [thing]
    thing["owner"] = "bob"
    things.save(thing)
    assert things.where(owner="ann") == []
    assert things.where(owner="bob") == [thing]
    things.remove("1")
    assert things.where(owner="bob") == []


def test_an_index_gives_the_oldest_first_whatever_was_changed_since():
    things = make().collection("some", "things", index=("owner",))
    first, second = things.save({"id": "1", "owner": "ann"}), things.save({"id": "2", "owner": "ann"})
    first["owner"] = "bob"
    things.save(first)
    first["owner"] = "ann"
    things.save(first)
    assert things.where(owner="ann") == [first, second]
    assert (things.count("owner", "ann"), things.count("owner", "bob")) == (2, 0)


def test_what_a_due_change_moved_is_found_where_it_is_now():
    clock = Clock()
    things = make(clock=clock).collection("some", "things", index=("owner",))
    thing = {"id": "1", "owner": "ann"}
    later(thing, 1_010, owner="bob")
    things.save(thing)
    clock.now = 1_010
    assert things.where(owner="ann") == []
    assert things.where(owner="bob") == [thing]


def test_noted_changes_happen_in_time_and_the_last_removes_the_document():
    clock = Clock()
    things = make(clock=clock).collection("some", "things")
    gone = []
    things.on_gone = gone.append
    thing = {"id": "1", "status": "creating"}
    later(thing, 1_020, _gone=True)
    later(thing, 1_010, status="available")
    things.save(thing)
    assert things.get("1")["status"] == "creating"
    clock.now = 1_010
    assert things.all()[0]["status"] == "available"
    clock.now = 1_020
    assert things.get("1") is None
    assert [each["id"] for each in gone] == ["1"]
    assert public(thing) == {"id": "1", "status": "available"}
