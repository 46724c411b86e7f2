"""Make scorecards, and keep files of past cases that they may learn from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guanxi.sdk import (
    Conflict,
    Invalid,
    NotFound,
    Text,
    attributes_of,
    new_id,
    record,
    tables,
    write_context,
)
from guanxi_scoring.life import changing
from guanxi_scoring.life.contract import May
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.life.making import ModelDraft, ensure_model
from guanxi_scoring.life.ordering import order_fit
from guanxi_scoring.models import CaseFile, Model
from guanxi_scoring.risk.options import KIND
from guanxi_scoring.texts import N_, _

LONGEST_TITLE: Final = 120
LONGEST_KEY: Final = 40
MOST_CASES: Final = 50_000
MOST_COLUMNS: Final = 200
_KEY: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class CardDraft:
    """A scorecard to be made."""

    key: str
    title_en: str = ""
    title_zh: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    refit_days: int | None = None


def get_card(session: Session, key: str) -> Model:
    """Return a scorecard.

    :raises NotFound: there is none of that key.
    """
    try:
        found = get_model(session, key)
    except NotFound:
        found = None
    if found is None or found.kind != KIND:
        raise NotFound(N_("There is no scorecard %(key)s."), key=key[:80])
    return found


def create_card(session: Session, draft: CardDraft, *, may: May, now: datetime) -> Model:
    """Make a scorecard and have it fitted.

    :param may: what whoever makes it is allowed; only attributes that they may see are taken.
    :raises Invalid: something does not fit, with the field.
    :raises Conflict: there is a model of that key.
    """
    if len(draft.key) > LONGEST_KEY or not _KEY.fullmatch(draft.key):
        said = _("A key has small letters, digits and single _, at most 40.")
        raise Invalid(N_("The key does not fit."), fields={"key": [said]})
    title = Text(*_titles(draft.title_en, draft.title_zh))
    _require_sight(session, draft.options, may)
    made = ModelDraft(draft.key, KIND, title, draft.options, draft.refit_days)
    if not ensure_model(session, made, now=now):
        raise Conflict(N_("There is a model %(key)s already. Choose another key."), key=draft.key)
    model = get_model(session, draft.key)
    order_fit(session, model, "first", now=now)
    return model


def change_card(
    session: Session,
    key: str,
    changes: Mapping[str, Any],
    *,
    may: May,
    expected_version: int | None = None,
    now: datetime,
) -> Model:
    """Change a scorecard and have it fitted anew; the one in force stays until that is done.

    :raises Invalid: something does not fit.
    :raises PreconditionFailed: somebody was faster.
    """
    model = get_card(session, key)
    before, changes = dict(model.options), dict(changes)
    if {"title_en", "title_zh"} & changes.keys():
        titles = (changes.get(name, getattr(model, name)) for name in ("title_en", "title_zh"))
        changes["title_en"], changes["title_zh"] = _titles(*titles)
    if "options" in changes:
        require_allowed(session, model, changes["options"], may)
    model = changing.change_model(session, key, changes, expected_version=expected_version, now=now)
    if model.options != before and model.state == "active":
        order_fit(session, model, "asked", now=now)
    return model


def keep_cases(
    session: Session, title: str, name: str, table: tables.Table, *, now: datetime
) -> CaseFile:
    """Keep a table of past cases.

    :raises Invalid: it has no title, or too much of anything.
    """
    told = " ".join(title.split()) or " ".join(name.split())
    if not told or len(told) > LONGEST_TITLE or not told.isprintable():
        said = _("Write a title of at most %(most)s characters.", most=LONGEST_TITLE)
        raise Invalid(N_("The title does not fit."), fields={"title": [said]})
    if len(table.rows) > MOST_CASES or len(table.columns) > MOST_COLUMNS:
        raise Invalid(
            N_("Past cases have at most %(rows)s rows and %(columns)s columns."),
            rows=MOST_CASES,
            columns=MOST_COLUMNS,
        )
    made = CaseFile(
        id=new_id(),
        title=told,
        file_name=name[:LONGEST_TITLE],
        columns=table.columns,
        rows=[[number, *cells] for number, cells in table.rows],
        cases=len(table.rows),
        uploaded_at=now,
        uploaded_by=write_context(session).actor.name,
    )
    session.add(made)
    session.flush()
    after = {"title": told, "cases": made.cases}
    record(session, "scoring_cases.kept", ("scoring_cases", str(made.id)), after=after)
    return made


def list_cases(session: Session) -> Sequence[CaseFile]:
    """Return the files of past cases, the latest first; without their rows."""
    return session.scalars(
        select(CaseFile).order_by(CaseFile.uploaded_at.desc(), CaseFile.id.desc())
    ).all()


def remove_cases(session: Session, file_id: UUID) -> None:
    """Remove a file of past cases; cards that learnt from it stay as they are.

    :raises NotFound: there is none.
    """
    found = session.scalars(
        delete(CaseFile).where(CaseFile.id == file_id).returning(CaseFile.title)
    ).one_or_none()
    if found is None:
        raise NotFound(N_("There is no such file of past cases."))
    before = {"title": found}
    record(session, "scoring_cases.removed", ("scoring_cases", str(file_id)), before=before)


def _titles(english: str, chinese: str) -> tuple[str, str]:
    en, zh = " ".join(english.split()), " ".join(chinese.split())
    said = _("Write a title of at most %(most)s characters.", most=LONGEST_TITLE)
    if not (en or zh):
        raise Invalid(N_("The title does not fit."), fields={"title_en": [said]})
    for name, title in (("title_en", en), ("title_zh", zh)):
        if len(title) > LONGEST_TITLE or not title.isprintable():
            raise Invalid(N_("The title does not fit."), fields={name: [said]})
    return en or zh, zh or en


def _keys(options: Mapping[str, Any]) -> Iterable[str]:
    characteristics = options.get("characteristics")
    for one in characteristics if isinstance(characteristics, list) else ():
        if isinstance(one, dict) and isinstance(one.get("key"), str):
            yield one["key"]
    outcome = options.get("outcome")
    if isinstance(outcome, dict) and isinstance(outcome.get("attribute"), str):
        yield outcome["attribute"]


def require_allowed(session: Session, model: Model, options: Mapping[str, Any], may: May) -> None:
    """Refuse attributes that a card does not look at yet, and whoever asks may not see."""
    _require_sight(session, options, may, seen=set(_keys(model.options)))


def _require_sight(
    session: Session, options: Mapping[str, Any], may: May, seen: set[str] | None = None
) -> None:
    """Refuse attributes that whoever asks may not see: a card would tell of them."""
    known = attributes_of(session)
    for key in set(_keys(options)) - (seen or set()):
        permission = known[key].permission if key in known else None
        if permission is not None and not may(permission):
            said = _("There is no attribute %(key)s that you may see.", key=key)
            raise Invalid(
                N_("These options of the model do not fit. See what is said about each."),
                fields={"options.characteristics": [said]},
            )
