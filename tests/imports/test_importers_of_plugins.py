"""A plugin's own kind of file: mapped, tried, imported, refused and taken back like the core's."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.touchpoints.conftest import Browser

from guanxi.app import build_platform, create_app
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db import Actor
from guanxi.errors import NotFound
from guanxi.imports.domain import Run, get_import, undo, upload
from guanxi.imports.importers import kind_of, kinds_in
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import disable, enable
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow
from guanxi.testkit.plugin_folder import plugin_folder

ADA = Actor("user", "Ada")
LAMPS = '''
from sqlalchemy import text
from guanxi.sdk import imports

PUT = text("INSERT INTO sample_lamps VALUES (:import_id, :name)")
TAKE = text("DELETE FROM sample_lamps WHERE import_id = :import_id")

FIELDS = (imports.ImportField("name", Text("Name", "名称"), required=True, aliases=("lamp",)),)


class Lamps:
    """Lamps with a name; one without light is refused."""

    def __init__(self, header, mapping):
        self._column = list(header).index(mapping.columns["name"])

    def items(self, rows):
        for row in rows():
            name = row[1][self._column]
            if "dark" in name:
                yield imports.Item([row], error=Invalid("A lamp has light."), field="name")
            else:
                yield imports.Item([row], value=name)

    def ahead(self, values, *, now, import_id):
        return values

    def write(self, session, values, *, now, import_id):
        for name in values:
            session.execute(PUT, {"import_id": import_id, "name": name})
        return ["created"] * len(values)

    def keys(self, values):
        return [[value] for value in values]


def start(header, mapping, context):
    return Lamps(header, mapping)


def undo(session, import_id, now):
    taken = session.execute(TAKE, {"import_id": import_id})
    return imports.Undone(removed=taken.rowcount)


@hookimpl
def register_permissions():
    return [Permission("sample.lamps", Text("Lamps", "灯"))]


@hookimpl
def register_importers():
    return [Importer("sample.lamps", Text("Lamps", "灯具"), FIELDS, start, undo,
                     permission="sample.lamps")]
'''
FILE = "lamp,watts\nbright,40\ndark,0\nwarm,60\n"


@pytest.fixture
def platform(config: Config, database_url: str, tmp_path: Path) -> Iterator[Platform]:
    """A platform with a plugin that brings a kind of file, enabled."""
    with plugin_folder(tmp_path / "site") as folder:
        folder.add("sample", LAMPS)
        built = build_platform(config, database_url)
        with built.database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE sample_lamps (import_id uuid, name text)"))
        enable(built.database, built.host, "sample", actor=ADA, now=utc_now())
        built.host.refresh_from(built.database)
        yield built
        built.database.dispose()


@pytest.fixture
def browser(platform: Platform, factories: Factories) -> Browser:
    """An admin at a browser."""
    return Browser(create_app(platform), platform.database, factories.user("admin", name="Grace"))


def colleague(platform: Platform, factories: Factories) -> Browser:
    """Somebody who may import, but no lamps."""
    allow(factories, "staff", "imports.run")
    return Browser(create_app(platform), platform.database, factories.user("staff"))


def prepared(platform: Platform, tmp_path: Path) -> Run:
    file = tmp_path / "lamps.csv"
    file.write_text(FILE, "utf-8")
    with platform.database.write(ADA, now=utc_now()) as session:
        row = upload(session, platform.files, "sample.lamps", file, "lamps.csv", now=utc_now())
    return Run(platform, row.id, now=utc_now())


def test_its_columns_are_recognised_its_rows_written_or_refused_and_taken_back(
    platform: Platform, tmp_path: Path
) -> None:
    run = prepared(platform, tmp_path)

    tried = run.check().as_dict()
    ran = Run(platform, run.row.id, now=utc_now()).execute()
    with platform.database.read() as session:
        counts = get_import(session, run.row.id).counts
    back = undo(platform, run.row.id, now=utc_now(), actor=ADA)

    assert ran
    assert run.row.mapping["columns"] == {"name": "lamp"}
    assert (tried["created"], tried["refused"]) == (2, 1)
    assert (counts["created"], counts["refused"]) == (2, 1)
    assert back.removed == 2


def test_it_is_offered_while_the_plugin_is_enabled_and_to_who_may(
    platform: Platform, browser: Browser, factories: Factories
) -> None:
    staff = colleague(platform, factories)

    assert "Lamps" in browser.get("/imports/new").text
    assert "Lamps" not in staff.get("/imports/new").text
    disable(platform.database, platform.host, "sample", actor=ADA, now=utc_now())
    platform.host.refresh_from(platform.database)
    with platform.database.read() as session:
        assert set(kinds_in(session)) == {"customers", "touchpoints"}
        with pytest.raises(NotFound):
            kind_of(session, "sample.lamps")


def test_who_may_not_import_such_files_does_not_see_those_of_others(
    platform: Platform, browser: Browser, factories: Factories
) -> None:
    form = {"importer": "sample.lamps", "file": (io.BytesIO(FILE.encode()), "lamps.csv")}
    made = browser.send("/imports/new", form)
    staff = colleague(platform, factories)
    refused = staff.send("/imports/new", {**form, "file": (io.BytesIO(FILE.encode()), "lamps.csv")})

    assert made.status_code == 302
    assert "lamps.csv" in browser.get("/imports/").text
    assert "lamps.csv" not in staff.get("/imports/").text
    assert staff.get(made.location).status_code == 404
    assert refused.status_code == 404
