"""Answers to surveys: finished ones recorded, pages served, fifty people at once, a burst.

- Finished answers of known customers, a commit each, by eight clients in processes of their own:
  answer, touchpoint, events and audit in one transaction on a durable PostgreSQL. The limit is
  15 times Odoo 19's survey (37 per second with a commit each, on a machine of this kind).
- The page of a survey beside a bare Flask page with one query, under the same server in the same
  run: at least half of its requests per second.
- Fifty people who open the survey and send it, with a second of thought between: the 95th
  percentile of a request is to be under 100 ms.
- A burst of 10,000 answers, every tenth of them sent twice: none is lost or doubled.
"""

import os
import re
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from http.client import HTTPConnection
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import create_engine, text

from bench.kept import durable_server, migrated_database
from bench.load import Request, run
from bench.serving import serving
from guanxi.app import build_platform, create_app
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.db.write import SYSTEM, Actor
from guanxi.garbage import settle
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable
from guanxi_surveys.answering.definitions import by_key
from guanxi_surveys.answering.finishing import submit
from guanxi_surveys.life.making import make_from_kit
from guanxi_surveys.life.publishing import publish

ODOO = 37
"""Finished answers per second with a commit each, by Odoo 19's survey."""
CLIENTS = 8
PEOPLE = 50
CUSTOMERS = 2_000
BURST = int(os.environ.get("GUANXI_BENCH_BURST", "10000"))
SECONDS = float(os.environ.get("GUANXI_BENCH_SECONDS", "8"))
ROUNDS = 5
KEY = "nps"
_SAID = {f"reason_{one}": "Because" for one in ("detractor", "passive", "promoter")}
"""Whoever answers is asked one of the three; the others are dropped."""
PUBLIC = "bench"


def main() -> None:
    """Print the figures and their limits."""
    with (
        durable_server() as server,
        migrated_database(server) as url,
        tempfile.TemporaryDirectory() as home,
    ):
        config = Config(home=Path(home))
        _prepare(url, config)
        rate = _finished(url)
        print(
            f"finished answers, {CLIENTS} clients: {rate:.0f} per second, "
            f"{rate / ODOO:.1f} times Odoo's {ODOO} (limit 15)",
            flush=True,
        )
        _burst(url)
        _pages(url, config)


def _prepare(url: str, config: Config) -> None:
    """Make a published survey with a public link, and customers."""
    platform = build_platform(config, url)
    now = utc_now()
    enable(platform.database, platform.host, "surveys", actor=Actor("system", "bench"), now=now)
    platform.host.refresh_from(platform.database)
    with platform.database.write(SYSTEM, now=now, dispatcher=platform.dispatcher) as session:
        survey = make_from_kit(session, KEY, key=KEY, now=now)
        publish(session, survey, now=now)
        survey.public_key = PUBLIC
        for number in range(CUSTOMERS):
            create_customer(session, CustomerDraft(name=f"Customer {number}"), now=now)
    platform.database.dispose()


_platforms: dict[str, tuple[Platform, list[UUID]]] = {}


def _platform(url: str) -> tuple[Platform, list[UUID]]:
    if url not in _platforms:
        platform = build_platform(Config(), url)
        platform.host.refresh_from(platform.database)
        with platform.database.read() as session:
            found = list(session.scalars(text("SELECT id FROM customers ORDER BY id")))
        _platforms[url] = platform, found
        settle()  # as every program does that stays
    return _platforms[url]


def _finished(url: str) -> float:
    with ProcessPoolExecutor(CLIENTS, mp_context=get_context("spawn")) as pool:
        list(pool.map(_answer, [url] * CLIENTS, range(CLIENTS), [0.5] * CLIENTS))  # started
        done = list(pool.map(_answer, [url] * CLIENTS, range(CLIENTS), [SECONDS] * CLIENTS))
    return sum(number / seconds for number, seconds in done)


def _answer(url: str, client: int, seconds: float) -> tuple[int, float]:
    platform, customers = _platform(url)
    random, number = Random(client), 0  # noqa: S311 -- which customers answer is no secret
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        _take(platform, uuid4(), random.choice(customers), random.randrange(11))
        number += 1
    return number, time.perf_counter() - started


def _take(platform: Platform, submission: UUID, customer: UUID, score: int) -> None:
    now = utc_now()
    with platform.database.write(SYSTEM, now=now, dispatcher=platform.dispatcher) as session:
        submit(
            session, by_key(session, KEY), {**_SAID, "nps": score}, now=now,
            submission=submission, language="en", channel="email", customer_id=customer,
        )  # fmt: skip


