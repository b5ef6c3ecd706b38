"""``tools/tempest``: Heat's public tests on the orchestration service of a cloud. See docs/testing.rst."""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tests.upstream import judge, settings
from tests.upstream.login import Login, lent_login

SUITES = {"api": r"heat_tempest_plugin\.tests\.api\.", "functional": r"heat_tempest_plugin\.tests\.functional\."}
PROGRAMS = ("heat-mq-engine", "heat-mq-api", "heat-mq-api-cfn")


def main() -> int:
    args = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was begun is taken away then too
    user, admin = Login.of(args.user), Login.of(args.admin)
    state = pathlib.Path(args.state or tempfile.mkdtemp(prefix="heat_mq-tempest-")).absolute()
    workspace = state / "workspace"
    if not workspace.exists():
        state.mkdir(parents=True, exist_ok=True)
        commands = ["tempest", "init", "--name", state.name, "--workspace-path", str(state / "known"), str(workspace)]
        subprocess.run(commands, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    suites = [args.suite] if args.suite else list(SUITES)
    with _serving(args.serve, state, user), lent_login(user) as secret:
        settings.write(workspace / "etc" / "tempest.conf", args, user, admin, secret)
        verdicts = [_run(suite, args, workspace) for suite in suites]
    print(f"logs: {state}")
    return 0 if all(verdicts) else 1


def _run(suite: str, args: argparse.Namespace, workspace: pathlib.Path) -> bool:
    """Whether everything that passes on Heat has passed."""
    command = ["tempest", "run", "--regex", f"{SUITES[suite]}.*({args.regex})"]
    # The API's tests are dialogues, which go on one after the other.
    command += ["--serial"] if suite == "api" else ["--concurrency", str(args.concurrency)]
    environment = {**os.environ, "OS_TEST_TIMEOUT": str(args.timeout)}
    subprocess.run(command, cwd=workspace, env=environment, check=False)
    return judge.tell(suite, judge.results(workspace), whole=not args.regex)


@contextlib.contextmanager
def _serving(conf: str | None, state: pathlib.Path, user: Login) -> Iterator[None]:
    """The programs of heat_mq for as long as the tests run, when a configuration is given."""
    processes: list[subprocess.Popen[bytes]] = []
    environment = {**os.environ, "PATH": os.environ.get("HEAT_MQ_PATH", os.environ["PATH"])}
    environment.pop("PYTHONPATH", None)
    try:
        if conf:
            subprocess.run(["heat-mq-manage", "--config-file", conf, "db", "sync"], env=environment, check=True)
            for program in PROGRAMS:
                with open(state / f"{program}.log", "ab") as log:
                    command = [program, "--config-file", conf]
                    processes.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
            user.await_orchestration()
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/tempest", description=__doc__)
    parser.add_argument("suite", nargs="?", choices=SUITES, help="one of the two; both when none is given")
    parser.add_argument("--user", required=True, metavar="OPENRC", help="OS_* of a plain user who may own stacks")
    parser.add_argument("--admin", required=True, metavar="OPENRC", help="OS_* of an administrator")
    parser.add_argument("--serve", metavar="CONF", help="run heat-mq-engine, -api and -api-cfn of PATH with this file")
    parser.add_argument("--regex", default="", help="only tests that match")
    parser.add_argument("--state", metavar="DIR", help="where configuration and logs go; a new directory by default")
    parser.add_argument("--concurrency", type=int, default=2, help="functional tests at once (2)")
    parser.add_argument("--timeout", type=int, default=600, help="seconds that a test may take (600)")
    for name, default, what in settings.CHOICES:
        parser.add_argument(f"--{name}", default=default, help=f"{what} ({default})")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
