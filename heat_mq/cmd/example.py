"""The example stack of the quick start, created through the API like any other."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from keystoneauth1.adapter import Adapter
from keystoneauth1.exceptions import ClientException, NotFound
from keystoneauth1.identity import v3
from keystoneauth1.session import Session
from rich.console import Console
from rich.live import Live
from rich.table import Table

NAME = "example"
POLL_SECONDS = 0.25
STYLES = {"COMPLETE": "green", "FAILED": "bold red", "IN_PROGRESS": "yellow"}


def create(credentials: Mapping[str, Any], stopped: threading.Event) -> bool:
    """Create the example, or find it, and show how it comes along; whether it reached CREATE_COMPLETE."""
    api = Adapter(
        Session(auth=v3.Password(**credentials)), service_type="orchestration", interface="public", region_name=None
    )
    console = Console()
    try:
        if _find(api) is None:
            template = resources.files("heat_mq.cmd").joinpath("example.yaml").read_text()
            api.post("/stacks", json={"stack_name": NAME, "template": template, "timeout_mins": 10})
            console.print(
                f"Creating the stack [bold]{NAME}[/bold]:" if console.is_terminal else f"Creating the stack {NAME}:"
            )
        else:
            console.print(f"The stack {NAME} is there from an earlier start.")
        stack = _follow(api, console, stopped)
    except ClientException as error:
        console.print(f"The stack {NAME} could not be created: {error}", markup=False, highlight=False)
        return False
    _show(console, stack)
    return bool(stack["stack_status"] == "CREATE_COMPLETE")


def say_what_next(openrc: Path, stack: str | None) -> None:
    """Commands to try; ``stack`` names one that is there."""
    tries = (
        ["stack list", "stack create -t TEMPLATE --wait NAME"]
        if stack is None
        else [
            "stack list",
            f"stack show {stack}",
            f"stack resource list {stack}",
            f"stack event list {stack}",
            f"stack output show --all {stack}",
            f"stack update --existing --parameter volume_size=2 --wait {stack}",
            f"stack delete --yes --wait {stack}",
        ]
    )
    commands = "\n".join(f"  openstack {each}" for each in tries)
    print(
        f"\nIn another terminal:\n  . {openrc}\n{commands}\n"
        "Ctrl-C stops; a start with the same state directory finds everything again.",
        flush=True,
    )


def _find(api: Adapter) -> dict[str, Any] | None:
    try:
        return dict(api.get(f"/stacks/{NAME}").json()["stack"])
    except NotFound:
        return None


def _follow(api: Adapter, console: Console, stopped: threading.Event) -> dict[str, Any]:
    """Show progress until the stack is no longer in progress."""
    stack = _find(api) or {}
    if console.is_terminal:
        with Live(console=console, refresh_per_second=8) as live:
            while not stopped.is_set():
                live.update(_table(api))
                if not stack["stack_status"].endswith("IN_PROGRESS"):
                    break
                time.sleep(POLL_SECONDS)
                stack = _find(api) or stack
        return stack
    seen: set[str] = set()
    while True:
        for event in reversed(_events(api)):
            if event["id"] not in seen:
                seen.add(event["id"])
                print(f"{event['event_time']}  {event['resource_name']:<18} {event['resource_status']}", flush=True)
        if not stack["stack_status"].endswith("IN_PROGRESS") or stopped.is_set():
            return stack
        time.sleep(POLL_SECONDS)
        stack = _find(api) or stack


def _events(api: Adapter) -> list[dict[str, Any]]:
    return list(api.get(f"/stacks/{NAME}/events").json()["events"])


def _table(api: Adapter) -> Table:
    table = Table("Resource", "Type", "Status", box=None)
    for resource in api.get(f"/stacks/{NAME}/resources").json()["resources"]:
        status = resource["resource_status"]
        style = next(
            (style for end, style in STYLES.items() if status.endswith(end) and not status.startswith("INIT")), "dim"
        )
        table.add_row(resource["resource_name"], resource["resource_type"], f"[{style}]{status}[/{style}]")
    return table


def _show(console: Console, stack: dict[str, Any]) -> None:
    console.print(f"\n{stack['stack_name']}: {stack['stack_status']}: {stack['stack_status_reason']}", highlight=False)
    for output in stack.get("outputs", []):
        value = output.get("output_value")
        if value is None:
            value = output.get("output_error", "none yet")
        print(f"  {output['output_key']}: {value}", file=sys.stdout)
