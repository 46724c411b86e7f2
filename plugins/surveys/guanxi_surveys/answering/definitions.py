"""What is asked: a survey as an answer needs it, and its published questionnaire, read once.

Both are small: the draft of a survey may be large and is of no concern here. A published version
never changes, so the questionnaire that was read from it is kept, by the version's id.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from guanxi.sdk import NotFound, send
from guanxi_surveys.models import Version
from guanxi_surveys.questionnaire import Questionnaire, read
from guanxi_surveys.texts import N_

KEPT: Final = 100
"""Questionnaires that are kept ready in a process."""
_LONGEST: Final = 200
_NONE: Final = N_("There is no such survey.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A survey without its draft; names as in :class:`Survey`. ``version_id``: what is out now."""

    id: UUID
    key: str
    title: Mapping[str, str]
    state: str
    identity: str
    options: Mapping[str, Any]
    public_key: str | None
    closes_at: datetime | None
    answer_limit: int | None
    first_answer_at: datetime | None
    current_number: int | None
    version_id: UUID | None

    @property
    def anonymous(self) -> bool:
        """Say whether nothing may lead from an answer to a person."""
        return self.identity == "anonymous"


@dataclass(frozen=True, slots=True)
class Published:
    """A version that was read."""

    id: UUID
    survey_id: UUID
    number: int
    questionnaire: Questionnaire
    measures: Mapping[str, Any]
    languages: tuple[str, ...]


def by_id(session: Session, survey_id: UUID) -> Asked:
    """Return a survey.

    :raises NotFound: there is none.
    """
    return _find(session, "id", survey_id)


def by_key(session: Session, key: str) -> Asked:
    """Return a survey by its key, or by its id as text.

    :raises NotFound: there is none.
    """
    try:
        return by_id(session, UUID(key))
    except ValueError:
        return _find(session, "key", _storable(key))


def by_public_key(session: Session, public_key: str) -> Asked:
    """Return the survey that a public link opens.

    :raises NotFound: there is none.
    """
    return _find(session, "public_key", _storable(public_key))


def published(session: Session, version_id: UUID) -> Published:
    """Return a version ready to be asked, from this process's own store if it is there."""
    found = _STORE.get(version_id)
    if found is None:
        row = session.execute(_VERSION.where(Version.id == version_id)).one()
        found = Published(
            row.id,
            row.survey_id,
            row.number,
            read(row.definition),
            row.measures,
            tuple(row.languages),
        )
        _STORE.put(found)
    return found


def current(session: Session, asked: Asked) -> Published:
    """Return what a survey asks now.

    :raises NotFound: it was never published.
    """
    if asked.version_id is None:
        raise NotFound(_NONE)
    return published(session, asked.version_id)


class _Store:
    """Versions by id, those used last; immutable, so all apps of a process may share them."""

    def __init__(self) -> None:
        self._held: OrderedDict[UUID, Published] = OrderedDict()
        self._lock = Lock()

    def get(self, version_id: UUID) -> Published | None:
        with self._lock:
            found = self._held.get(version_id)
            if found is not None:
                self._held.move_to_end(version_id)
            return found

    def put(self, one: Published) -> None:
        with self._lock:
            self._held[one.id] = one
            while len(self._held) > KEPT:
                self._held.popitem(last=False)


_STORE: Final = _Store()
_ASKED: Final = """
    SELECT s.id, s.key, s.title, s.state, s.identity, s.options, s.public_key, s.closes_at,
           s.answer_limit, s.first_answer_at, s.current_number, v.id
    FROM surveys_surveys s
    LEFT JOIN surveys_versions v ON v.survey_id = s.id AND v.number = s.current_number
    WHERE s.{} = %s
    """
_VERSION: Final[Select[Any]] = select(
    Version.id,
    Version.survey_id,
    Version.number,
    Version.definition,
    Version.measures,
    Version.languages,
)


def _storable(key: str) -> str:
    if "\0" in key or len(key) > _LONGEST:
        raise NotFound(_NONE)
    return key


def _find(session: Session, column: str, value: UUID | str) -> Asked:
    row = send(session, _ASKED.format(column), (value,)).fetchone()
    if row is None:
        raise NotFound(_NONE)
    return Asked(*row)
