"""Software configs and deployments on each database: pages, sight, and who wins."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from heat_mq.db.records import SoftwareConfigRow, SoftwareDeploymentRow
from heat_mq.db.repo import software
from heat_mq.traversal.integrity import check
from tests.integration.store import NOW, Store, at_once


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


def config(store: Store, name: str = "c", project: str = "p", minute: int = 0) -> str:
    made = SoftwareConfigRow(
        str(uuid.uuid4()), project, name, "script", "sealed", NOW + datetime.timedelta(minutes=minute)
    )
    store.database.write(software.put_config, made)
    return made.id


def deployment(
    config_id: str, server: str = "s", project: str = "p", users: str | None = None
) -> SoftwareDeploymentRow:
    return SoftwareDeploymentRow(
        id=str(uuid.uuid4()),
        project_id=project,
        server_id=server,
        config_id=config_id,
        stack_user_project_id=users,
        action="CREATE",
        status="IN_PROGRESS",
        status_reason="",
        input_values=None,
        output_values=None,
        created_at=NOW,
        updated_at=None,
    )


def test_pages_of_configs_follow_each_other_newest_first(store: Store) -> None:
    ids = [config(store, minute=at // 2) for at in range(6)]  # two of the same time each
    config(store, project="other")
    seen: list[str] = []
    while page := store.database.read(software.list_configs, "p", 2, seen[-1] if seen else None):
        assert len(page) <= 2
        seen += [row.id for row in page]
    assert sorted(seen) == sorted(ids)
    assert [ids.index(id) // 2 for id in seen] == [2, 2, 1, 1, 0, 0]
    assert len(store.database.read(software.list_configs, None)) == 7
    assert len(store.database.read(software.list_configs, "p", None, "unknown")) == 6


def test_a_config_that_is_there_stays_as_it_is(store: Store) -> None:
    first = SoftwareConfigRow(str(uuid.uuid4()), "p", "c", None, "first", NOW)
    store.database.write(software.put_config, first)
    store.database.write(software.put_config, SoftwareConfigRow(first.id, "p", "c", None, "second", NOW))
    assert store.database.read(software.get_config, first.id) == first


def test_a_deployment_is_seen_by_its_project_and_by_its_stacks_users(store: Store) -> None:
    names = {name: config(store, name) for name in ("b", "a")}
    store.create({}, project_id="p", stack_user_project_id="users")
    for name, users in (("b", "users"), ("a", None)):
        store.database.write(software.insert_deployment, deployment(names[name], users=users))
    store.database.write(software.insert_deployment, deployment(names["a"], server="other"))

    def told(project: str | None) -> list[str | None]:
        return [row.name for row in store.database.read(software.list_deployed, "s", project)]

    assert told("p") == ["a", "b"]
    assert told("users") == ["b"]
    assert told("stranger") == []
    assert told(None) == ["a", "b"]
    assert len(store.database.read(software.list_deployments, "p")) == 3
    assert len(store.database.read(software.list_deployments, "users", "s")) == 1


@pytest.mark.parametrize("named", ["p", "users"])
def test_what_a_stranger_deploys_is_applied_by_no_guest_of_a_project_that_is_not_theirs(
    store: Store, named: str
) -> None:
    store.create({}, project_id="p", stack_user_project_id="users")
    foreign = config(store, "foreign")
    store.database.write(software.insert_deployment, deployment(foreign, project="stranger", users=named))
    assert [store.database.read(software.list_deployed, "s", project) for project in ("p", "users")] == [[], []]
    assert len(store.database.read(software.list_deployed, "s", "stranger")) == 1


def test_of_who_deploys_a_config_and_who_deletes_it_one_wins(store: Store) -> None:
    for _ in range(5):
        id = config(store)
        row = deployment(id)

        def deploy(id: str = id, row: SoftwareDeploymentRow = row) -> bool:
            def write(connection: Connection) -> bool:
                if software.lock_config(connection, id) is None:
                    return False
                software.insert_deployment(connection, row)
                return True

            return store.database.write(write)

        def remove(id: str = id) -> bool:
            return store.database.write(software.remove_config, id)

        outcome = at_once(deploy, remove)
        assert sorted(outcome) == [False, True]
        assert (store.database.read(software.get_config, id) is None) is outcome[1]


def test_a_deployment_without_its_config_is_told(store: Store) -> None:
    row = deployment(str(uuid.uuid4()))
    store.database.write(software.insert_deployment, row)
    assert store.database.read(check) == [
        f"deployment {row.id} refers to the config {row.config_id}, which does not exist"
    ]
    store.database.write(software.remove_deployments, [row.id])
