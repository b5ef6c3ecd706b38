"""What a template costs before anything is made: parse, validate against the types, graph.

::

    python -m benchmarks.template_parse [--json] [COUNT …]
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable
from typing import Any

from heat_mq.cmd.collector import calm_collector
from heat_mq.graph import Dag
from heat_mq.planner.check import Bounds, Check
from heat_mq.planner.definition import StackDefinition
from heat_mq.resources.kit.registry import load
from heat_mq.template import Environment, parse
from heat_mq.template.values import PseudoParameters

COUNTS = (100, 1000, 10_000)
STEPS = ("parse", "validate", "graph")


def text_of(count: int) -> str:
    """A template of ``count`` resources, 1 kB each: networks, a subnet and servers on each, references between all."""
    head = [
        "heat_template_version: 2018-08-31",
        "parameters:",
        "  image: {type: string, default: cirros}",
        "resources:",
    ]
    return "\n".join([*head, *(line for number in range(count) for line in _resource(number))]) + "\n"


def _resource(number: int) -> list[str]:
    network = f"r{number - number % 10}"
    if number % 10 == 0:
        return [f"  r{number}:", "    type: OS::Neutron::Net", f"    properties: {{name: net-{number}, tags: [a, b]}}"]
    if number % 10 == 1:
        properties = f"{{network: {{get_resource: {network}}}, cidr: 10.0.{number % 250}.0/24}}"
        return [f"  r{number}:", "    type: OS::Neutron::Subnet", f"    properties: {properties}"]
    return [
        f"  r{number}:",
        "    type: OS::Nova::Server",
        "    properties:",
        f"      name: server-{number}",
        "      image: {get_param: image}",
        "      flavor: m1.small",
        "      networks:",
        f"        - network: {{get_resource: {network}}}",
        "      metadata:",
        *(f"        key{key}: value {key} of server {number}" for key in range(4)),
        "      user_data_format: RAW",
        "      user_data:",
        "        str_replace:",
        "          template: |",
        *("            echo a line of a script that somebody wrote for this server" for _ in range(9)),
        "            echo $before",
        f"          params: {{$before: {{get_attr: [r{number - 1}, name]}}}}",
    ]


def measure(count: int) -> dict[str, Any]:
    """Seconds for each step, the best of three runs."""
    text = text_of(count)
    runs = [_run(text) for _ in range(3)]
    steps = {step: min(run[step] for run in runs) for step in STEPS}
    total = sum(steps.values())
    return {"resources": count, "bytes": len(text), **steps, "total": total, "us_per_resource": total / count * 1e6}


def _run(text: str) -> dict[str, float]:
    gc.collect()
    took: dict[str, float] = {}

    def timed(step: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        done = work()
        took[step] = time.perf_counter() - start
        return done

    def validate() -> StackDefinition:
        wanted = StackDefinition(template, Environment(), {}, PseudoParameters(stack_name="stack"))
        Check(Bounds(resources=-1)).check(wanted)
        return wanted

    template = timed("parse", lambda: parse(text))
    wanted = timed("validate", validate)
    timed("graph", lambda: list(Dag(wanted.dependencies)))
    return took


def main() -> None:
    """Print a line for each count, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS, metavar="COUNT", help="numbers of resources")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    # As in an engine: types are read once in a process.
    load()
    calm_collector()
    results = [measure(count) for count in arguments.counts]
    if arguments.json:
        print(json.dumps(results, indent=2))
        return
    print("resources      kB   parse s  validate s   graph s   total s  µs/resource")
    for result in results:
        size, each = result["bytes"] / 1000, result["us_per_resource"]
        steps = f"{result['parse']:>9.3f} {result['validate']:>11.3f} {result['graph']:>9.3f} {result['total']:>9.3f}"
        print(f"{result['resources']:>9} {size:>7.0f} {steps} {each:>12.0f}")


if __name__ == "__main__":
    main()
