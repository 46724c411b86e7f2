"""Programmes (忠诚计划): made, changed, paused; each with its units and their own accounts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import available_timezones

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, announce_change, new_id, record
from guanxi_loyalty.models import Account, Programme, Unit
from guanxi_loyalty.models.programmes import PURPOSES
from guanxi_loyalty.policies import Policies, read_policies, write_policies
from guanxi_loyalty.storing import as_key
from guanxi_loyalty.texts import N_
from guanxi_loyalty.versions import lock_version

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """A unit to be made: its key, what it is for, and its name in both languages."""

    key: str
    kind: str
    title_en: str
    title_zh: str


POINTS: Final = UnitDraft("points", "spendable", "Points", "积分")
QUALIFYING: Final = UnitDraft("qualifying", "qualifying", "Tier points", "定级积分")


@dataclass(frozen=True, slots=True)
class ProgrammeDraft:
    """A programme to be made. Days and years are those of ``time_zone``."""

    key: str
    title_en: str
    title_zh: str
    currency: str
    time_zone: str
    units: Sequence[UnitDraft] = (POINTS, QUALIFYING)
    policies: Policies = field(default_factory=Policies)


def create_programme(
    session: Session, draft: ProgrammeDraft, *, now: datetime, by: str
) -> Programme:
    """Make a programme with its units.

    :raises Invalid: a key, currency or time zone that there is not.
    :raises Conflict: the key is taken.
    """
    _check(draft)
    if session.scalar(select(Programme.id).where(Programme.key == draft.key)) is not None:
        raise Conflict(N_("There is a programme %(key)s already."), key=draft.key)
    programme = Programme(
        key=draft.key,
        title_en=draft.title_en.strip(),
        title_zh=draft.title_zh.strip() or draft.title_en.strip(),
        currency=draft.currency,
        time_zone=draft.time_zone,
        policies=write_policies(draft.policies),
        created_at=now,
        changed_at=now,
        changed_by=by,
    )
    session.add(programme)
    session.flush()
    for unit in draft.units:
        _add_unit(session, programme, unit)
    record(session, "loyalty.programme_created", _subject(programme), after={"key": draft.key})
    announce_change(session)
    return programme


def find_programme(session: Session, key: str) -> Programme:
    """Return a programme by its key.

    :raises NotFound: there is none.
    """
    found = session.scalar(select(Programme).where(Programme.key == as_key(key)))
    if found is None:
        raise NotFound(N_("There is no programme %(key)s."), key=key)
    return found


def change_policies(
    session: Session, programme: Programme, policies: Mapping[str, Any], *, now: datetime, by: str
) -> None:
    """Put other policies in force, for what is earned from now on.

    :raises Invalid: see :func:`read_policies`.
    """
    checked = write_policies(read_policies(policies))
    before = dict(programme.policies)
    programme.policies = checked
    _changed(programme, now, by)
    record(session, "loyalty.programme_changed", _subject(programme), before=before, after=checked)
    announce_change(session)


def change_programme(
    session: Session,
    programme: Programme,
    titles: Mapping[str, str],
    policies: Mapping[str, Any],
    *,
    now: datetime,
    by: str,
    expected_version: int | None = None,
) -> None:
    """Change titles and policies together; policies count for what is earned from now on.

    :param expected_version: the version that the person saw.
    :raises Invalid: see :func:`read_policies`.
    :raises PreconditionFailed: somebody changed it since.
    """
    lock_version(session, programme, expected_version)
    checked = write_policies(read_policies(policies))
    _require_title(titles["title_en"])
    before = {**_titles(programme), **programme.policies}
    programme.title_en = titles["title_en"].strip()
    programme.title_zh = titles["title_zh"].strip() or programme.title_en
    programme.policies = checked
    _changed(programme, now, by)
    after = {**_titles(programme), **checked}
    record(session, "loyalty.programme_changed", _subject(programme), before=before, after=after)
    announce_change(session)


def set_state(
    session: Session,
    programme: Programme,
    state: str,
    reason: str | None = None,
    *,
    now: datetime,
    by: str,
    expected_version: int | None = None,
) -> None:
    """Let the programme take commands (``active``), pause it, or make it ``read_only``.

    :param expected_version: the version that the person saw.
    :raises PreconditionFailed: somebody changed it since.
    """
    lock_version(session, programme, expected_version)
    before = {"state": programme.state}
    programme.state, programme.state_reason = state, reason
    _changed(programme, now, by)
    after = {"state": state, "reason": reason}
    record(session, "loyalty.programme_changed", _subject(programme), before=before, after=after)


def _subject(programme: Programme) -> tuple[str, str]:
    return "loyalty_programme", programme.key


def _titles(programme: Programme) -> dict[str, str]:
    return {"title_en": programme.title_en, "title_zh": programme.title_zh}


def _require_title(title: str) -> None:
    if not title.strip():
        raise Invalid(N_("Give the programme a title."), fields={"title_en": []})


def _changed(programme: Programme, now: datetime, by: str) -> None:
    programme.changed_at, programme.changed_by = now, by
    programme.version += 1


def _add_unit(session: Session, programme: Programme, draft: UnitDraft) -> None:
    unit = Unit(
        programme_id=programme.id,
        key=draft.key,
        kind=draft.kind,
        title_en=draft.title_en,
        title_zh=draft.title_zh,
    )
    session.add(unit)
    session.flush()
    own = [purpose for purpose in PURPOSES if purpose != "member"]
    rows = [{"id": new_id(), "unit_id": unit.id, "purpose": purpose} for purpose in own]
    session.execute(insert(Account), rows)


def _check(draft: ProgrammeDraft) -> None:
    for key in (draft.key, *(unit.key for unit in draft.units)):
        if not _KEY.fullmatch(key):
            raise Invalid(
                N_("A key begins with a letter and has small letters, digits and _ only."),
                fields={"key": []},
            )
    _require_title(draft.title_en)
    if not _CURRENCY.fullmatch(draft.currency):
        raise Invalid(N_("The currency is a code of three letters."), fields={"currency": []})
    if draft.time_zone not in available_timezones():
        raise Invalid(
            N_("There is no time zone %(zone)s."), zone=draft.time_zone, fields={"time_zone": []}
        )
    read_policies(write_policies(draft.policies))
