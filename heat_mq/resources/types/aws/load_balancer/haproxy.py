"""What HAProxy is told: a frontend and a backend for each listener."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from heat_mq.errors import Problem

_TARGET: Final = re.compile(r"(?P<protocol>HTTP|TCP):(?P<port>\d{1,5})(?P<path>/\S*)?")
_HIGHEST_PORT: Final = 65535
_ALWAYS: Final = """\
# Written from the properties of the load balancer, anew with each change.
global
    daemon
    maxconn 4096
    user haproxy
    group haproxy

defaults
    balance roundrobin
    timeout connect 5s
    timeout client 1m
    timeout server 1m
"""


def configuration(
    listeners: Sequence[Mapping[str, Any]], health: Mapping[str, Any] | None, servers: Sequence[str]
) -> str:
    """The text of haproxy.cfg; ``servers`` are addresses, the other arguments as the properties have them."""
    return "\n".join([_ALWAYS, *(_section(listener, health, servers) for listener in listeners)])


def listener_problems(listeners: Any) -> Iterator[Problem]:
    """What HAProxy could not do of the property Listeners."""
    taken: dict[int, int] = {}
    for at, listener in enumerate(listeners if isinstance(listeners, list) else ()):
        if not isinstance(listener, Mapping):
            continue
        for name in ("LoadBalancerPort", "InstancePort"):
            if isinstance(listener.get(name), int):
                yield from _port_problems(listener[name], f"Listeners[{at}].{name}")
        port = listener.get("LoadBalancerPort")
        if isinstance(port, int) and taken.setdefault(port, at) != at:
            expected = "one listener for each port"
            yield Problem(
                f"Listeners[{taken[port]}] has port {port} already",
                path=f"Listeners[{at}].LoadBalancerPort",
                expected=expected,
            )


def health_problems(health: Any) -> Iterator[Problem]:
    """What HAProxy could not do of the property HealthCheck."""
    if not isinstance(health, Mapping):
        return
    for name in ("HealthyThreshold", "UnhealthyThreshold", "Interval", "Timeout"):
        if isinstance(health.get(name), int) and health[name] < 1:
            yield Problem(f"{health[name]} is less than 1", path=f"HealthCheck.{name}", expected="1 or more")
    interval, timeout = health.get("Interval"), health.get("Timeout")
    if isinstance(interval, int) and isinstance(timeout, int) and interval < timeout:
        expected = f"{interval} (the Interval) at most"
        yield Problem(f"Timeout {timeout} is longer than the Interval", path="HealthCheck.Timeout", expected=expected)
    target = health.get("Target")
    if isinstance(target, str):
        found = _TARGET.fullmatch(target)
        if found is None or (found["protocol"] == "TCP" and found["path"]):
            expected = "HTTP:PORT/PATH or TCP:PORT, for example HTTP:80/index.html"
            yield Problem(f"{target[:200]!r} is no target", path="HealthCheck.Target", expected=expected)
        else:
            yield from _port_problems(int(found["port"]), "HealthCheck.Target")


def _port_problems(port: int, path: str) -> Iterator[Problem]:
    if not 1 <= port <= _HIGHEST_PORT:
        yield Problem(f"{port} is no port", path=path, expected=f"1 to {_HIGHEST_PORT}")


def _section(listener: Mapping[str, Any], health: Mapping[str, Any] | None, servers: Sequence[str]) -> str:
    port, mode = listener["LoadBalancerPort"], listener["Protocol"].lower()
    lines = [f"frontend port-{port}", f"    bind *:{port}", f"    mode {mode}", f"    default_backend port-{port}", ""]
    lines += [f"backend port-{port}", f"    mode {mode}"]
    if mode == "http":
        lines.append("    option forwardfor")
    checked = ""
    if health is not None:
        found = _TARGET.fullmatch(health["Target"])
        assert found is not None, "it was validated"
        if found["protocol"] == "HTTP":
            lines.append(f"    option httpchk GET {found['path'] or '/'}")
        lines.append(f"    timeout check {health['Timeout']}s")
        checked = (
            f" check port {found['port']} inter {health['Interval']}s"
            f" rise {health['HealthyThreshold']} fall {health['UnhealthyThreshold']}"
        )
    for at, address in enumerate(servers, 1):
        shown = f"[{address}]" if ":" in address else address
        lines.append(f"    server server-{at} {shown}:{listener['InstancePort']}{checked}")
    return "\n".join([*lines, ""])
