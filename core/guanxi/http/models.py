"""The table behind ``Idempotency-Key``."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from guanxi.db import Base


class IdempotentAnswer(Base):
    """The answer that was given to a key, replayed for four days."""

    __tablename__ = "idempotent_answers"

    principal: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(index=True)
