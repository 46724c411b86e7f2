"""Bring a test's database back to its template instead of making a new one: much faster, as clean.

A database is used again only if its tables, columns, indexes, triggers and functions are those of
the template and nobody holds a lock on them; otherwise it is dropped, so that a test can do
anything to it. So is each one on a server where no superuser is known, who alone empties tables
that guard their rows.
"""

from dataclasses import dataclass, field

import psycopg
from sqlalchemy import make_url

from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.testkit.schema import enable_plugins
from guanxi.testkit.snapshot import Snapshot, restore, take_snapshot


@dataclass(slots=True)
class _Pool:
    """A template and the copies of it that wait for a test."""

    template: str
    snapshot: Snapshot
    free: list[str] = field(default_factory=list)


class Databases:
    """Databases of one test process, copied from templates and used again and again.

    Those with plugins are copied from a template of their own, made when first asked for.
    """

    def __init__(self, server: Server, template: str) -> None:
        self._server = server
        self._template = template
        self._pools: dict[tuple[str, ...], _Pool] = {}
        self._taken: dict[str, _Pool] = {}

    def take(self, plugins: tuple[str, ...] = ()) -> str:
        """Return the address of a clean database on which ``plugins`` are enabled."""
        if plugins not in self._pools:
            template = self._template_with(plugins) if plugins else self._template
            self._pools[plugins] = _Pool(template, take_snapshot(self._trusted(template)))
        pool = self._pools[plugins]
        url = pool.free.pop() if pool.free else fresh_database(self._server, pool.template)
        self._taken[url] = pool
        return url

    def give_back(self, url: str) -> None:
        """Clean the database for the next test, or drop it if that cannot be done."""
        pool = self._taken.pop(url)
        try:
            clean = restore(self._trusted(url), pool.snapshot)
        except psycopg.Error:
            clean = False
        if clean:
            pool.free.append(url)
        else:
            drop_database(url)

    def close(self) -> None:
        """Drop what is left."""
        for plugins, pool in self._pools.items():
            for url in (*pool.free, *((pool.template,) if plugins else ())):
                drop_database(url)

    def _trusted(self, url: str) -> str:
        """Return the address in psycopg's form, with the role that may do most."""
        address = make_url(url).set(drivername="postgresql", username=self._server.superuser)
        return address.render_as_string(hide_password=False)

    def _template_with(self, plugins: tuple[str, ...]) -> str:
        url = fresh_database(self._server, self._template)
        enable_plugins(url, plugins)
        return url
