"""The declarative base of the core's tables and the column types that all share."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import BigInteger, MetaData, Numeric, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, mapped_column

from guanxi.ids import new_id

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

UtcInstant = Annotated[datetime, mapped_column(TIMESTAMP(timezone=True))]
"""An instant; stored and returned in UTC."""

Money = Annotated[Decimal, mapped_column(Numeric(18, 4))]
"""An amount of money in the major unit; its currency stands in a column beside it."""

PrimaryId = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
"""A UUIDv7 made by the application, so that bulk writes know it beforehand."""


class Base(DeclarativeBase):
    """Base of the core's models; a plugin makes its own with ``guanxi.sdk.model_base``."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 -- the declarative API wants a plain dict
        str: Text,
        int: BigInteger,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        datetime: TIMESTAMP(timezone=True),
        UUID: Uuid,
        Decimal: Numeric(18, 4),
    }
