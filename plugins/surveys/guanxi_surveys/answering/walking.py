"""The path of an answer through its questionnaire: what was asked, is missing, is kept."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from guanxi_surveys.answering.definitions import Published
from guanxi_surveys.questionnaire import Walk, walk
from guanxi_surveys.questionnaire.walk import Asked, Group


def path(
    published: Published,
    values: Mapping[str, Any],
    *,
    language: str,
    seed: UUID | None,
    now: datetime,
    page: int | None = None,
) -> Walk:
    """Walk a published questionnaire.

    :param page: only answers up to this page of the path are used, from 0.
    :param seed: of random orders: the submission, so that everybody sees one order throughout.
    """
    return walk(
        published.questionnaire,
        values,
        language=language,
        seed=0 if seed is None else seed.int & 0x7FFFFFFF,
        now=now,
        page=page,
    )


def wrong_on(walked: Walk, page: int) -> dict[str, list[str]]:
    """Return what is wrong on one page of the path: sentences by question, panel or page.

    :param page: its place on the path, from 0; there is nothing wrong on one that is not there.
    """
    if page >= len(walked.pages):
        return {}
    shown = walked.pages[page]
    own = {shown.name, *(one.name for one in shown.questions), *_groups(shown.items)}
    return {name: list(told) for name, told in walked.errors.items() if name in own}


def _groups(items: Iterable[Asked | Group]) -> Iterator[str]:
    for one in items:
        if isinstance(one, Group):
            yield one.name
            yield from _groups(one.items)
