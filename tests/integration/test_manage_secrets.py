"""The key that secrets are encrypted with is changed, and an upgrade is checked."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from heat_mq.crypt import Box
from heat_mq.db import tables
from heat_mq.db.repo import resources
from heat_mq.db.repo.sealed import SEALED, reseal_rows, sealed_tables
from tests.integration.manage import FORMER, KEY, Manage
from tests.integration.store import NOW, new_resource

OLD, NEW = Box([FORMER]), Box([KEY])


@pytest.fixture
def manage(database_url: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Manage]:
    found = Manage(database_url, tmp_path, capsys)
    found.configure(KEY, FORMER)
    yield found
    found.store.database.dispose()


def fill(manage: Manage, box: Box) -> None:
    """Five resources in a stack, and a credential."""
    stack = manage.store.create({"a": ()}, parameters=box.seal({"n": "stack"}))
    sealed = {"properties": box.seal({"n": 1}), "data": box.seal({"n": 2})}
    rows = [resources.row_values(new_resource(stack, f"r{number}", **sealed)) for number in range(5)]
    credential = {"id": "c" * 36, "key": "k" * 64, "kind": "trust", "user_id": "u", "project_id": "p", "region": None}

    def write(connection: Any) -> None:
        connection.execute(insert(tables.resource), rows)
        connection.execute(insert(tables.credential).values(**credential, sealed=box.seal("trust"), created_at=NOW))

    manage.store.database.write(write)


def values(manage: Manage) -> list[Any]:
    """Everything that is sealed, opened with the present key alone."""
    found = []
    for table in sealed_tables():
        query = select(*(table.c[name] for name in SEALED[table.name]))
        rows = manage.store.database.read(lambda c, query=query: c.execute(query).all())  # type: ignore[misc]
        found += [NEW.open(value) for row in rows for value in row if value]
    return sorted(found, key=str)


EVERYTHING = sorted([*[{"n": 1}] * 5, *[{"n": 2}] * 5, {"n": "stack"}, "trust"], key=str)


def test_everything_is_encrypted_anew_in_batches_and_once(manage: Manage) -> None:
    fill(manage, OLD)
    said = manage("keys", "rotate", "--batch", "2")
    assert (said.status, said.out) == (0, ["7 rows are encrypted anew, 0 cannot be read."])
    assert values(manage) == EVERYTHING
    assert manage("keys", "rotate").out == ["0 rows are encrypted anew, 0 cannot be read."]


def test_a_rotation_that_was_interrupted_goes_on(manage: Manage) -> None:
    fill(manage, OLD)
    both = Box([KEY, FORMER])
    done = manage.store.database.write(reseal_rows, tables.resource, "", 2, both.rotate)
    assert len(done.changed) == 2
    said = manage("keys", "rotate", "--verbose").out
    assert said[-1].startswith("5 rows are encrypted anew")
    told = {line.split()[1].rstrip(":") for line in said[:-1]}
    assert len(told) == 5
    assert not told & set(done.changed)
    assert values(manage) == EVERYTHING


def test_what_no_key_opens_is_named_and_left(manage: Manage) -> None:
    fill(manage, OLD)
    lost = Box(["a key that nobody knows any more"]).seal({"n": 3})
    manage.store.database.write(
        lambda c: c.execute(update(tables.resource).where(tables.resource.c.name == "r3").values(data=lost)).rowcount
    )
    said = manage("keys", "rotate")
    (row,) = (row for row in rows_of(manage) if row.name == "r3")
    assert (said.status, said.out) == (1, ["7 rows are encrypted anew, 1 cannot be read."])
    assert said.err == f"resource {row.id}: no key that is known opens it\n"
    # Its other values are read.
    assert (row.data, NEW.open(row.properties)) == (lost, {"n": 1})


def rows_of(manage: Manage) -> list[Any]:
    return list(manage.store.database.read(lambda c: c.execute(select(tables.resource)).all()))


def test_the_previous_key_may_be_given_to_the_command(manage: Manage) -> None:
    fill(manage, OLD)
    manage.configure(KEY)
    assert manage("update_params", "encrypt").status == 1
    assert manage("update_params", "encrypt", FORMER, "--verbose-update-params").out[-1].startswith("7 rows")
    assert values(manage) == EVERYTHING
    refused = manage("update_params", "decrypt")
    assert refused.status == 2
    assert "stored encrypted, always" in refused.err


def results(manage: Manage) -> dict[str, tuple[int, str | None]]:
    said = manage.upgrade_check()
    found = {item["check"]: (item["result"], item["details"]) for item in json.loads(said.out[-1])["checks"]}
    assert said.status == max(code for code, _ in found.values())
    return found


def test_an_upgrade_is_checked(manage: Manage) -> None:
    fill(manage, OLD)
    assert {name: code for name, (code, _) in results(manage).items()} == {
        "Database schema": 0,
        "Encryption key": 0,
        "Stored secrets": 1,
        "Policy file": 0,
    }
    manage("keys", "rotate")
    assert results(manage)["Stored secrets"][0] == 0
    manage.configure(FORMER)
    assert results(manage)["Stored secrets"][0] == 2
    manage.configure(None)
    assert results(manage)["Encryption key"][0] == 1


def test_a_schema_that_is_not_this_code_s_fails_the_check(manage: Manage) -> None:
    with manage.store.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'other'")
    found = results(manage)
    assert found["Database schema"][0] == 2
    assert "heat-mq-manage db sync" in str(found["Database schema"][1])
    assert found["Stored secrets"][0] == 1
