"""Runs one scenario in a process of its own: ``scenario.py BACKEND NAME``; a process is patched once for all."""

from __future__ import annotations

import sys

from heat_mq import concurrency

concurrency.patch(sys.argv[1])

import http.client  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import select  # noqa: E402
import socket  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402

GREEN = sys.argv[1] == "eventlet"
#: Seconds after which a wait is taken to hang.
PATIENCE = 100
HELD, RELEASED = threading.Event(), threading.Event()
TOGETHER = threading.Barrier(10)


def app(environ, start_response):
    """Echo the body; /held waits to be released, /together for nine others, /boom fails, /stream has no length."""
    path = environ["PATH_INFO"]
    if path == "/held":
        HELD.set()
        assert RELEASED.wait(PATIENCE)
    if path == "/together":
        TOGETHER.wait(PATIENCE)
    if path == "/boom":
        raise RuntimeError("boom")
    if path == "/none":
        start_response("204 No Content", [])
        return []
    body = b"" if path == "/unread" else environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return iter([b"a", b"b"]) if path == "/stream" else [body or path.encode()]


def ask(connection, path="/", body=None, headers=None):
    connection.request("POST" if body else "GET", path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read()


def connect(server):
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)


def backend():
    assert concurrency.is_green() is GREEN
    assert ("eventlet" in sys.modules) is GREEN


def pool_is_bounded():
    pool, running, most = concurrency.pool(5), 0, 0
    lock, five = threading.Lock(), threading.Barrier(5)

    def work():
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        five.wait(PATIENCE)
        with lock:
            running -= 1

    assert pool.free() == 5
    for _ in range(20):
        pool.spawn(work)
    pool.join()
    assert (most, running, pool.free()) == (5, 0, 5)


def pool_survives_failures():
    seen = []
    handler = logging.Handler()
    handler.emit = seen.append
    logging.getLogger("heat_mq.concurrency").addHandler(handler)
    pool = concurrency.pool(2)
    for _ in range(4):
        pool.spawn(lambda: 1 / 0)
    pool.join()
    assert len(seen) == 4
    assert all(record.exc_info for record in seen)


def hundreds_wait_at_once():
    pool, all_of_them, passed = concurrency.pool(200), threading.Barrier(200), []
    for _ in range(200):
        pool.spawn(lambda: passed.append(all_of_them.wait(PATIENCE)))
    pool.join()
    assert sorted(passed) == list(range(200))


def a_connection_serves_many_requests():
    server = concurrency.serve_wsgi(app)
    connection = connect(server)
    ask(connection)
    first = connection.sock.getsockname()
    assert ask(connection, "/", b"x" * 100_000) == (200, b"x" * 100_000)
    assert ask(connection, "/unread", b"y" * 1000) == (200, b"/unread")
    assert ask(connection, "/none") == (204, b"")
    assert ask(connection, "/a%20b?q=1") == (200, b"/a b")
    assert connection.sock.getsockname() == first


def streams_and_failures_end_well():
    server = concurrency.serve_wsgi(app)
    assert ask(connect(server), "/stream") == (200, b"ab")
    assert ask(connect(server), "/boom")[0] == 500
    assert ask(connect(server), "/", headers={"X-Long": "x" * 20_000})[0] in (400, 431)
    assert ask(connect(server), "/" + "x" * 20_000)[0] == 414
    assert ask(connect(server), "/", headers={"X-Token": "x" * 12_000})[0] == 200


def slow_requests_do_not_hold_others():
    server = concurrency.serve_wsgi(app)
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(ask(connect(server), "/together")))
        for _ in range(TOGETHER.parties)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(200, b"/together")] * TOGETHER.parties


def stop_finishes_what_runs():
    server = concurrency.serve_wsgi(app)
    idle, answers = connect(server), []
    ask(idle)
    thread = threading.Thread(target=lambda: answers.append(ask(connect(server), "/held")))
    thread.start()
    assert HELD.wait(PATIENCE)
    server.stop()
    assert server.wait(0.05) is False
    RELEASED.set()
    assert server.wait(PATIENCE) is True
    thread.join()
    assert answers == [(200, b"/held")]
    try:
        socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    except OSError:
        return
    raise AssertionError("the port still answers")


def a_reload_drops_no_request():
    listener = concurrency.listen("127.0.0.1", 0)
    done, failures, counts = threading.Event(), [], [0] * 6

    def keep_asking(number):
        connection = http.client.HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=PATIENCE)
        while not done.is_set():
            # As every client does that keeps connections: one that was closed while nothing was asked is made anew.
            if connection.sock is not None and select.select([connection.sock], [], [], 0)[0]:
                connection.close()
            try:
                counts[number] += ask(connection) == (200, b"/")
            except (OSError, http.client.HTTPException) as error:
                failures.append(error)
                connection.close()

    server = concurrency.serve_wsgi(app, sock=listener.dup())
    threads = [threading.Thread(target=keep_asking, args=(number,), daemon=True) for number in range(6)]
    for thread in threads:
        thread.start()
    for _ in range(6):
        before = list(counts)
        while not failures and any(now < then + 2 for now, then in zip(counts, before, strict=True)):
            time.sleep(0.01)
        server.stop()
        assert server.wait(PATIENCE) is True
        server = concurrency.serve_wsgi(app, sock=listener.dup())
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []


def a_given_socket_is_served():
    listener = concurrency.listen("127.0.0.1", 0)
    server = concurrency.serve_wsgi(app, sock=listener, max_connections=2)
    assert server.port == listener.getsockname()[1]
    assert ask(connect(server)) == (200, b"/")


def a_taken_port_is_an_error():
    server = concurrency.serve_wsgi(app)
    try:
        concurrency.listen("127.0.0.1", server.port)
    except OSError:
        return
    raise AssertionError("two servers on one port")


def postgresql_does_not_hold_others():
    """One session waits in the database for a lock that another lets go only when it sees the first wait."""
    import psycopg2

    locked = threading.Event()
    pool, told = concurrency.pool(2), []

    def hold():
        with psycopg2.connect(os.environ["DSN"]) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(1)")
            locked.set()
            waiting = 0
            while not waiting:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                (waiting,) = cursor.fetchone()
            told.append("one waits")
            cursor.execute("SELECT pg_advisory_unlock(1)")

    def wait():
        assert locked.wait(PATIENCE)
        with psycopg2.connect(os.environ["DSN"]) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(1)")
            told.append("no more")

    pool.spawn(hold)
    pool.spawn(wait)
    pool.join()
    assert told == ["one waits", "no more"]


if __name__ == "__main__":
    globals()[sys.argv[2]]()
    sys.stdout.write("passed\n")
