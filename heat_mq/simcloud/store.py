"""JSON documents by service and kind, read from memory, kept in one SQLite file.

Reads never touch the disk. A change is remembered and written behind by a thread that batches
everything changed within :data:`FLUSH_SECONDS` into one transaction, so that a killed process
loses at most that much.

Documents are plain dicts with an ``id``. Who changes one calls :meth:`Collection.save` after.
Keys that begin with an underscore are the simulation's own and never shown to clients
(:func:`public`). Change over time is written into the document: :func:`later` notes values that
become true at some moment, and whoever reads it after that moment sees them.
"""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

FLUSH_SECONDS = 0.1
GONE = "_gone"
_LATER = "_later"
_BORN = "_born"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
  service TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (service, kind, id)) WITHOUT ROWID
"""


def new_id() -> str:
    """An id with dashes, as Nova, Neutron, Glance and Cinder make them."""
    return str(uuid.uuid4())


def new_hex_id() -> str:
    """An id without dashes, as Keystone makes them."""
    return uuid.uuid4().hex


def public(document: Document) -> Document:
    """A shallow copy without the simulation's own keys."""
    return {key: value for key, value in document.items() if not key.startswith("_")}


def later(document: Document, at: float, **values: Any) -> None:
    """Let ``values`` become true at the time ``at`` (epoch seconds); ``_gone=True`` removes the document.

    Several may be noted; they are applied in the order of their times.
    """
    document.setdefault(_LATER, []).append([at, values])
    document[_LATER].sort(key=lambda item: item[0])


def forget_later(document: Document) -> None:
    """Drop every change that was noted and has not happened."""
    document.pop(_LATER, None)


def _birth(document: Document) -> int:
    return int(document[_BORN])


class Collection:
    """The documents of one kind. ``index`` names keys by which :meth:`where` finds without a scan.

    ``on_gone`` is called with a document that was removed because its time had come.
    """

    def __init__(self, store: Store, service: str, kind: str, index: Iterable[str] = ()) -> None:
        self.service = service
        self.kind = kind
        self.on_gone: Callable[[Document], None] | None = None
        self._store = store
        self._documents: dict[str, Document] = {}
        self._index: dict[str, dict[Any, dict[str, None]]] = {key: {} for key in index}
        self._indexed: dict[str, tuple[Any, ...]] = {}

    def __len__(self) -> int:
        return len(self.all())

    def __iter__(self) -> Iterator[Document]:
        return iter(self.all())

    def get(self, id: str | None) -> Document | None:
        """The live document (not a copy), or None."""
        document = self._documents.get(id) if id else None
        return document if document is None or _LATER not in document else self._advanced(document)

    def all(self) -> list[Document]:
        """Every document, oldest first."""
        return self._present(list(self._documents.values()))

    def where(self, **equal: Any) -> list[Document]:
        """The documents whose values equal all those given, oldest first."""
        candidates: Iterable[Document] = self._documents.values()
        for key, index in self._index.items():
            if key in equal:
                candidates = sorted((self._documents[id] for id in index.get(equal[key], ())), key=_birth)
                break
        found = self._present(list(candidates))
        return [each for each in found if all(each.get(key) == value for key, value in equal.items())]

    def count(self, key: str, value: Any) -> int:
        """How many documents have that value under a key of the index, without looking at them."""
        return len(self._index[key].get(value, ()))

    def first(self, **equal: Any) -> Document | None:
        """The oldest that :meth:`where` finds, or None."""
        found = self.where(**equal)
        return found[0] if found else None

    def save(self, document: Document) -> Document:
        """Keep a new or changed document (by its ``id``) and return it."""
        id = document["id"]
        if _BORN not in document:
            document[_BORN] = self._store.next_birth()
        self._documents[id] = document
        self._reindex(id, document)
        self._store.changed(self, id)
        return document

    def remove(self, id: str) -> None:
        """Forget a document; quiet when there is none."""
        if self._documents.pop(id, None) is not None:
            self._reindex(id, None)
            self._store.changed(self, id)

    def clear(self) -> None:
        for id in list(self._documents):
            self.remove(id)

    def body(self, id: str) -> str | None:
        """The document as JSON text, None when it was removed."""
        document = self._documents.get(id)
        return None if document is None else json.dumps(document)

    def load(self, documents: Iterable[Document]) -> None:
        """Take over what an earlier run saved."""
        for document in sorted(documents, key=lambda each: each[_BORN]):
            self._documents[document["id"]] = document
            self._reindex(document["id"], document)

    def _present(self, documents: list[Document]) -> list[Document]:
        if not any(_LATER in each for each in documents):
            return documents
        advanced = (self._advanced(each) if _LATER in each else each for each in documents)
        return [each for each in advanced if each is not None]

    def _advanced(self, document: Document) -> Document | None:
        """Apply the changes whose time has come."""
        now = self._store.clock()
        pending = document[_LATER]
        if pending[0][0] > now:
            return document
        while pending and pending[0][0] <= now:
            _, values = pending.pop(0)
            if values.get(GONE):
                self.remove(document["id"])
                if self.on_gone is not None:
                    self.on_gone(document)
                return None
            document.update(values)
        if not pending:
            del document[_LATER]
        return self.save(document)

    def _reindex(self, id: str, document: Document | None) -> None:
        values = None if document is None else tuple(document.get(key) for key in self._index)
        if not self._index or values == self._indexed.get(id):
            return
        for key, value in zip(self._index, self._indexed.pop(id, ()), strict=False):
            members = self._index[key].get(value, {})
            members.pop(id, None)
            if not members:
                self._index[key].pop(value, None)
        if values is None:
            return
        self._indexed[id] = values
        for key, value in zip(self._index, values, strict=True):
            self._index[key].setdefault(value, {})[id] = None


