"""One PostgreSQL: its engine, its sessions, and the only place that commits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import ORMExecuteState, Session

from guanxi.db import json
from guanxi.db.direct import committing
from guanxi.db.inserting import are_few, insert_rows
from guanxi.db.write import Actor, WriteContext
from guanxi.errors import ConfigError

DeferJob = Callable[[Session, str, Mapping[str, Any], datetime | None], None]
"""Takes a session, the job's name, its arguments (JSON) and the instant before which it waits."""


def _nobody(
    _session: Session, _name: str, _arguments: Mapping[str, Any], _at: datetime | None
) -> None:
    """Queue nothing, where no worker is wired; periodic jobs find what is due."""


class GuardedSession(Session):
    """A session whose ORM selects carry the row rule in ``info["criteria"]``.

    While ``info["lent"]`` is set, whoever works with it may not end its transaction.
    """

    def commit(self) -> None:
        """Commit, unless the session is lent."""
        self._refuse_if_lent()
        super().commit()

    def rollback(self) -> None:
        """Roll back, unless the session is lent."""
        self._refuse_if_lent()
        super().rollback()

    def _refuse_if_lent(self) -> None:
        if self.info.get("lent"):
            raise RuntimeError("This session is lent: whoever opened it commits or rolls back.")


@event.listens_for(GuardedSession, "do_orm_execute")
def _apply_row_rule(state: ORMExecuteState) -> None:
    criteria = state.session.info.get("criteria")
    if criteria and not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(*criteria)


class Database:
    """Sessions on one PostgreSQL database.

    :param url: ``postgresql://...``; the psycopg 3 driver is used whatever the URL names.
    """

    def __init__(self, url: str, *, pool_size: int = 8, application_name: str = "guanxi") -> None:
        self.url = driver_url(url)
        self.engine: Engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=False,
            pool_recycle=1800,
            json_serializer=json.dumps,
            json_deserializer=json.loads,
            connect_args={
                "application_name": application_name,
                "options": "-c timezone=UTC",
                "connect_timeout": 10,
            },
        )
        self.autocommit: Engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self.row_rules: Callable[[Any], tuple[Any, ...]] = lambda _principal: ()
        """Turns a principal into loader criteria; set where the application is wired."""
        self.settings: Callable[[str], Mapping[str, Any]] = lambda _scope: {}
        """Returns the settings in force of a scope; set where the application is wired."""
        self.channels: Callable[[], Sequence[tuple[str, Any]]] = lambda: ()
        """Returns plugins' ways to reach customers; set where the application is wired."""
        self.attributes: Callable[[], Mapping[str, Any]] = dict
        """Returns the attribute catalogue by key; set where the application is wired."""
        self.importers: Callable[[], Sequence[Any]] = tuple
        """Returns plugins' kinds of files to import; set where the application is wired."""
        self.defer_job: DeferJob = _nobody
        """Queues a background job in the session's transaction; set where jobs are wired."""

    @contextmanager
    def write(
        self,
        actor: Actor,
        *,
        now: datetime,
        request_id: str | None = None,
        change_set: UUID | None = None,
        dispatcher: Any = None,
        principal: Any = None,
    ) -> Iterator[Session]:
        """Open a transaction; commit it with its events and audit entries, or nothing at all.

        :param principal: the person whose row rule limits what the transaction can load.
        """
        context = WriteContext(actor, now, request_id, change_set, dispatcher)
        info = self._info(principal) | {"write": context}
        with GuardedSession(self.engine, expire_on_commit=False, info=info) as session:
            yield session
            finish(session)

    @contextmanager
    def read(self, principal: Any = None) -> Iterator[Session]:
        """Open a session for reading; ``principal`` brings its row rule (see ``access.rows``)."""
        info = self._info(principal)
        with GuardedSession(
            self.autocommit, expire_on_commit=False, autoflush=False, info=info
        ) as session:
            yield session

    @contextmanager
    def snapshot(self, principal: Any = None) -> Iterator[Session]:
        """Open a session that sees one moment throughout, for long streams; it changes nothing."""
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        engine = self.engine.execution_options(**options)
        with GuardedSession(engine, autoflush=False, info=self._info(principal)) as session:
            yield session

    def _info(self, principal: Any) -> dict[str, Any]:
        return {
            "criteria": self.row_rules(principal),
            "settings": self.settings,
            "channels": self.channels,
            "attributes": self.attributes,
            "importers": self.importers,
            "defer_job": self.defer_job,
        }

    def dispose(self) -> None:
        """Close all pooled connections, for example before a fork."""
        self.engine.dispose()


def finish(session: Session) -> None:
    """Flush the session, write what is pending, commit."""
    session.flush()
    last = session.info["write"].write_all_but_last(session)
    if are_few(last):
        with committing(session.connection()):
            insert_rows(session, *last)
    else:
        insert_rows(session, *last)
    session.commit()


def driver_url(url: str) -> str:
    """Return ``url`` with the driver that we use.

    :raises ConfigError: it is no address of a PostgreSQL database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError(
            "DATABASE_URL is not a database address; write postgresql://user:password@host/name."
        ) from None
    if not parsed.drivername.startswith("postgres"):
        raise ConfigError(
            "DATABASE_URL names %(driver)s, but Guanxi works with PostgreSQL only.",
            driver=parsed.drivername,
        )
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
