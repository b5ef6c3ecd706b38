"""Every command of the client with each of its options, in scenes of which each begins and ends without stacks."""

from __future__ import annotations

from typing import Final

from tests.acceptance.client_commands import actions, life, orchestration, software
from tests.acceptance.client_commands.row import Call, Other, Row

Scene = tuple[Row | Call | Other, ...]

TABLE: Final[dict[str, Scene]] = {
    "orchestration": orchestration.SERVICE + orchestration.TEMPLATES,
    "stacks": (
        *life.CREATION,
        *life.SHOWN,
        *life.LISTS,
        *life.RESOURCES,
        *life.EVENTS,
        *life.UPDATES,
        *actions.SNAPSHOTS,
        *actions.HOOKS,
        *actions.CANCEL,
        *actions.ACTIONS,
        *actions.FAILURES,
        *actions.MOVES,
        *actions.END,
    ),
    "files in containers": orchestration.CONTAINER,
    "software": software.CONFIGS + software.DEPLOYMENTS,
}
