"""Each type says what it is, for ``GET /resource_types?with_description=true``."""

from __future__ import annotations

import pytest

from heat_mq.resources.kit.describe import summary_of
from heat_mq.resources.kit.registry import get, load


@pytest.mark.parametrize("name", load())
def test_every_type_says_what_it_is(name: str):
    summary = summary_of(get(name))
    assert summary
    assert summary[0].isupper() or summary[0] == "`"
    assert name not in summary


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("OS::Nova::Server", "A virtual machine run by Nova."),
        ("OS::Heat::ResourceChain", 'Members are named "0", "1"'),
    ],
)
def test_words_are_those_of_the_package_and_of_the_class(name: str, words: str):
    assert words in summary_of(get(name))
