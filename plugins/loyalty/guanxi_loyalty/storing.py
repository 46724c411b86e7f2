"""Whether JSON that somebody sent can be stored: no NUL, no half characters, not huge."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from guanxi.sdk import Invalid
from guanxi_loyalty.texts import N_

MOST_BYTES: Final = 50_000


def check_storable(stored: Mapping[str, Any], name: str) -> None:
    """Refuse what PostgreSQL cannot hold as JSON.

    :raises Invalid: a text holds NUL or half a surrogate pair, or it is too much altogether.
    """
    try:
        packed = orjson.dumps(stored, default=str)
    except TypeError:
        packed = None
    if packed is None or len(packed) > MOST_BYTES or _holds_nul(stored):
        raise Invalid(N_("%(name)s cannot be stored."), name=name, fields={name: []})


def as_key(text: str) -> str:
    """Return a text to be compared with keys; PostgreSQL takes no NUL, and no key has one."""
    return "" if "\x00" in text else text


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, Mapping):
        return any(_holds_nul(one) for pair in value.items() for one in pair)
    return isinstance(value, list | tuple) and any(_holds_nul(one) for one in value)
