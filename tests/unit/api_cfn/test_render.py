"""Documents of the query API."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from heat_mq.api_cfn.render import to_xml


def test_a_document_is_utf8_and_says_nothing_of_it() -> None:
    """Agents read the answer as text, and give that to a parser which refuses text that names an encoding."""
    content = to_xml("Answer", {"Result": {"Name": "hé <you>", "Items": [1, True, None]}})
    assert content.startswith(b"<Answer>")
    found = ET.fromstring(content.decode())
    assert found.findtext("Result/Name") == "hé <you>"
    assert [item.text for item in found.findall("Result/Items/member")] == ["1", "true", None]
