"""Read on while the database is at work: the next batch is made while one is written."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
_END: Final = object()


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield ``items`` in their order; a thread makes the next one meanwhile, and only that.

    What goes wrong in there is raised here, in its turn. Who stops early waits for the one item
    that is being made.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="import-ahead") as pool:
        following = pool.submit(next, items, _END)
        while (item := following.result()) is not _END:
            following = pool.submit(next, items, _END)
            yield item  # type: ignore[misc]
