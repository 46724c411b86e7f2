"""Read and change settings. Only values that differ from the schema's defaults are stored.

Defaults merge at read, so a new field of a new version has its value at once. Secrets (fields
with ``metadata["secret"]``) are encrypted, and come out only through :meth:`SettingsStore.get`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import structlog
from marshmallow import RAISE, Schema, ValidationError, fields, missing
from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.access.secrets import SecretsBox
from guanxi.db import Database
from guanxi.db.locks import wait_lock
from guanxi.db.write import write_context
from guanxi.errors import ConfigError, Invalid, NotFound, PreconditionFailed
from guanxi.settings.models import SettingsHistory, SettingsRow

log = structlog.get_logger(__name__)

SECRET_KEPT = "••••••"  # noqa: S105 -- a mask
"""What forms and the API show for a secret that is set; sending it back changes nothing."""

_BUMP = text("UPDATE platform_state SET generation = generation + 1")


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: who, when, and per field the value before and after (empty: the default)."""

    id: int
    at: datetime
    actor_name: str
    fields: tuple[tuple[str, Any, Any], ...]


class SettingsStore:
    """The settings of the core and of all plugins, cached per generation.

    :param schemas: returns the schema class of each scope.
    :param generation: returns the generation that this process has seen.
    """

    def __init__(
        self,
        database: Database,
        secrets: SecretsBox,
        *,
        schemas: Callable[[], Mapping[str, type[Schema]]],
        generation: Callable[[], int],
    ) -> None:
        self._database = database
        self._secrets = secrets
        self._schemas = schemas
        self._generation = generation
        self._cached: tuple[int, dict[str, Mapping[str, Any]]] = (-1, {})

    def schema(self, scope: str) -> Schema:
        """Return the schema of ``scope``.

        :raises NotFound: nobody declares settings under that name.
        """
        found = self._schemas().get(scope)
        if found is None:
            raise NotFound("There are no settings for %(scope)s.", scope=scope)
        return found(unknown=RAISE)

    def scopes(self) -> list[str]:
        """Return the scopes that have settings, the core's first."""
        return list(self._schemas())

    def get(self, scope: str) -> Mapping[str, Any]:
        """Return the values in force, secrets in clear; for code, never for output."""
        generation, cache = self._cached
        if generation != self._generation():
            generation, cache = self._generation(), {}
            self._cached = (generation, cache)
        if scope not in cache:
            with self._database.read() as session:
                stored = _stored(session, scope)
            cache[scope] = MappingProxyType(self._effective(scope, stored))
        return cache[scope]

    def shown(self, session: Session, scope: str) -> dict[str, Any]:
        """Return the values as a person may see them: dumped, secrets masked."""
        schema = self.schema(scope)
        effective = self._effective(scope, _stored(session, scope))
        dumped: dict[str, Any] = {
            name: field.serialize(name, effective) for name, field in schema.fields.items()
        }
        for name in _secret_names(schema):
            dumped[name] = SECRET_KEPT if effective.get(name) else ""
        return dumped

    def version(self, session: Session, scope: str) -> int:
        """Return the number of the latest change of ``scope``; 0 where nobody changed it."""
        query = select(func.max(SettingsHistory.id)).where(SettingsHistory.scope == scope)
        return session.execute(query).scalar_one() or 0

    def change(
        self,
        session: Session,
        scope: str,
        values: Mapping[str, Any],
        *,
        expected_version: int | None = None,
    ) -> None:
        """Validate ``values`` (a subset of the fields) and store them.

        :param expected_version: refuse where somebody made another one meanwhile.
        :raises Invalid: with the messages per field.
        :raises PreconditionFailed: it is another version.
        """
        schema = self.schema(scope)
        given = {
            name: value
            for name, value in values.items()
            if not (name in _secret_names(schema) and value == SECRET_KEPT)
        }
        try:
            loaded = schema.load(given, partial=True)
        except ValidationError as error:
            raise Invalid(
                "Some settings are not right.", fields=dict(error.messages_dict)
            ) from None
        wait_lock(session, "settings", scope)
        before = _stored(session, scope)
        if expected_version not in (None, self.version(session, scope)):
            raise PreconditionFailed("Somebody changed these settings meanwhile. Read them again.")
        after = self._stored_form(schema, before, loaded)
        self._write(session, scope, before, after)

    def roll_back(self, session: Session, history_id: int, *, scope: str | None = None) -> None:
        """Make the values before one change the current ones again.

        :param scope: where the change must have been; None for anywhere.
        :raises NotFound: no such entry.
        """
        entry = session.get(SettingsHistory, history_id)
        if entry is None or (scope is not None and entry.scope != scope):
            raise NotFound("There is no such version of the settings.")
        wait_lock(session, "settings", entry.scope)
        self._write(session, entry.scope, _stored(session, entry.scope), entry.before)

    def differences(self, changes: Sequence[SettingsHistory]) -> list[Difference]:
        """Return what each change did, secrets masked."""
        found = []
        for change in changes:
            masked = self._masked(change.scope)
            before, after = masked(change.before), masked(change.after)
            names = _changed(change.before, change.after)
            fields_ = tuple((n, before.get(n, ""), after.get(n, "")) for n in names)
            found.append(Difference(change.id, change.at, change.actor_name, fields_))
        return found

    def _effective(self, scope: str, stored: Mapping[str, Any]) -> dict[str, Any]:
        schema = self.schema(scope)
        values: dict[str, Any] = {}
        for name, field in schema.fields.items():
            default = field.load_default
            values[name] = (
                None if default is missing else default() if callable(default) else default
            )
            if name in stored:
                values[name] = self._restore(field, name, stored[name])
        return values

    def _restore(self, field: fields.Field[Any], name: str, value: Any) -> Any:
        if field.metadata.get("secret"):
            return self._secret(name, value)
        try:
            return field.deserialize(value, name, {})
        except ValidationError:
            return None if field.load_default is missing else field.load_default

    def _secret(self, name: str, value: str) -> str:
        """Return a secret in clear; empty where its key is lost, so that it can be entered anew."""
        try:
            return self._secrets.decrypt(value) if value else ""
        except ConfigError:
            log.warning("settings.secret_unreadable", setting=name)
            return ""

    def unreadable(self, session: Session) -> list[str]:
        """Return the stored secrets whose key is lost, as ``scope.name``."""
        return [
            f"{scope}.{name}"
            for scope in self.scopes()
            for name in sorted(_secret_names(self.schema(scope)))
            if (value := _stored(session, scope).get(name)) and not self._secret(name, value)
        ]

    def _stored_form(
        self, schema: Schema, before: Mapping[str, Any], loaded: Mapping[str, Any]
    ) -> dict[str, Any]:
        after = dict(before)
        secret = _secret_names(schema)
        for name, value in loaded.items():
            field = schema.fields[name]
            if name in secret:
                after[name] = self._secrets.encrypt(value) if value else ""
            elif value == field.load_default:
                after.pop(name, None)
            else:
                after[name] = field.serialize(name, {name: value})
        return after

    def _write(
        self, session: Session, scope: str, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        if before == after:
            return
        context = write_context(session)
        row = {"values": dict(after), "schema_version": 1, "updated_at": context.now}
        session.execute(
            upsert(SettingsRow)
            .values(scope=scope, **row)
            .on_conflict_do_update(index_elements=["scope"], set_=row)
        )
        session.execute(
            insert(SettingsHistory).values(
                scope=scope,
                at=context.now,
                actor_id=context.actor.id,
                actor_name=context.actor.name,
                before=dict(before),
                after=dict(after),
            )
        )
        masked = self._masked(scope)
        old, new = masked(before), masked(after)
        names = _changed(before, after)
        audit.record(
            session,
            "settings.changed",
            ("settings", scope),
            before={name: old.get(name) for name in names},
            after={name: new.get(name) for name in names},
        )
        session.execute(_BUMP)

    def _masked(self, scope: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        secret = _secret_names(self.schema(scope))
        return lambda values: {
            name: (SECRET_KEPT if value else "") if name in secret else value
            for name, value in values.items()
        }


def history(session: Session, scope: str, limit: int = 50) -> list[SettingsHistory]:
    """Return the latest changes of a scope, newest first. Secrets in it are encrypted."""
    query = select(SettingsHistory).where(SettingsHistory.scope == scope)
    return list(session.scalars(query.order_by(SettingsHistory.id.desc()).limit(limit)))


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def _stored(session: Session, scope: str) -> dict[str, Any]:
    query = select(SettingsRow.values).where(SettingsRow.scope == scope)
    return dict(session.execute(query).scalar_one_or_none() or {})


def _secret_names(schema: Schema) -> set[str]:
    return {name for name, field in schema.fields.items() if field.metadata.get("secret")}
