"""An import, and its undoing, killed hard again and again, end like undisturbed ones."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from tests.faults.test_every_statement import scissors_at

from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import Actor
from guanxi.imports import jobs
from guanxi.imports import mapping as mappings
from guanxi.imports.contract import ColumnMapping
from guanxi.imports.domain import Run, TakenOver, undo, upload
from guanxi.platform import Platform
from guanxi.testkit.reuse import Databases

ADA = Actor("user", "Ada")
BATCH = 25
PEOPLE = ColumnMapping(
    {"external_id": "id", "name": "name", "email": "email", "city": "city"},
    {"external_source": "shop"},
)
TRADE = ColumnMapping(
    {"external_id": "invoice", "product": "product", "quantity": "quantity",
     "unit_price": "price", "occurred_at": "when", "customer_id": "customer"},
    {"source": "shop", "customer_source": "shop", "channel": "website", "currency": "GBP"},
    {"time_zone": "Europe/London"},
)  # fmt: skip
# Some rows are refused, some name a customer twice, and lines of one invoice stand apart.
CUSTOMERS = "id,name,email,city\n" + "".join(
    f"{n % 480},Name {n},{'nonsense' if n % 17 == 0 else f'n{n % 480}@example.com'},York\n"
    for n in range(500)
)
LINES = "invoice,product,quantity,price,when,customer\n" + "".join(
    f"A{n % 400},P{n % 7},{'many' if n % 31 == 0 else 2},1.25,2026-03-01 10:00,{n % 300}\n"
    for n in range(900)
)
FILES = {"customers": (CUSTOMERS, PEOPLE), "touchpoints": (LINES, TRADE)}
Contents = dict[str, list[tuple[Any, ...]]]
QUERIES = {
    "imports": "SELECT importer, state, rows_total, rows_done, counts FROM imports ORDER BY id",
    "refused": "SELECT i.importer, r.row_number, r.cells, r.message, r.params "
    "FROM import_refusals r JOIN imports i ON i.id = r.import_id ORDER BY i.id, r.row_number",
    "customers": "SELECT display_name, city, version, erased_at IS NULL FROM customers "
    "ORDER BY 1, 2, 3, 4",
    "identities": "SELECT kind, value FROM customer_identities ORDER BY 1, 2",
    "touchpoints": "SELECT external_id, state, amount, version, customer_id IS NULL "
    "FROM touchpoints ORDER BY 1, 2, 3, 4, 5",
    "lines": "SELECT product, sum(quantity), count(*) FROM touchpoint_lines GROUP BY 1 ORDER BY 1",
    "events": "SELECT kind, count(*) FROM events GROUP BY 1 ORDER BY 1",
    "audit": "SELECT action, count(*), count(DISTINCT subject_id) FROM audit_entries "
    "GROUP BY 1 ORDER BY 1",
}


@pytest.fixture
def undisturbed(databases: Databases, tmp_path: Path) -> Iterator[Platform]:
    """Another platform, on which nothing is killed."""
    url = databases.take()
    (tmp_path / "other").mkdir()
    platform = build_platform(Config(home=tmp_path / "other"), url)
    yield platform
    platform.database.dispose()
    databases.give_back(url)


def begun(platform: Platform, importer: str) -> UUID:
    contents, mapping = FILES[importer]
    file = platform.config.home / f"{importer}.csv"
    file.write_text(contents, "utf-8")
    with platform.database.write(ADA, now=utc_now()) as session:
        row = upload(session, platform.files, importer, file, file.name, now=utc_now())
        row.mapping = mappings.as_dict(mapping)
    return row.id


def work_on(platform: Platform, import_id: UUID) -> Run:
    work = Run(platform, import_id, now=utc_now())
    work.kind = replace(work.kind, batch=BATCH)
    return work


def contents(platform: Platform) -> Contents:
    with platform.database.read() as session:
        return {
            name: [tuple(row) for row in session.execute(text(query))]
            for name, query in QUERIES.items()
        }


def times_killed(platform: Platform, act: Callable[[], object]) -> int:
    """Do something in processes that are killed at a statement by chance, until one gets through.

    :return: how many were killed.
    """
    chance = random.Random(7)
    for killed in range(1000):
        platform.database.dispose()
        pid = os.fork()
        if pid == 0:
            try:
                kill_ourselves_at(platform, chance.randint(10, 60) + 2 * killed)
                act()
            finally:
                os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0:
            return killed
    raise AssertionError("it never came to its end")


def kill_ourselves_at(platform: Platform, statement: int) -> None:
    seen = iter(range(1, statement))

    def count(*_about: object) -> None:
        if next(seen, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(platform.database.engine, "before_cursor_execute", count)
    event.listen(platform.database.engine, "commit", count)


@pytest.mark.faults
@pytest.mark.slow
def test_an_import_killed_again_and_again_ends_like_an_undisturbed_one(
    platform: Platform, undisturbed: Platform
) -> None:
    killed = {}
    for importer in FILES:
        work_on(undisturbed, begun(undisturbed, importer)).execute()
        import_id = begun(platform, importer)
        killed[importer] = times_killed(platform, work_on(platform, import_id).execute)

    after = contents(platform)

    assert min(killed.values()) >= 5
    assert len(after["refused"]) > 50
    assert after == contents(undisturbed)


@pytest.mark.faults
@pytest.mark.slow
def test_an_undo_killed_again_and_again_ends_like_an_undisturbed_one(
    platform: Platform, undisturbed: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guanxi.customers.domain.undo.undo_import.__kwdefaults__", {"limit": BATCH})
    monkeypatch.setattr(
        "guanxi.touchpoints.domain.undo.undo_import.__kwdefaults__", {"limit": BATCH}
    )
    ids = {}
    for place in (undisturbed, platform):
        ids[place.database.url] = {importer: begun(place, importer) for importer in FILES}
        for import_id in ids[place.database.url].values():
            work_on(place, import_id).execute()

    def taking_back(place: Platform, importer: str) -> Callable[[], object]:
        import_id = ids[place.database.url][importer]
        return lambda: undo(place, import_id, now=utc_now(), actor=ADA)

    killed = {}
    for importer in reversed(FILES):
        taking_back(undisturbed, importer)()
        killed[importer] = times_killed(platform, taking_back(platform, importer))

    assert min(killed.values()) >= 3
    assert contents(platform) == contents(undisturbed)


def test_who_comes_second_to_an_import_writes_nothing_and_does_not_spoil_it(
    platform: Platform, undisturbed: Platform
) -> None:
    work_on(undisturbed, begun(undisturbed, "customers")).execute()
    import_id = begun(platform, "customers")
    first, second = work_on(platform, import_id), work_on(platform, import_id)
    steps = iter([lambda: None, second.execute])

    with pytest.raises(TakenOver):
        first.execute(progress=lambda _done, _total: next(steps, lambda: None)())

    assert contents(platform) == contents(undisturbed)


def test_an_import_goes_on_after_the_database_was_away(
    platform: Platform, undisturbed: Platform
) -> None:
    work_on(undisturbed, begun(undisturbed, "customers")).execute()
    import_id = begun(platform, "customers")
    control = SimpleNamespace(is_stopping=lambda: False, check=lambda: None)

    with scissors_at(platform.database.engine) as scissors:
        scissors.arm(12)
        with pytest.raises(OperationalError):
            jobs.run(platform, import_id, control)
        scissors.arm(0)
    jobs.run(platform, import_id, control)

    assert contents(platform) == contents(undisturbed)
