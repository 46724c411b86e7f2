"""What forms about members send: their key, whole numbers, words, who sends them."""

import re
import unicodedata
from typing import Final

from flask import request

from guanxi.sdk import (
    Conflict,
    Invalid,
    PreconditionFailed,
    Refused,
    current,
    customers,
    new_id,
)
from guanxi_loyalty.texts import N_

REFUSALS: Final = (Invalid, Conflict, PreconditionFailed, Refused)
"""What sends a form back with a sentence."""
MOST_WORDS: Final = 500
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,16}")


def new_key() -> str:
    """Return the key of a new form."""
    return new_id().hex


def form_key() -> str:
    """Return the key that a form carries, which makes it do one thing however often it is sent.

    :raises PreconditionFailed: it carries none.
    """
    key = request.form.get("key", "")
    if not _KEY.fullmatch(key):
        raise PreconditionFailed(N_("This form is incomplete. Open the page again and repeat it."))
    return key


def kept_key() -> str:
    """Return the key of a form that comes back, or a new one."""
    key = request.form.get("key", "")
    return key if _KEY.fullmatch(key) else new_key()


def whole(name: str) -> int:
    """Return a whole number that was typed, with or without separators.

    :raises Invalid: it is none.
    """
    typed = unicodedata.normalize("NFKC", request.form.get(name, "")[:60])
    plain = re.sub(r"[\s,']", "", typed).replace("\u2212", "-")
    if not _WHOLE.fullmatch(plain):
        raise Invalid(N_("Give a whole number of units."), fields={name: []})
    return int(plain)


def optional_whole(name: str) -> int | None:
    """Return a whole number that was typed, or None for nothing.

    :raises Invalid: it is none.
    """
    return whole(name) if request.form.get(name, "").strip() else None


def words(name: str, *, needed: bool = True) -> str:
    """Return what was written.

    :raises Invalid: it is needed and empty, too long, or cannot be stored.
    """
    try:
        found = customers.clean_text(request.form.get(name, ""), MOST_WORDS)
    except Invalid as error:
        raise Invalid(error.message, fields={name: []}, **error.params) from None
    if needed and not found:
        raise Invalid(N_("Say why."), fields={name: []})
    return found


def actor() -> str:
    """Return the name of whoever sends the form."""
    name: str = current.principal().name
    return name
