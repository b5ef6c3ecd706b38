from __future__ import annotations

import pathlib
import re

REPOSITORY = pathlib.Path(__file__).parents[2]


def test_the_standard_http_server_is_imported_by_name():
    """Importing eventlet leaves its own copy as the attribute ``http.server``: a native thread that uses it hangs."""
    files = [*REPOSITORY.glob("heat_mq/**/*.py"), *REPOSITORY.glob("tests/**/*.py")]
    by_attribute = [str(path) for path in files if re.search(r"^import http\.server", path.read_text(), re.MULTILINE)]
    assert by_attribute == []
