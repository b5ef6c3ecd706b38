"""What was written to hurt costs bounded time and memory: each case has a process of its own that may not have more."""

from __future__ import annotations

import subprocess
import sys

import pytest

MEMORY = 1 << 30
SECONDS = 60

PROGRAM = """
import resource, sys
from heat_mq.errors import InvalidTemplate
from heat_mq.template import Environment, bind, parse
HEAD = "heat_template_version: 2018-08-31\\n"
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
read = {read}
text = {text}
try:
    read(text)
except InvalidTemplate as error:
    assert {words!r} in str(error), str(error)[:500]
else:
    raise AssertionError("accepted")
"""

LAUGHS = "'\\n'.join([HEAD + 'a0: &a0 [ha]', *(f'a{n}: &a{n} [' + f'*a{n - 1}, ' * 9 + ']' for n in range(1, 20))])"
SQUARE = "HEAD + 'a: &a [' + '1, ' * 50_000 + ']\\nb: [' + '*a, ' * 50_000 + ']'"
REPEAT = """{
    "heat_template_version": "2018-08-31",
    "outputs": {"o": {"value": {"repeat": {
        "for_each": {f"<{n}>": list(range(100)) for n in range(6)}, "template": "<0><1><2><3><4><5>"
    }}}}}"""
DOUBLED = """{
    "heat_template_version": "2018-08-31",
    "resources": {"r": {"type": "T", "properties": {"p": doubled(28)}}}}"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("HEAD + '# ' + 'x' * 50 * 2**20", "at most"),
        ("HEAD + 'a: [' + '0,' * 7_000_000 + ']'", "more than 2000000 values"),
        ("HEAD + 'a: ' + '[' * 101 + ']' * 101", "100 levels"),
        ("HEAD + 'a: ' + '[' * 5_000_000", "100 levels"),
        ("'{\"a\":' * 100_000 + '1' + '}' * 100_000", "deep"),
        (LAUGHS, "expand"),
        (SQUARE, "expand"),
    ],
    ids=["50 MB", "scalars", "100 deep", "5 million deep", "deep JSON", "laughs", "square"],
)
def test_a_text_that_is_too_much_is_refused(text, words):
    run(text, words, "parse")


def test_so_is_an_environment():
    run(LAUGHS, "expand", "Environment.parse")


@pytest.mark.parametrize(
    ("text", "words"), [(REPEAT, "repeat"), (DOUBLED, "str_replace")], ids=["repeat", "doubled text"]
)
def test_a_function_that_would_give_too_much_is_refused(text, words):
    doubled = """
def doubled(depth):
    inner = "x" if not depth else doubled(depth - 1)
    return {"str_replace": {"template": "$x$x", "params": {"$x": inner}}}
def evaluate_all(text):
    from heat_mq.template import evaluate
    bound = bind(parse(text))
    for output in bound.outputs.values():
        evaluate(output.value, None)
"""
    run(text, words, "evaluate_all", doubled)


def run(text, words, read, more=""):
    program = more + PROGRAM.format(memory=MEMORY, seconds=SECONDS, read=read, text=text, words=words)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
