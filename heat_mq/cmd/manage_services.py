"""``heat-mq-manage service``: the engine workers that the database knows."""

from __future__ import annotations

import argparse

from oslo_config import cfg

from heat_mq.db.repo import engines
from heat_mq.db.session import Database
from heat_mq.traversal.sweep import give_back


def list_services(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    rows = [("Engine", "Host", "Status", "Last sign of life")]
    for row, alive in database.read(engines.list_engines):
        seen = (row.updated_at or row.created_at).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows.append((row.id, row.host, "up" if alive else "down", seen))
    widths = [max(len(texts[column]) for texts in rows) for column in range(4)]
    for texts in rows:
        print("  ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)).rstrip())
    return 0


def clean(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    """What every engine's sweep does, for when none is left to do it."""
    dead, freed = database.write(give_back)
    print(f"{dead} engines that are down are forgotten, {freed} steps that they had in hand wait for others.")
    return 0