def _burst(url: str) -> None:
    """Send as many answers as fast as they go, every tenth twice; count what is there."""
    platform, _customers = _platform(url)
    with platform.database.read() as session:
        before = session.scalar(text("SELECT count(*) FROM surveys_answers"))
    submissions = [str(uuid4()) for _ in range(BURST)]
    sent = [*submissions, *submissions[::10]]
    Random(1).shuffle(sent)  # noqa: S311 -- an order, no secret
    parts = [sent[place::CLIENTS] for place in range(CLIENTS)]
    started = time.perf_counter()
    with ProcessPoolExecutor(CLIENTS, mp_context=get_context("spawn")) as pool:
        list(pool.map(_send, [url] * CLIENTS, parts))
    seconds = time.perf_counter() - started
    with platform.database.read() as session:
        kept = session.scalar(text("SELECT count(*) FROM surveys_answers"))
        touched = session.scalar(text("SELECT count(*) FROM touchpoints WHERE kind = 'survey'"))
    lost = BURST - (kept - before)
    print(
        f"burst of {len(sent)} sends of {BURST} answers: {seconds:.1f} s, lost or doubled {lost} "
        f"(limit 0); answers {kept}, touchpoints {touched}",
        flush=True,
    )


def _send(url: str, submissions: list[str]) -> None:
    platform, customers = _platform(url)
    for one in submissions:
        submission = UUID(one)
        _take(platform, submission, customers[submission.int % CUSTOMERS], submission.int % 11)


def _pages(url: str, config: Config) -> None:
    with (
        serving(lambda: _bare(url)) as bare,
        serving(lambda: create_app(_built(config, url))) as ours,
    ):
        calls = ((bare, Request("GET", "/")), (ours, Request("GET", f"/surveys/p/{PUBLIC}")))
        for port, request in calls:
            run(port, request, clients=CLIENTS, seconds=1.0, expect=200)
        rounds = [
            [run(port, one, clients=CLIENTS, seconds=2.0, expect=200).rate for port, one in calls]
            for _round in range(ROUNDS)
        ]
        ratio = median(ours_ / bare_ for bare_, ours_ in rounds)
        best = [max(rates) for rates in zip(*rounds, strict=True)]
        print(
            f"answer page: {best[1]:.0f} per second, bare page with one query {best[0]:.0f}; "
            f"ratio {ratio:.2f} (limit 0.50)",
            flush=True,
        )
        _people(ours)


def _built(config: Config, url: str) -> Platform:
    platform = build_platform(config, url)
    platform.host.refresh_from(platform.database)
    platform.database.dispose()  # the server's processes open connections of their own
    return platform


def _bare(url: str) -> Flask:
    app, engine = Flask("bare"), create_engine(url)

    @app.get("/")
    def page() -> str:
        with engine.connect() as connection:
            title = connection.execute(text("SELECT key FROM surveys_surveys LIMIT 1")).scalar()
        return f"<!doctype html><title>{title}</title><h1>{title}</h1>"

    return app


def _people(port: int) -> None:
    """Let fifty people answer at once, each some times, thinking for a second in between."""
    with ThreadPoolExecutor(PEOPLE) as pool:
        took = [one for found in pool.map(_person, [port] * PEOPLE, range(PEOPLE)) for one in found]
    share = quantiles(took, n=20)[18]
    print(
        f"{PEOPLE} people answering: {len(took)} requests, median {1000 * median(took):.0f} ms, "
        f"95th percentile {1000 * share:.0f} ms (limit 100)",
        flush=True,
    )


def _person(port: int, number: int) -> list[float]:
    took: list[float] = []
    address = f"/surveys/p/{PUBLIC}"
    time.sleep(number / PEOPLE)
    for _time in range(5):
        page = _timed(took, port, "GET", address, "")
        form: dict[str, Any] = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        time.sleep(1)
        done = _timed(took, port, "POST", address, urlencode({**form, "go": "next", "q0": "9"}))
        if "</html>" not in done:
            raise RuntimeError(done)
        time.sleep(1)
    return took


def _timed(took: list[float], port: int, method: str, path: str, body: str) -> str:
    started = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text_ = answer.read().decode()
    took.append(time.perf_counter() - started)
    connection.close()
    if answer.status != 200:
        raise RuntimeError(text_[:500])
    return text_


if __name__ == "__main__":
    main()
