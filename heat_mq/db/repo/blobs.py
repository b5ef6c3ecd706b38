"""Content-addressed texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from heat_mq.db.tables import blob
from heat_mq.db.upsert import insert_new
from heat_mq.errors import Bug


def digest_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def json_text(value: Any) -> str:
    """Equal values give equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def put_blobs(connection: Connection, bodies: Iterable[str]) -> None:
    """Store texts that are not there yet; two writers of one text do not collide.

    Those that are there cannot be purged before the transaction ends, so it may name them.
    """
    by_digest = {digest_of(body): body for body in bodies}
    if not by_digest:
        return
    known = select(blob.c.digest).where(blob.c.digest.in_(by_digest)).order_by(blob.c.digest)
    there = set(connection.scalars(known.with_for_update(read=True)))
    rows = [{"digest": digest, "body": by_digest[digest]} for digest in sorted(by_digest) if digest not in there]
    if not rows:
        return
    connection.execute(insert_new(connection, blob), rows)


def get_blobs(connection: Connection, digests: Iterable[str]) -> Mapping[str, str]:
    """Bodies by digest; raises Bug when one is missing."""
    wanted = set(digests)
    rows = connection.execute(select(blob.c.digest, blob.c.body).where(blob.c.digest.in_(wanted)))
    found = {row.digest: row.body for row in rows}
    if missing := wanted - found.keys():
        raise Bug(f"stored content is missing: {sorted(missing)}")
    return found
