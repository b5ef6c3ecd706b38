"""What came out of a run, against what Heat itself reaches."""

from __future__ import annotations

import collections
import io
import pathlib
import re
import subprocess

import subunit
import testtools

#: Tests of each suite (heat-tempest-plugin 3.0.0).
TESTS = {"api": 47, "functional": 82}
#: Tests that fail on Heat too where it is not the engine's to say, and why.
NOT_OURS = {
    "OSWaitCondition": "no signal comes from a cloud whose servers do not boot",
    "ZaqarSignalTransportTest": "python-zaqarclient refuses messages that were popped from Zaqar's Swift store",
    "ZaqarWaitConditionTest": "python-zaqarclient refuses messages that were popped from Zaqar's Swift store",
}

Results = dict[str, tuple[str, str]]


def results(workspace: pathlib.Path) -> Results:
    """Test to status (success, fail, skip) and reason, of the last run."""
    stream = subprocess.run(["stestr", "last", "--subunit"], cwd=workspace, capture_output=True, check=False).stdout
    found: Results = {}

    def take(test: dict[str, object]) -> None:
        details = {name: content.as_text() for name, content in test["details"].items()}  # type: ignore[attr-defined]
        told = details.get("reason") or "".join(text for name, text in details.items() if name.startswith("traceback"))
        found[str(test["id"])] = (str(test["status"]), told.strip().rpartition("\n")[2])

    collector = testtools.StreamToDict(take)
    collector.startTestRun()
    subunit.ByteStreamToStreamResult(io.BytesIO(stream), non_subunit_name="stdout").run(collector)
    collector.stopTestRun()
    return found


def tell(suite: str, found: Results, *, whole: bool) -> bool:
    """Print the figures, and each test that did not pass; whether all have passed that pass on Heat."""
    tests = {name: result for name, result in found.items() if name.startswith("heat_tempest_plugin")}
    counts = collections.Counter(status for status, _ in tests.values())
    good = bool(tests) and (not whole or len(tests) >= TESTS[suite])
    print(
        f"{suite}: {len(tests)} tests, {', '.join(f'{number} {status}' for status, number in sorted(counts.items()))}"
    )
    for name, (status, told) in sorted(tests.items()):
        if status == "success":
            continue
        excuse = next((why for part, why in NOT_OURS.items() if re.search(rf"\b{part}\b", name)), "")
        good = good and bool(excuse)
        print(f"  {status} {name}: {f'not heat_mq: {excuse}' if excuse else told}")
    if whole and len(tests) < TESTS[suite]:
        print(f"  {TESTS[suite] - len(tests)} tests did not run")
    return good
