"""The guests: what a simulated server does once it has booted, which is to send its signals.

For Nova: ``cloud.guests.power_on(server_id, user_data, at=...)`` when a server will be up at a
moment (creation, start, rebuild), ``power_off`` when it stops before or after, ``forget`` when it is
deleted, ``console`` for what it printed. A server stuck in BUILD or gone to ERROR is never powered
on. What was sent is kept in the store: each distinct command is sent once in a server's life,
also over a restart of the cloud; an address that does not answer is tried again for some minutes.
"""

from __future__ import annotations

import logging
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

from heat_mq.simcloud import times
from heat_mq.simcloud.guest_commands import Signal, find_signals
from heat_mq.simcloud.store import Collection, Document

LOG = logging.getLogger(__name__)

SENDERS = 8
TIMEOUT_SECONDS = 20.0
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 60.0, 60.0, 60.0)


class Guests:
    """Boots guests at their time, in the background. ``lock`` guards ``boots``."""

    def __init__(self, boots: Collection, *, clock: Callable[[], float], lock: AbstractContextManager[Any]) -> None:
        self._boots = boots
        self._clock = clock
        self._lock = lock
        self._busy: set[str] = set()
        self._wake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._senders: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Go on with the boots that an earlier run left."""
        if self._boots.where(waiting=True):
            self._run()

    def power_on(self, server_id: str, user_data: str | None, *, at: float) -> None:
        """The server's guest is up at ``at`` (epoch seconds by the cloud's clock).

        ``user_data`` is as Nova got it (base64) or plain; None keeps what an earlier call gave.
        """
        with self._lock:
            boot = self._boots.get(server_id) or {"id": server_id, "user_data": "", "sent": [], "console": []}
            if user_data is not None:
                boot["user_data"] = user_data
            boot.update(at=at, attempts=0, waiting=True, up_since=at)
            self._boots.save(boot)
        self._run()

    def power_off(self, server_id: str) -> None:
        """The guest is down; what it has not sent stays unsent until it is powered on again."""
        with self._lock:
            if (boot := self._boots.get(server_id)) is not None:
                boot["waiting"] = False
                self._boots.save(boot)

    def forget(self, server_id: str) -> None:
        """The server is deleted."""
        with self._lock:
            self._boots.remove(server_id)

    def console(self, server_id: str) -> list[str]:
        """The lines that the guest printed so far."""
        with self._lock:
            boot = self._boots.get(server_id)
            if boot is None or boot["up_since"] > self._clock():
                return []
            return [
                "[    0.000000] Linux version 6.1.0-cloud (simulated)",
                f"cloud-init: running 'modules:final' at {times.seconds(boot['up_since'])}",
                *boot["console"],
                "simulated login:",
            ]

    def tick(self) -> None:
        """Look at the clock now."""
        self._wake.set()

    def rest(self) -> bool:
        """Whether nobody has anything to send by now."""
        with self._lock:
            waiting = self._boots.where(waiting=True)
            return not self._busy and all(each["at"] > self._clock() for each in waiting)

    def close(self) -> None:
        """Stop the threads; what is unsent is sent after the next start."""
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        if self._senders is not None:
            self._senders.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        if self._thread is None and not self._closed:
            self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="simcloud-guest")
            self._thread = threading.Thread(target=self._watch, name="simcloud-guests", daemon=True)
            self._thread.start()
        self._wake.set()

    def _watch(self) -> None:
        assert self._senders is not None
        while not self._closed:
            self._wake.clear()
            with self._lock:
                waiting = [each for each in self._boots.where(waiting=True) if each["id"] not in self._busy]
                now = self._clock()
                due = [each["id"] for each in waiting if each["at"] <= now]
                self._busy.update(due)
                upcoming = min((each["at"] for each in waiting if each["at"] > now), default=None)
            for server_id in due:
                self._senders.submit(self._boot, server_id)
            self._wake.wait(None if upcoming is None else max(upcoming - now, 0.001))

    def _boot(self, server_id: str) -> None:
        """Send what the guest has to send; note what got through and when to try the rest."""
        try:
            with self._lock:
                boot = self._boots.get(server_id)
                if boot is None or not boot["waiting"]:
                    return
                user_data, sent = boot["user_data"], set(boot["sent"])
            unsent = [each for each in find_signals(user_data) if each.key not in sent]
            failed = [each for each in unsent if not self._send(server_id, each)]
            with self._lock:
                if (boot := self._boots.get(server_id)) is not None and boot["user_data"] == user_data:
                    self._settle(boot, failed)
        except Exception:
            LOG.exception("the guest of server %s failed to boot", server_id)
        finally:
            with self._lock:
                self._busy.discard(server_id)
            self._wake.set()

    def _settle(self, boot: Document, failed: list[Signal]) -> None:
        if not failed or boot["attempts"] >= len(BACKOFF_SECONDS):
            boot["waiting"] = False
        else:
            boot["at"] = self._clock() + BACKOFF_SECONDS[boot["attempts"]]
            boot["attempts"] += 1
        self._boots.save(boot)

    def _send(self, server_id: str, signal: Signal) -> bool:
        """Send one signal; False when it may get through later."""
        request = urllib.request.Request(
            signal.url, data=signal.data.encode(), headers=dict(signal.headers), method=signal.method
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                outcome, final = f"HTTP {answer.status}", True
        except urllib.error.HTTPError as error:
            outcome, final = f"HTTP {error.code}", error.code < 500 and error.code != 429
            error.close()
        except OSError as error:
            outcome, final = f"no answer ({type(error).__name__})", False
        address = urllib.parse.urlsplit(signal.url)
        with self._lock:
            if (boot := self._boots.get(server_id)) is not None:
                boot["console"].append(f"cloud-init: curl {signal.method} {address.netloc}{address.path}: {outcome}")
                if final:
                    boot["sent"].append(signal.key)
                self._boots.save(boot)
        return final
