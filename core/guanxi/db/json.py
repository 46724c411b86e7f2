"""JSON as the database and the API write it: decimals as strings, instants in ISO 8601 with Z."""

from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

import orjson

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def dumps(value: Any) -> str:
    """Serialise ``value``; also takes UUID, datetime, date, dataclass, Decimal and sets."""
    return orjson.dumps(value, default=_default, option=_OPTIONS).decode()


def dumps_bytes(value: Any) -> bytes:
    """Serialise to bytes, for bodies and COPY."""
    return orjson.dumps(value, default=_default, option=_OPTIONS)


loads = orjson.loads


def _default(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, AbstractSet):
        return sorted(value)
    return str(value)
