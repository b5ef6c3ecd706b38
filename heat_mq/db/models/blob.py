"""Templates, environments and files, stored once by digest however many stacks share them."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from heat_mq.db.models.base import Base
from heat_mq.db.types import Digest, LongText


class Blob(Base):
    __tablename__ = "blob"

    digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    body: Mapped[str] = mapped_column(LongText)
