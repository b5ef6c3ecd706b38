from __future__ import annotations

import contextlib
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from heat_mq.errors import InvalidTemplate
from heat_mq.template import Limits
from heat_mq.template.source import load

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{', '.join(['*' + chr(97 + level)] * 10)}]\n" for level in range(12)
)

storable = st.characters(codec="utf-8", exclude_characters="\0")
texts = st.text(storable, max_size=8)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
trees = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
)


def data(text):
    return load(text)[0]


def problem(text, **more):
    with pytest.raises(InvalidTemplate) as caught:
        load(text, **more)
    return caught.value.problems[0]


def test_scalars_mean_what_yaml_1_1_says_and_dates_stay_text():
    text = "a: 2013-05-23\nb: yes\nc: 0x1F\nd: ~\ne: '5'\nf: 1.5\ng: !!str 5\nh: 12:30\ni: |\n  5\n"
    assert data(text) == {
        "a": "2013-05-23",
        "b": True,
        "c": 31,
        "d": None,
        "e": "5",
        "f": 1.5,
        "g": "5",
        "h": 750,
        "i": "5\n",
    }


def test_keys_are_text():
    assert data("1: a\nnull: b\n") == {"1": "a", "null": "b"}
    assert data({2: "a", None: "b", True: "c"}) == {"2": "a", "null": "b", "true": "c"}


def test_an_alias_is_what_it_stands_for_and_a_merge_gives_way_to_own_keys():
    text = "base: &base {a: 1, b: 2}\nsame: *base\nmerged: {<<: *base, b: 3}\nlist: {<<: [{a: 5}, *base]}\n"
    read = data(text)
    assert read["same"] == {"a": 1, "b": 2}
    assert read["merged"] == {"a": 1, "b": 3}
    assert read["list"] == {"a": 5, "b": 2}


def test_a_key_given_twice_is_warned_of_with_both_lines_and_the_last_counts():
    read, _, (warning,) = load("a: 1\nb: 2\na: 3\n")
    assert read == {"a": 3, "b": 2}
    assert (warning.line, warning.column, warning.severity) == (3, 1, "warning")
    assert "line 1" in warning.message


def test_json_is_read_as_json_also_with_tabs():
    assert data('{\n\t"a": {"b": "2013-05-23"}}') == {"a": {"b": "2013-05-23"}}
    _, source, _ = load('{\n\t"a": {"b": 1}}')
    assert source.locate(("a", "b")) == (2, 13)


@pytest.mark.parametrize("text", ['a: "x\\0"', '{"a": ["x\\u0000"]}', '"\\0": a', '{"\\u0000": 1}', '{"a": "\\ud800"}'])
def test_text_that_no_database_takes_is_refused(text):
    with pytest.raises(InvalidTemplate, match=r"NUL|surrogate"):
        load(text)


def test_text_about_a_nul_character_is_text():
    assert data('{"a": "\\\\u0000"}') == {"a": "\\u0000"}
    assert data("a: '\\0 \\u0000'") == {"a": "\\0 \\u0000"}


def test_json_on_one_line_has_no_positions_since_a_program_wrote_it():
    _, source, _ = load('{"a": {"b": 1}}')
    assert source.locate(("a", "b")) is None


def test_flow_style_yaml_may_start_with_a_brace_too():
    assert data("{a: 1}") == {"a": 1}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("resources", "key", "properties", "length"), (4, 26)),
        (("resources", "key", "properties"), (4, 5)),
        (("resources", "key", "nothing", "below"), (3, 3)),
        (("resources", "list", 1), (5, 13)),
        ((), (1, 1)),
    ],
)
def test_a_path_is_found_in_the_text(path, place):
    text = "heat_template_version: x\nresources:\n  key:\n    properties: {length: 5}\n  list: [a, b]\n"
    assert load(text)[1].locate(path) == place


def test_data_has_no_places():
    assert load({"a": 1})[1].locate(("a",)) is None


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("a: [1, 2", "YAML", 1),
        ("a:\n\tb: 1", "tab", 2),
        ("a: 1\n---\nb: 2\n", "one document", 2),
        ("a: !Ref b", "!Ref", 1),
        ("a: &x [*x]", "alias", 1),
        ("? [a]\n: b", "key", 1),
        ("a: \x07", "control character", 1),
        ("[1, 2]", "map", 1),
        ("just text", "map", 1),
        (b"a: \xff", "UTF-8", 1),
    ],
)
def test_text_that_cannot_be_used_is_refused_with_its_place(text, words, line):
    found = problem(text)
    assert words in found.message
    assert found.line == line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAUGHS, "expand"),
        ("a: " + "[" * 200, "100 levels"),
        ("a: " + "{b: " * 200, "100 levels"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "deep"),
        ("\n".join(f"{'  ' * level}k{level}:" for level in range(150)), "100 levels"),
    ],
)
def test_a_bomb_is_refused_with_little_work(text, words):
    assert words in problem(text).message


def test_deep_data_is_refused():
    deep = {}
    for _ in range(200):
        deep = {"a": deep}
    assert "deep" in problem(deep).message


def test_more_text_than_the_limit_is_not_read():
    assert "50" in problem("a: " + "x" * 100, limits=Limits(characters=50)).message


@given(st.dictionaries(texts, trees, max_size=5))
def test_json_is_read_as_it_was_written(tree):
    assert data(json.dumps(tree)) == tree


@given(st.dictionaries(st.text("abcxyz_-", min_size=1, max_size=8).filter(lambda key: key != "-"), trees, max_size=5))
def test_dumped_yaml_is_read_as_it_was_written(tree):
    def plain(item):
        if isinstance(item, dict):
            return {key: plain(value) for key, value in item.items() if key.isidentifier()}
        return [plain(value) for value in item] if isinstance(item, list) else item

    tree = plain(tree)
    text = yaml.dump(tree, Dumper=yaml.CSafeDumper)
    assert data(text) == {("null" if key is None else key): value for key, value in tree.items()}


@given(st.text())
def test_no_text_gives_anything_but_data_or_a_template_error(text):
    with contextlib.suppress(InvalidTemplate):
        assert isinstance(data(text), dict)


@given(st.text("{}[]:,-&*!?|>'\"\n\t #ab1~<%@`"))
def test_no_punctuation_gives_anything_but_data_or_a_template_error(text):
    with contextlib.suppress(InvalidTemplate):
        assert isinstance(data(text), dict)
