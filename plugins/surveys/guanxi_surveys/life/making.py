"""Make surveys: empty, from a ready kit, from a SurveyJS file, or as a copy of another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, new_id, record, write_context
from guanxi_surveys.kits import find_kit
from guanxi_surveys.life.drafts import (
    checked_definition,
    checked_key,
    checked_measures,
    checked_title,
)
from guanxi_surveys.life.finding import find_survey
from guanxi_surveys.life.options import checked
from guanxi_surveys.life.storing import subject
from guanxi_surveys.models import Survey
from guanxi_surveys.models.surveys import IDENTITIES
from guanxi_surveys.texts import N_, _

_SUFFIXES: Final = 1000


@dataclass(frozen=True, slots=True)
class SurveyDraft:
    """A survey to be made; see the columns of :class:`Survey`."""

    key: str
    title: str | Mapping[str, Any]
    definition: Mapping[str, Any] | None = None
    """None: an empty questionnaire."""
    measures: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    identity: str = "named"
    kit: str | None = None


def make_survey(session: Session, draft: SurveyDraft, *, now: datetime) -> Survey:
    """Make a survey; it is a draft until it is published.

    :raises Invalid: something does not fit.
    :raises Conflict: there is one with this key.
    """
    values: dict[str, Any] = {
        "id": new_id(),
        "key": checked_key(draft.key),
        "title": checked_title(draft.title),
        "kit": draft.kit,
        "identity": checked_identity(draft.identity),
        "definition": _definition(draft),
        "measures": checked_measures(draft.measures),
        "options": checked(draft.options),
        "created_at": now,
        "changed_at": now,
        "changed_by": write_context(session).actor.name,
    }
    require_fitting(values["identity"], values["options"])
    made = insert(Survey).values(**values).on_conflict_do_nothing(index_elements=["key"])
    if session.execute(made.returning(Survey.id)).first() is None:
        told = N_("There is a survey %(key)s already. Choose another key.")
        raise Conflict(told, key=draft.key)
    survey = find_survey(session, draft.key)
    after = {"title": survey.title, "kit": survey.kit, "identity": survey.identity}
    record(session, "survey.made", subject(survey), after=after)
    return survey


def make_from_kit(
    session: Session,
    kit_key: str,
    *,
    key: str | None = None,
    title: str | Mapping[str, Any] | None = None,
    now: datetime,
) -> Survey:
    """Make a survey from a ready kit, under the kit's key and title unless others are given.

    :raises NotFound: there is no such kit.
    """
    kit = find_kit(kit_key)
    draft = SurveyDraft(
        key or free_key(session, kit.key),
        title or kit.title,
        kit.definition,
        kit.measures,
        kit.options,
        kit.identity,
        kit.key,
    )
    return make_survey(session, draft, now=now)


def copy_survey(
    session: Session,
    source: str,
    *,
    key: str | None = None,
    title: str | Mapping[str, Any] | None = None,
    now: datetime,
) -> Survey:
    """Make a draft with the questions and options of another; its answers stay where they are."""
    other = find_survey(session, source)
    draft = SurveyDraft(
        key or free_key(session, other.key),
        title or other.title,
        other.definition,
        other.measures,
        other.options,
        other.identity,
        other.kit,
    )
    return make_survey(session, draft, now=now)


def free_key(session: Session, wanted: str) -> str:
    """Return a key that is free: the one that is wanted, or with a number behind."""
    base = wanted[:55]
    taken = set(
        session.scalars(select(Survey.key).where(Survey.key.startswith(base, autoescape=True)))
    )
    tries = (wanted, *(f"{base}_{number}" for number in range(2, _SUFFIXES)))
    return next((one for one in tries if one not in taken), wanted)


def checked_identity(identity: str) -> str:
    """Return whether answers are named or anonymous.

    :raises Invalid: it is neither.
    """
    if identity not in IDENTITIES:
        told = N_("Answers are named or anonymous.")
        raise Invalid(told, fields={"identity": [_(told)]})
    return identity


def require_fitting(identity: str, options: Mapping[str, Any]) -> None:
    """Refuse what only a known customer could get, where nobody is known.

    :raises Invalid: an anonymous survey rewards, or remembers attributes of who answers.
    """
    if identity != "anonymous":
        return
    for name in ("reward", "attributes"):
        if options.get(name):
            told = N_("An anonymous survey knows nobody: it can neither reward nor remember "
                      "anything of who answers.")  # fmt: skip
            raise Invalid(told, fields={f"options.{name}": [_(told)]})


def _definition(draft: SurveyDraft) -> dict[str, Any]:
    if draft.definition is not None:
        return checked_definition(draft.definition)
    return {"title": checked_title(draft.title), "pages": [{"name": "page1", "elements": []}]}
