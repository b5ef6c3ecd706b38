"""How the cost of a template grows with its resources; what it is in seconds ``benchmarks.template_parse`` prints."""

from __future__ import annotations

from heat_mq.template import bind, parse
from tests.counting import lines


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


def cost(count):
    text = text_of(count)
    return lines(lambda: bind(parse(text)).dependencies()) / count


def test_the_cost_of_a_resource_does_not_grow_with_their_number():
    cost(2)  # What is imported and compiled at the first use is paid once.
    assert cost(800) < cost(100) * 1.1


def test_a_worker_that_needs_one_definition_pays_for_one():
    template = parse(text_of(800))
    one = lines(lambda: bind(template, check=False).resources["server799"])
    all_of_them = lines(lambda: bind(template).dependencies())
    assert one < all_of_them / 50
