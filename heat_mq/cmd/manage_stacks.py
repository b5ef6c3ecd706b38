"""``heat-mq-manage`` about stacks: what is stored of them is judged, removed, reset or shown."""

from __future__ import annotations

import argparse
import datetime
import sys
from typing import Final

from oslo_config import cfg

from heat_mq import conf as configuration
from heat_mq.clock import Clock
from heat_mq.crypt import Box
from heat_mq.db.repo import purge, resources, stacks
from heat_mq.db.session import Database
from heat_mq.state.sealed import open_data
from heat_mq.traversal.audit import audit
from heat_mq.traversal.reset import reset, subtree

GRANULARITY: Final = ("days", "hours", "minutes", "seconds")
#: Texts, and traversals about what is gone, that are looked at in one transaction.
PAGE: Final = 500
WARNING: Final = """\
This ends by force what runs of the stack, and of what is nested in it, even where an engine is at work on it: what that
engine is just making in the cloud may be left behind. It is meant for a stack that an error of the engine has left in
progress; cancel the action, or delete the stack, where that is possible.
Continue? [y/N] """


def integrity(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    """Print what is not legal, a line each; 1 when there is anything."""
    found = 0
    for violation in audit(database, arguments.batch):
        print(violation)
        found += 1
    print(f"{found} violations." if found else "The stored state is legal.")
    return 1 if found else 0


def purge_deleted(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    try:
        age = datetime.timedelta(**{arguments.granularity: arguments.age})
        before = (Clock().now() - age).replace(tzinfo=None)
    except OverflowError:
        print("0 stacks and 0 texts are removed: nothing is as old as that.")
        return 0
    removed, after = 0, ""
    while found := database.read(purge.deleted_stacks, before, after, arguments.batch_size, arguments.project_id):
        removed += database.write(purge.purge_stacks, found)
        after = found[-1]
    after = ""
    while found := database.read(purge.left_traversals, before, after, PAGE):
        database.write(purge.purge_traversals, found)
        after = found[-1]
    texts, after = 0, ""
    while page := database.read(purge.page_of_blobs, after, PAGE):
        # Asked twice: few pages have anything to remove, and only then are rows locked.
        if dropped := database.read(purge.unnamed, page):
            texts += database.write(purge.purge_blobs, sorted(dropped))
        after = page[-1]
    print(f"{removed} stacks and {texts} texts are removed.")
    return 0


def reset_stack_status(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    found = database.read(subtree, arguments.stack_id)
    if not found:
        return _no_stack(arguments.stack_id)
    if not arguments.yes and input(WARNING).strip().lower() not in ("y", "yes"):
        print("Nothing is changed.")
        return 1
    now = Clock().now().replace(tzinfo=None)
    # The innermost first, each in a transaction of its own: the next one then finds it ended.
    done = [row for row in found if database.write(reset, row.id, now)]
    for row in done:
        print(f"{row.id} {row.name}: {row.action} FAILED")
    if not done:
        print(f"{arguments.stack_id}: nothing is in progress.")
    return 0


def resource_data_list(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    row = database.read(resources.find_resource, arguments.resource_id)
    if row is None:
        print(f"There is no resource {arguments.resource_id}.", file=sys.stderr)
        return 1
    for key, value in sorted(open_data(Box(configuration.encryption_keys(conf)), row).items()):
        print(f"{key} = {value}")
    return 0


def migrate_convergence(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    """Every stack is run by all engines together; there is nothing to migrate from."""
    row = database.read(stacks.get_stack, arguments.stack_id)
    if row is None or not row.is_live:
        return _no_stack(arguments.stack_id)
    print(f"{row.id} {row.name}: it is run by all engines together already, as every stack is.")
    return 0


def migrate_properties_data(database: Database, conf: cfg.ConfigOpts, arguments: argparse.Namespace) -> int:
    """Heat has stored properties in two ways; here there is one."""
    print("Properties of resources are stored in one way only: there is nothing to migrate.")
    return 0


def _no_stack(stack_id: str) -> int:
    print(f"There is no stack {stack_id}.", file=sys.stderr)
    return 1