class Store:
    """All collections of one cloud. ``directory`` None keeps them in memory only.

    ``lock`` guards the documents: handlers hold it while they read and change, the writer while
    it takes a picture of what changed.
    """

    def __init__(
        self, directory: Path | None, *, clock: Callable[[], float], lock: AbstractContextManager[Any]
    ) -> None:
        self.clock = clock
        self._lock = lock
        self._births = itertools.count(1)
        self._collections: dict[tuple[str, str], Collection] = {}
        self._saved: dict[tuple[str, str], list[Document]] = {}
        self._dirty: dict[tuple[Collection, str], None] = {}
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._writing = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        if directory is not None:
            self._open(directory)

    def collection(self, service: str, kind: str, index: Iterable[str] = ()) -> Collection:
        """The collection of that name, made (and filled from an earlier run) at the first call."""
        with self._lock:
            found = self._collections.get((service, kind))
            if found is None:
                found = self._collections[service, kind] = Collection(self, service, kind, index)
                found.load(self._saved.pop((service, kind), []))
            return found

    def collections(self) -> list[Collection]:
        """Every collection that was asked for so far."""
        return list(self._collections.values())

    def next_birth(self) -> int:
        """A number greater than any before: documents are listed in the order of their birth."""
        return next(self._births)

    def changed(self, collection: Collection, id: str) -> None:
        """Note that a document has to be written; called by :class:`Collection`."""
        if self._connection is not None:
            self._dirty[collection, id] = None
            self._wake.set()

    def flush(self) -> None:
        """Write what changed, now."""
        if self._connection is None:
            return
        with self._writing:
            with self._lock:
                dirty, self._dirty = self._dirty, {}
                rows = [(each.service, each.kind, id, each.body(id)) for each, id in dirty]
            with self._connection as transaction:
                transaction.executemany(
                    "DELETE FROM documents WHERE service = ? AND kind = ? AND id = ?",
                    [row[:3] for row in rows if row[3] is None],
                )
                transaction.executemany(
                    "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)", [row for row in rows if row[3] is not None]
                )

    def close(self) -> None:
        """Write what is left and let go of the file."""
        self._closed.set()
        self._wake.set()
        if self._connection is not None:
            self._writer.join()
            self.flush()
            self._connection.close()
            self._connection = None

    def _open(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / "simcloud.sqlite"
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(_SCHEMA)
        for service, kind, body in self._connection.execute("SELECT service, kind, body FROM documents"):
            self._saved.setdefault((service, kind), []).append(json.loads(body))
        births = [each[_BORN] for documents in self._saved.values() for each in documents]
        self._births = itertools.count(max(births, default=0) + 1)
        self._writer = threading.Thread(target=self._write_behind, name="simcloud-store", daemon=True)
        self._writer.start()

    def _write_behind(self) -> None:
        while not self._closed.is_set():
            self._wake.wait()
            self._closed.wait(FLUSH_SECONDS)
            self._wake.clear()
            self.flush()
