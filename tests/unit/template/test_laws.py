"""What holds of functions and templates whatever is in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from heat_mq.template import UNKNOWN, bind, evaluate, parse

texts = st.text(max_size=6)


def value_of(expression):
    template = {"heat_template_version": "2018-08-31", "outputs": {"o": {"value": expression}}}
    return evaluate(bind(parse(template)).outputs["o"].value, None)


@given(st.text(min_size=1, max_size=3), st.lists(texts, min_size=1, max_size=5))
def test_split_undoes_join(delimiter, parts):
    parts = [part.replace(delimiter, "") for part in parts]
    # A delimiter that can overlap with its neighbours is found earlier than it was put.
    joined = delimiter.join(parts)
    if joined.split(delimiter) == parts:
        assert value_of({"str_split": [delimiter, {"list_join": [delimiter, parts]}]}) == parts
    assert value_of({"list_join": [delimiter, {"str_split": [delimiter, joined]}]}) == joined


@given(st.lists(st.dictionaries(texts, st.integers(), max_size=3), min_size=1, max_size=4))
def test_the_last_map_wins_in_a_merge(maps):
    merged = {}
    for one in maps:
        merged |= one
    assert value_of({"map_merge": maps}) == merged


@given(st.lists(st.lists(texts, max_size=3), min_size=1, max_size=4))
def test_lists_are_put_together_in_order_and_once_each(lists):
    assert value_of({"list_concat": lists}) == [item for one in lists for item in one]
    assert value_of({"list_concat_unique": lists}) == list(dict.fromkeys(item for one in lists for item in one))


class Cloud:
    """Attributes are what the resource is called; those in ``missing`` are not there yet."""

    def __init__(self, missing=()):
        self.missing = set(missing)

    def reference(self, name):
        return UNKNOWN if name in self.missing else f"id-{name}"

    def attribute(self, name, attribute, path):
        return UNKNOWN if name in self.missing else {"name": name, "path": path}


NAMES = ["a", "b", "c", "d"]


@st.composite
def stacks(draw):
    """Templates in which later resources use earlier ones."""
    resources = {}
    for place, name in enumerate(NAMES):
        uses = draw(st.lists(st.sampled_from(NAMES[:place]), max_size=3)) if place else []
        given = [draw(st.sampled_from([{"get_resource": one}, {"get_attr": [one, "x", 0]}])) for one in uses]
        resources[name] = {"type": "T", "properties": {"p": {"list_concat": [given, ["x"]]}}}
    return {"heat_template_version": "2018-08-31", "resources": resources}


@given(stacks(), st.permutations(NAMES))
def test_the_order_of_evaluation_does_not_matter(template, order):
    def evaluated(names):
        bound = bind(parse(template), check=False)
        return {name: evaluate(bound.resources[name].properties, Cloud()) for name in names}

    assert evaluated(order) == evaluated(NAMES)


@given(stacks(), st.sets(st.sampled_from(NAMES)))
def test_what_was_unknown_is_filled_in_later(template, missing):
    bound = bind(parse(template))
    for name in NAMES:
        early = evaluate(bound.resources[name].properties, Cloud(missing))
        late = evaluate(bound.resources[name].properties, Cloud())
        assert early == late or UNKNOWN in (early["p"], *(early["p"] if isinstance(early["p"], list) else ()))
