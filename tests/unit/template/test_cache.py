from __future__ import annotations

import pytest

from heat_mq.errors import InvalidTemplate
from heat_mq.template import cache as cache_module
from heat_mq.template.cache import TemplateCache

TEXT = "heat_template_version: 2015-04-30\nresources: {a: {type: T}}\n"


def test_the_same_content_is_parsed_once():
    cache = TemplateCache()
    assert cache.parse(TEXT) is cache.parse(TEXT)
    assert cache.parse({"heat_template_version": "2015-04-30"}) is cache.parse({"heat_template_version": "2015-04-30"})


def test_files_belong_to_the_request_and_not_to_the_cache():
    cache = TemplateCache()
    with_file = cache.parse(TEXT, files={"f": "x"})
    assert with_file.files == {"f": "x"}
    assert with_file.resources is cache.parse(TEXT).resources
    assert not cache.parse(TEXT).files


def test_what_was_used_least_recently_is_dropped():
    cache = TemplateCache(size=2)
    first = cache.parse(TEXT)
    cache.parse(TEXT + "# 2")
    assert cache.parse(TEXT) is first
    cache.parse(TEXT + "# 3")
    assert cache.parse(TEXT) is first


def test_a_wrong_template_is_wrong_each_time():
    cache = TemplateCache()
    for _ in range(2):
        with pytest.raises(InvalidTemplate):
            cache.parse("a: [")


def test_templates_are_dropped_when_they_hold_too_much_text():
    cache = TemplateCache(characters=3 * len(TEXT))
    first = cache.parse(TEXT)
    cache.parse(TEXT + "#" * len(TEXT))
    assert cache.parse(TEXT) is first
    cache.parse(TEXT + "#" * 2 * len(TEXT))
    assert cache.parse(TEXT) is not first
    assert cache.parse(TEXT + "#" * 9 * len(TEXT)) is cache.parse(TEXT + "#" * 9 * len(TEXT))


def test_a_text_is_read_no_more_when_it_is_asked_for_again(monkeypatch):
    def refuse(*args, **options):
        raise AssertionError("the text is read again")

    cache = TemplateCache()
    parsed = cache.parse(TEXT)
    # A text keeps its hash: looking it up costs the same however long it is.
    monkeypatch.setattr(cache_module, "digest", refuse)
    monkeypatch.setattr(cache_module, "parse", refuse)
    assert cache.parse(TEXT) is parsed
