"""The table of the client's commands in the acceptance ring leaves no command and no option out."""

from __future__ import annotations

import importlib.metadata

import pytest

from tests.acceptance.client_commands.row import COMMANDS, REFERENCE, Row, rows
from tests.acceptance.client_commands.table import TABLE

ROWS = list(rows(*TABLE.values()))


def played(command: str) -> list[Row]:
    return [row for row in ROWS if row.command == command]


def test_the_reference_names_all_its_commands():
    assert len(COMMANDS) == REFERENCE["count"]


def test_the_installed_client_has_no_command_that_the_reference_lacks():
    points = importlib.metadata.distribution("python-heatclient").entry_points
    installed = {point.name.replace("_", " ") for point in points if point.group == "openstack.orchestration.v1"}
    assert installed <= COMMANDS.keys()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_in_the_table_with_each_of_its_options(command: str):
    found = played(command)
    assert found, f"no row runs openstack {command}"
    assert {option for row in found for option in row.options} >= COMMANDS[command]["options"].keys()


@pytest.mark.parametrize("command", COMMANDS)
def test_what_may_be_repeated_is_repeated(command: str):
    repeatable = {name for name, option in COMMANDS[command]["options"].items() if option.get("repeatable")}
    repeated = {name for row in played(command) for name in repeatable if row.options.count(name) > 1}
    assert repeated == repeatable


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_seen_to_work(command: str):
    assert any(row.holds or row.rests for row in played(command))
