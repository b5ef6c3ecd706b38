"""Bounds that a slow machine still meets many times over; the benchmarks print what is true."""

from __future__ import annotations

import time

from heat_mq.template import bind, parse


def text_of(count):
    lines = ["heat_template_version: 2016-10-14", "parameters:", "  p: {type: string, default: x}", "resources:"]
    for number in range(count):
        lines += [
            f"  server{number}:",
            "    type: OS::Nova::Server",
            "    properties:",
            "      image: {get_param: p}",
            "      networks:",
            *(f"        - {{network: net-{place}, fixed_ip: 10.0.{number % 256}.{place}}}" for place in range(3)),
            "      user_data:",
            "        str_replace:",
            "          template: |",
            *("            #!/bin/sh and a line of a script that somebody wrote" for _ in range(10)),
            "          params:",
            f"            $x: {{get_attr: [server{max(number - 1, 0)}, addresses, net, 0]}}"
            if number
            else "            $x: 1",
        ]
    return "\n".join(lines)


def seconds(text):
    start = time.perf_counter()
    bind(parse(text)).dependencies()
    return time.perf_counter() - start


def test_a_megabyte_with_a_thousand_resources_takes_less_than_a_second():
    text = text_of(1000)
    assert len(text) > 900_000
    assert min(seconds(text) for _ in range(2)) < 1


def test_the_cost_of_a_resource_does_not_grow_with_their_number():
    few, many = (min(seconds(text_of(count)) for _ in range(2)) / count for count in (200, 2000))
    assert many < few * 4


def test_a_worker_that_needs_one_definition_pays_for_one():
    template = parse(text_of(2000))
    start = time.perf_counter()
    bind(template, check=False).resources["server1999"]
    assert time.perf_counter() - start < 0.1
