"""Check what a plugin declares: each name under its own prefix, and nothing twice."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import get_args

from croniter import croniter
from marshmallow import Schema
from sqlalchemy import ColumnElement
from sqlalchemy.orm import QueryableAttribute

from guanxi.db import Base
from guanxi.i18n import N_
from guanxi.plugins import contract as c
from guanxi.plugins.contribution import Contribution, named
from guanxi.plugins.problems import faulty

_WORD = re.compile(r"[a-z][a-z0-9_]*")
_EVENT = re.compile(r"[A-Z][A-Za-z0-9]*")
_IDENTITIES = frozenset({"email", "phone", "external", "social"})


def check_declarations(plugin: str, found: Contribution, core_permissions: Collection[str]) -> None:
    """Check everything but tables and routes, which have files of their own.

    :param core_permissions: the names of permissions that a plugin may use beside its own.
    :raises Faulty: with the first thing that does not fit.
    """
    permissions = {p.name for p in found.permissions} | set(core_permissions)
    _names(plugin, N_("permission"), (p.name for p in found.permissions))
    for permission in found.permissions:
        for needed in permission.needs:
            check_permission(permission.name, needed, permissions)
    _names(plugin, N_("event"), (e.kind for e in found.events), _EVENT)
    _names(plugin, N_("importer"), (i.key for i in found.importers))
    _words(N_("job"), (job.name for job in found.jobs))
    _words(N_("command"), (command.name or "" for command in found.commands))
    _words(N_("reward kind"), (kind.kind for kind in found.reward_kinds))
    _words(N_("message channel"), (channel.key for channel in found.channels))
    check_attributes(plugin, found.attributes, found, core_permissions)
    for importer in found.importers:
        check_permission(importer.key, importer.permission, permissions)
    for job in found.jobs:
        _check_schedule(job)
    for channel in found.channels:
        _one_of("identity_kind", channel.key, channel.identity_kind, _IDENTITIES)
    _check_settings(found.settings)


def check_attributes(
    plugin: str,
    attributes: Sequence[c.Attribute],
    found: Contribution,
    core_permissions: Collection[str],
    *,
    declared: bool = True,
) -> None:
    """Check attributes of a plugin that brings ``found``.

    :param declared: False for those out of a source, whose choices may all be still to come.
    :raises Faulty: with the first thing that does not fit.
    """
    permissions = {p.name for p in found.permissions} | set(core_permissions)
    _names(plugin, N_("attribute"), (a.key for a in attributes))
    for attribute in attributes:
        if declared:
            _check_choices(attribute)
        _check_attribute(attribute, found, permissions)


def check_permission(what: str, permission: str, known: Collection[str]) -> None:
    """Check that ``what`` names a permission that is declared.

    :raises Faulty: nobody declared it, so no role could ever be given it.
    """
    if permission not in known:
        raise faulty(
            N_("%(what)s asks for the permission %(permission)s, which nobody declares."),
            what=what,
            permission=permission,
        )


def _names(plugin: str, what: str, names: Iterable[str], rest: re.Pattern[str] = _WORD) -> None:
    """Check that names are ``<plugin>.<rest>`` and differ from each other."""
    found = list(names)
    _unique(what, found)
    for name in found:
        prefix, dot, last = name.partition(".")
        if prefix != plugin or not dot or not rest.fullmatch(last):
            raise faulty(
                N_(
                    "Its %(what)s %(name)s lies outside its prefix; "
                    "its name must begin with %(prefix)s."
                ),
                what=what,
                name=name or "''",
                prefix=f"{plugin}.",
            )


def _words(what: str, names: Iterable[str]) -> None:
    found = list(names)
    _unique(what, found)
    for name in found:
        if not _WORD.fullmatch(name.replace("-", "_")):
            raise faulty(
                N_("Its %(what)s %(name)s has no valid name; use lower-case letters and digits."),
                what=what,
                name=name or "''",
            )


def _unique(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise faulty(N_("It declares the %(what)s %(name)s twice."), what=what, name=name)


def _check_choices(attribute: c.Attribute) -> None:
    if attribute.type.startswith("choice") and not attribute.choices:
        raise faulty(N_("Its attribute %(name)s has no choices."), name=attribute.key)


def _check_attribute(
    attribute: c.Attribute, found: Contribution, permissions: Collection[str]
) -> None:
    _one_of("type", attribute.key, attribute.type, get_args(c.AttributeType))
    if attribute.permission is not None:
        check_permission(attribute.key, attribute.permission, permissions)
    if (attribute.join is None) != (attribute.on is None):
        raise faulty(
            N_("Its attribute %(name)s needs both join and on, or neither."), name=attribute.key
        )
    _check_join(attribute, found)
    try:
        value = attribute.sql()
    except Exception as error:
        raise faulty(
            N_("The SQL of its attribute %(name)s failed: %(why)s."),
            name=attribute.key,
            why=named(error),
        ) from error
    if not isinstance(value, ColumnElement | QueryableAttribute):
        raise faulty(N_("The SQL of its attribute %(name)s is no column."), name=attribute.key)


def _check_join(attribute: c.Attribute, found: Contribution) -> None:
    for table in getattr(attribute.join, "_from_objects", ()):
        metadata = getattr(table, "metadata", None)
        if metadata is not None and metadata is not found.models and metadata is not Base.metadata:
            raise faulty(
                N_("Its attribute %(name)s reads %(table)s, a table of another plugin."),
                name=attribute.key,
                table=table.name,
            )


def _check_schedule(job: c.Job) -> None:
    if job.schedule is not None and not croniter.is_valid(job.schedule):
        raise faulty(
            N_("The schedule %(schedule)s of its job %(name)s is no cron expression."),
            schedule=job.schedule,
            name=job.name,
        )


def _check_settings(settings: type[Schema] | None) -> None:
    if settings is None:
        return
    if not issubclass(settings, Schema):
        raise faulty(N_("Its settings %(name)s are no marshmallow schema."), name=settings.__name__)
    try:
        settings()
    except Exception as error:
        raise faulty(N_("Its settings cannot be used: %(why)s."), why=named(error)) from error


def _one_of(field: str, name: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        raise faulty(
            N_("The %(field)s of %(name)s is %(value)s; it must be one of %(allowed)s."),
            field=field,
            name=name,
            value=value,
            allowed=", ".join(sorted(allowed)),
        )
