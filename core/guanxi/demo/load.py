"""The demo's data, through the very import that everybody has: invented customers, real trade.

It happens once per installation; if it is interrupted, the next start goes on where it stopped.
"""

import csv
import gzip
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import select

from guanxi import audit
from guanxi.audit.models import AuditEntry
from guanxi.clock import utc_now
from guanxi.db.write import Actor
from guanxi.delivery.guard import lent
from guanxi.demo.names import invent_name
from guanxi.imports import mapping as mappings
from guanxi.imports.contract import ColumnMapping
from guanxi.imports.domain import Run, sha256, upload
from guanxi.imports.models import Import
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable

SOURCE = "online-retail"
FILLED = "plugin.demo_filled"
FILE = Path(__file__).parents[3] / "demo" / "online-retail" / "online_retail.csv.gz"
ACTOR = Actor("import", "demo data")
CUSTOMERS = ColumnMapping(
    columns={name: name for name in (
        "family_name", "given_name", "name_order", "language", "country", "external_id", "invented",
    )},
    constants={"external_source": SOURCE, "source": SOURCE},
)  # fmt: skip
TRADE = ColumnMapping(
    columns={
        "external_id": "InvoiceNo",
        "product": "StockCode",
        "description": "Description",
        "quantity": "Quantity",
        "occurred_at": "InvoiceDate",
        "unit_price": "UnitPrice",
        "customer_id": "CustomerID",
    },
    constants={
        "source": SOURCE,
        "channel": "website",
        "currency": "GBP",
        "customer_source": SOURCE,
    },
    options={"time_zone": "Europe/London"},
)

Show = Callable[[str, int, int], None]
"""Told what is being done, and the rows done of all."""


def load_demo(platform: Platform, show: Show, file: Path = FILE) -> bool:
    """Import the demo unless it is there; return whether anything was done."""
    if not file.exists():
        return False
    imported = not _is_done(platform, file)
    if imported:
        _import_files(platform, show, file)
    filled = _fill_plugins(platform)
    return imported or filled


def _import_files(platform: Platform, show: Show, file: Path) -> None:
    names = platform.config.home / "demo-customers.csv"
    if not names.exists():
        write_customers(file, names)
    for importer, path, mapping in (("customers", names, CUSTOMERS), ("touchpoints", file, TRADE)):
        _import(platform, importer, path, mapping, partial(show, importer))


def write_customers(trade: Path, target: Path) -> None:
    """Write a file of customers with invented names for the numbers that the trade names."""
    countries: dict[str, str] = {}
    with gzip.open(trade, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["CustomerID"]:
                countries.setdefault(row["CustomerID"].removesuffix(".0"), row["Country"])
    part = target.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(CUSTOMERS.columns)
        for number, country in sorted(countries.items()):
            name = invent_name(number)
            order = "eastern" if name.language == "zh" else "western"
            writer.writerow((name.family, name.given, order, name.language, country, number, "yes"))
    part.replace(target)


def _is_done(platform: Platform, file: Path) -> bool:
    query = select(Import.id).where(
        Import.importer == "touchpoints", Import.file_sha256 == sha256(file)
    )
    with platform.database.read() as session:
        done = query.where(Import.state.in_(("done", "undoing", "undone")))
        return session.execute(done.limit(1)).first() is not None


def _fill_plugins(platform: Platform) -> bool:
    """Enable each plugin that adds to the demo and let it, once per installation."""
    now, filled = utc_now(), False
    for name, demo in platform.host.demos():
        done = select(AuditEntry.id).where(
            AuditEntry.subject_kind == "plugin",
            AuditEntry.subject_id == name,
            AuditEntry.action == FILLED,
        )
        with platform.database.read() as session:
            if session.execute(done.limit(1)).first() is not None:
                continue
        enable(platform.database, platform.host, name, actor=ACTOR, now=now)
        with platform.database.write(ACTOR, now=now, dispatcher=platform.dispatcher) as session:
            with lent(session):
                demo.fill(session, now)
            audit.record(session, FILLED, ("plugin", name))
        filled = True
    return filled


def _import(
    platform: Platform,
    importer: str,
    path: Path,
    mapping: ColumnMapping,
    progress: Callable[[int, int], None],
) -> None:
    now = utc_now()
    begun = select(Import).where(Import.importer == importer, Import.file_sha256 == sha256(path))
    with platform.database.write(ACTOR, now=now) as session:
        row = session.scalars(begun.order_by(Import.created_at)).first()
        if row is None:
            row = upload(session, platform.files, importer, path, path.name, now=now)
            row.mapping = mappings.as_dict(mapping)
        done = row.state == "done"
    if not done:
        Run(platform, row.id, now=now).execute(progress)
