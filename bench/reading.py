"""How long pages and calls take that only read: through the real web server, one client.

Shared by the benches of 100,000 and of a million customers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import event

from bench.load import Outcome, Request, run
from guanxi.platform import Platform

QUERIES = {
    "Chinese": ("张三丰", "王伟", "李秀兰", "刘明", "涛", "陈建国"),
    "pinyin": ("zhangsanfeng", "wang wei", "lixiu", "liu", "chenjian"),
    "initials": ("zsf", "ww", "lxl", "cjg"),
    "e-mail": ("zhang.sanfeng@wu", "u4650", "@qq.com", "u1f40.4"),
    "phone tail": ("8000", "138000", "00012345", "4711"),
    "two words": ("oliver smith", "wang 4711", "rose k"),
}
Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """Addresses that take turns, and the limit for their time.

    :param share: of the times that is compared with ``limit`` (milliseconds): 0.5 for the median.
    """

    name: str
    paths: tuple[str, ...]
    limit: float
    share: float = 0.5
    headers: tuple[Header, ...] = ()
    peers: str = ""


def searches(path: str, name: str, limit: float, share: float, header: Header) -> Sequence[Page]:
    """Return one page for each kind of query."""
    return [
        Page(
            f"{name}, {kind}",
            tuple(f"{path}?q={quote(query)}" for query in queries),
            limit,
            share,
            (header,),
        )
        for kind, queries in QUERIES.items()
    ]


def report(port: int, page: Page, *, seconds: float = 3.0) -> None:
    """Measure and print one page."""
    sent = Request("GET", page.paths, headers=page.headers)
    run(port, sent, clients=1, seconds=seconds / 3, expect=200)
    outcome: Outcome = run(port, sent, clients=1, seconds=seconds, expect=200)
    median, p95 = outcome.quantile(0.5) * 1000, outcome.quantile(0.95) * 1000
    measured = outcome.quantile(page.share) * 1000
    print(
        f"{page.name}: median {median:.1f} ms, p95 {p95:.1f} ms; "
        f"{'median' if page.share == 0.5 else 'p95'} is {measured / page.limit:.2f} of the limit "
        f"({page.limit:.0f} ms){page.peers}",
        flush=True,
    )


def statements(platform: Platform, app: Flask, path: str, headers: Mapping[str, str]) -> int:
    """Return how many statements the database gets for one page.

    :raises RuntimeError: the page is not there.
    """
    client = app.test_client(use_cookies=False)
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    client.get(path, headers=headers)
    event.listen(platform.database.engine, "before_cursor_execute", note)
    answer = client.get(path, headers=headers)
    event.remove(platform.database.engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise RuntimeError(answer.text)
    return len(sent)
