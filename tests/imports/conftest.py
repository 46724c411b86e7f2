"""What the tests of imports share: a file ready to run, a browser, the command line."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text
from tests.touchpoints.conftest import Browser

from guanxi.cli import cli
from guanxi.clock import utc_now
from guanxi.command import CommandContext
from guanxi.config import Config
from guanxi.customers.domain.custom_fields import create_field
from guanxi.db import Actor, Database
from guanxi.imports import mapping as mappings
from guanxi.imports.contract import ColumnMapping
from guanxi.imports.domain import Run, upload
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories

ADA = Actor("user", "Ada")
Prepare = Callable[..., Run]
Guanxi = Callable[..., list[str]]


@pytest.fixture
def prepare(platform: Platform, tmp_path: Path) -> Prepare:
    """Upload a text as a file and return the import, ready to run.

    Without a mapping it is the proposed one, with ``constants`` for all rows.
    """

    def make(
        importer: str, contents: str, mapping: ColumnMapping | None = None, **constants: str
    ) -> Run:
        file = tmp_path / "file.csv"
        file.write_text(contents, "utf-8")
        with platform.database.write(ADA, now=utc_now()) as session:
            row = upload(session, platform.files, importer, file, "file.csv", now=utc_now())
            if mapping is None:
                row.mapping = {**row.mapping, "constants": constants}
            else:
                row.mapping = mappings.as_dict(mapping)
        return Run(platform, row.id, now=utc_now())

    return make


@pytest.fixture
def add_field(platform: Platform) -> Callable[..., None]:
    """``add_field("tier", "choice", choices=["Gold"])`` adds a custom field as an admin does."""

    def add(key: str, type_: str, **values: Any) -> None:
        titles = {"title_en": key.replace("_", " ").title(), "title_zh": f"字段{key}"}
        with platform.database.write(ADA, now=utc_now()) as session:
            create_field(session, key, type_, titles | values)

    return add


@pytest.fixture
def browser(app: Flask, database: Database, factories: Factories) -> Browser:
    """An admin at a browser."""
    return Browser(app, database, factories.user("admin", name="Grace"))


@pytest.fixture
def guanxi(platform: Platform, config: Config) -> Guanxi:
    """``guanxi("import", path)`` runs a command and returns its lines."""

    def run(*arguments: object) -> list[str]:
        url = platform.database.url
        context = CommandContext(config, lambda *_: platform, lambda _: nullcontext(url))
        result = CliRunner().invoke(
            cli, [*map(str, arguments)], obj=context, catch_exceptions=False
        )
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    return run


def rows(platform: Platform, statement: str, **values: Any) -> list[Any]:
    """Return what a query finds."""
    with platform.database.read() as session:
        return [tuple(row) for row in session.execute(text(statement), values)]


def counts(platform: Platform, run: Run) -> tuple[int, int, int, int]:
    """Return how many were created, changed, unchanged and refused."""
    ((found,),) = rows(platform, "SELECT counts FROM imports WHERE id = :id", id=run.row.id)
    return found["created"], found["changed"], found["unchanged"], found["refused"]
