"""Laws of values that are not known yet and of values that must not be shown."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from heat_mq.errors import InvalidTemplate
from heat_mq.template import UNKNOWN, Secret, bind, evaluate, is_known, is_secret, mask, parse, reveal

texts = st.text("abc,$", max_size=6)
words = texts | st.just({"get_attr": ["r", "x"]}) | st.just({"get_param": "hidden"})
lists = st.lists(words, max_size=3)


def functions(inner):
    return st.one_of(
        st.tuples(texts, st.lists(inner, max_size=3)).map(lambda args: {"list_join": list(args)}),
        st.tuples(texts, inner, inner).map(
            lambda args: {"str_replace": {"template": args[1], "params": {"$": args[2], "b": args[0]}}}
        ),
        inner.map(lambda item: {"str_split": [",", item, 0]}),
        st.lists(lists | st.none(), max_size=3).map(lambda args: {"list_join": ["-", {"list_concat": args}]}),
        st.lists(inner, max_size=2).map(lambda args: {"list_join": ["", {"filter": [["a"], args]}]}),
        inner.map(lambda item: {"str_replace": {"template": "$", "params": {"map_merge": [{"$": item}, {"a": item}]}}}),
        inner.map(lambda item: {"digest": ["md5", item]}),
        inner.map(lambda item: {"if": [True, item, "never"]}),
    )


trees = st.recursive(words, functions, max_leaves=8)


class Cloud:
    def __init__(self, value):
        self.value = value

    def reference(self, name):
        return self.value

    def attribute(self, name, attribute, path):
        return self.value


def bound(tree, hidden="s3cret"):
    template = {
        "heat_template_version": "2021-04-16",
        "parameters": {"hidden": {"type": "string", "hidden": True}},
        "resources": {"r": {"type": "T"}, "x": {"type": "T", "properties": {"p": tree}}},
    }
    return bind(parse(template), parameters={"hidden": hidden}).resources["x"].properties


def refines(unknown, known):
    """Every known part of the first stands in the second."""
    if unknown is UNKNOWN:
        return True
    if isinstance(unknown, dict) and isinstance(known, dict):
        return unknown.keys() == known.keys() and all(refines(unknown[key], known[key]) for key in known)
    if isinstance(unknown, list) and isinstance(known, list):
        return len(unknown) == len(known) and all(map(refines, unknown, known))
    return unknown == known


@given(trees, texts)
def test_what_is_known_early_is_still_so_when_all_is_known(tree, value):
    properties = bound(tree)
    early = reveal(evaluate(properties, Cloud(UNKNOWN)))
    late = reveal(evaluate(properties, Cloud(value)))
    assert is_known(late)
    assert refines(early, late)


@given(trees, texts)
def test_evaluating_twice_gives_the_same(tree, value):
    properties = bound(tree)
    assert evaluate(properties, Cloud(value)) == evaluate(properties, Cloud(value))


@given(trees, texts)
def test_what_is_shown_does_not_depend_on_a_secret(tree, value):
    def shown(secret):
        return mask(evaluate(bound(tree, secret), Cloud(value)))

    assert shown("s3cret") == shown("another")


@given(trees)
def test_a_secret_attribute_makes_what_uses_it_secret(tree):
    properties = bound(tree)
    result = evaluate(properties, Cloud(Secret("s3cret")))
    assert "s3cret" not in json.dumps(mask(result))
    assert is_secret(result) or reveal(result) == evaluate(properties, Cloud("other"))


@given(trees, texts)
def test_marks_come_off_and_leave_the_value(tree, value):
    hidden = evaluate(bound(tree), Cloud(Secret(value)))
    plain = evaluate(bound(tree), Cloud(value))
    assert reveal(hidden) == reveal(plain)


def test_a_secret_shows_itself_nowhere():
    secret = Secret("s3cret")
    assert "s3cret" not in f"{secret} {secret!r} {[secret]}"
    assert mask({"a": [secret, UNKNOWN, 1]}, unknown="later") == {"a": ["******", "later", 1]}


def test_a_function_that_refuses_a_secret_does_not_tell_it():
    properties = bound({"str_split": [",", {"get_param": "hidden"}, {"get_attr": ["r", "x"]}]})
    try:
        evaluate(properties, Cloud(7))
    except InvalidTemplate as error:
        told = str(error)
    assert "s3cret" not in told
    assert "hidden value" in told


def test_a_list_that_is_put_together_keeps_its_known_items():
    tree = {"list_concat": [["a", {"get_attr": ["r", "x"]}], ["b"]]}
    assert evaluate(bound(tree), Cloud(UNKNOWN))["p"] == ["a", UNKNOWN, "b"]
