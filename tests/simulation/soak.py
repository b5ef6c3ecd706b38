"""``python -m tests.simulation.soak --seeds 10000``: many scenarios, one for each seed.

A seed that breaks a rule is printed with what it broke and a test that plays it; the whole story goes to a file.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import logging
import multiprocessing
import os
import pathlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator

from tests.simulation.play import play
from tests.simulation.scenario import Scenario, draw

#: Memory, where there is such a directory: nothing that a world writes has to last.
SHM = pathlib.Path("/dev/shm")
CHUNK = 20
SEEDS_OF_A_PROCESS = 400


def scenario(seed: int) -> Scenario:
    """The scenario of a seed."""
    return draw(random.Random(seed))


def broken(seed: int) -> str | None:
    """What playing the seed's scenario breaks, with the story; None when all is well."""
    with tempfile.TemporaryDirectory(dir=SHM if SHM.is_dir() else None) as directory:
        try:
            play(pathlib.Path(directory), scenario(seed))
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return None


def _chunk(seeds: list[int]) -> list[tuple[int, str | None]]:
    logging.disable()
    return [(seed, broken(seed)) for seed in seeds]


def soak(seeds: range, jobs: int) -> Iterator[tuple[int, str | None]]:
    """Each seed with what :func:`broken` says of it, as they come."""
    # What libraries remember of worlds that are gone adds up to gigabytes over thousands of seeds. New pools, since one
    # that renews its processes by itself (max_tasks_per_child) can stand still: github.com/python/cpython/issues/115634
    part = SEEDS_OF_A_PROCESS * jobs
    for first in range(0, len(seeds), part):
        mine = seeds[first : first + part]
        chunks = [list(mine[at : at + CHUNK]) for at in range(0, len(mine), CHUNK)]
        with concurrent.futures.ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
            for done in concurrent.futures.as_completed([pool.submit(_chunk, chunk) for chunk in chunks]):
                yield from done.result()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.soak", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10000, help="how many (default: 10000)")
    parser.add_argument("--first", type=int, default=0, help="the first of them (default: 0)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one per processor)")
    parser.add_argument("--stories", type=pathlib.Path, default=pathlib.Path("soak"), help="directory for stories")
    options = parser.parse_args()
    begun, count, failed = time.monotonic(), 0, []
    for seed, story in soak(range(options.first, options.first + options.seeds), options.jobs):
        count += 1
        if story is not None:
            failed.append(seed)
            options.stories.mkdir(parents=True, exist_ok=True)
            path = options.stories / f"seed-{seed}.txt"
            path.write_text(f"{story}\n\n{scenario(seed).as_test()}")
            print(
                f"seed {seed}: {story.splitlines()[0]}\n(the story: {path})\n\n{scenario(seed).as_test()}", flush=True
            )
        if count % 500 == 0:
            print(f"{count} seeds, {len(failed)} failed, {count / (time.monotonic() - begun):.1f}/s", flush=True)
    print(f"{count} seeds in {time.monotonic() - begun:.0f} s, failed: {sorted(failed) or 'none'}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
