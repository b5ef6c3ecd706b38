from __future__ import annotations

from typing import Any

import pytest

from heat_mq.errors import InvalidTemplate
from heat_mq.template import bind, evaluate, parse

TEMPLATE = """
heat_template_version: {version}
resources:
  a: {{type: T}}
  b: {{type: T, properties: {{joined: {{list_join: ['-', [{item}, x]]}}}}}}
"""


class Known:
    def __init__(self, value: Any) -> None:
        self.value = value

    def reference(self, name: str) -> Any:
        return self.value

    def attribute(self, name: str, attribute: str | None, path: list[Any]) -> Any:
        return self.value


@pytest.mark.parametrize("version", ["2013-05-23", "2016-10-14"])
@pytest.mark.parametrize(("value", "text"), [(1, "1-x"), (1.5, "1.5-x"), ("1", "1-x")])
def test_a_number_that_a_resource_gives_is_joined_as_text(version: str, value: Any, text: str):
    bound = bind(parse(TEMPLATE.format(version=version, item="{get_attr: [a, n]}")))
    assert evaluate(bound.resources["b"].properties, Known(value)) == {"joined": text}


def test_a_number_that_the_template_writes_is_refused_as_in_heat():
    with pytest.raises(InvalidTemplate, match="joins strings"):
        bind(parse(TEMPLATE.format(version="2016-10-14", item="1")))


def test_a_boolean_is_never_joined():
    bound = bind(parse(TEMPLATE.format(version="2016-10-14", item="{get_attr: [a, n]}")))
    with pytest.raises(InvalidTemplate, match="joins strings"):
        evaluate(bound.resources["b"].properties, Known(True))
