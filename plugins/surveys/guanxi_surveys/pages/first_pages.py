"""First pages of public surveys, drawn once: everybody who opens one sees the same.

Only the submission differs, which is put in each time. Where a questionnaire shuffles, or looks
at the clock, every page is drawn for itself.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final
from uuid import UUID, uuid4

import orjson

from guanxi_surveys.answering.definitions import Published

KEPT: Final = 200
"""Pages that are kept in a process; each is some kilobytes."""
_PLACE: Final = UUID("5b1d0c5e-0000-4000-8000-000000000000")
"""Stands where the submission is put in."""
_VARYING: Final = (b"random", b"today", b"current", b"now(", b"age(", b"year", b"date")


class _Pages:
    """Pages by what they depend on, those used last."""

    def __init__(self) -> None:
        self._held: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> str | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: Hashable, page: str) -> None:
        with self._lock:
            self._held[key] = page
            while len(self._held) > KEPT:
                self._held.popitem(last=False)


_PAGES: Final = _Pages()


def varies(version: Published) -> bool:
    """Say whether two who open a questionnaire at once, or on two days, may see other things."""
    raw = orjson.dumps(version.questionnaire.raw).lower()
    return any(word in raw for word in _VARYING)


def first_page(key: Hashable, version: Published, draw: Callable[[UUID], str]) -> str:
    """Return a first page with a submission of its own.

    :param key: all that the page depends on beside the version.
    :param draw: draws it with a submission.
    """
    page = _PAGES.get((version.id, key))
    if page is None:
        if varies(version):
            return draw(uuid4())
        page = draw(_PLACE)
        _PAGES.put((version.id, key), page)
    return page.replace(str(_PLACE), str(uuid4()))
