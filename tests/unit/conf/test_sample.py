from __future__ import annotations

import io
import pathlib

from heat_mq.conf import sample

COMMITTED = pathlib.Path(__file__).parents[3] / "etc" / "heat_mq" / "heat_mq.conf.sample"


def test_the_committed_sample_is_up_to_date() -> None:
    text = io.StringIO()
    sample.write(text, sample.OWN)
    assert text.getvalue() == COMMITTED.read_text(), "run tools/sample"


def test_the_full_sample_has_the_libraries_options() -> None:
    text = io.StringIO()
    sample.write(text)
    assert "\n[keystone_authtoken]\n" in text.getvalue()
    assert "#transport_url = " in text.getvalue()
    assert "\n[trustee]\n" in text.getvalue()
