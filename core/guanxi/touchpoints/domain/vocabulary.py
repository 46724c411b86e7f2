"""The lists that a touchpoint's words come from: channels (渠道), kinds (类型), outcomes (结果).

An unknown word is refused. The admin adds and archives; plugins add with :func:`ensure`, for
example in a migration. A word is never deleted, because touchpoints refer to it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.text import clean_text
from guanxi.errors import Conflict, NotFound
from guanxi.i18n import Text
from guanxi.touchpoints.domain.faults import InvalidField
from guanxi.touchpoints.models import Channel, Outcome, TouchpointKind

ListName = Literal["channel", "kind", "outcome"]
AnyWord = Channel | TouchpointKind | Outcome
W = TypeVar("W", Channel, TouchpointKind, Outcome)

MODELS: Final[dict[ListName, type[Channel] | type[TouchpointKind] | type[Outcome]]] = {
    "channel": Channel,
    "kind": TouchpointKind,
    "outcome": Outcome,
}
MAX_TITLE: Final = 60
_KEY = re.compile("[a-z][a-z0-9_]{0,39}(\\.[a-z][a-z0-9_]{0,39})?")


@dataclass(frozen=True, slots=True)
class Word:
    """One entry of a list. ``success`` is for outcomes: good, bad, or neither (None)."""

    key: str
    title: Text
    success: bool | None = None


def channels(session: Session, *, archived: bool = False) -> Sequence[Channel]:
    """Return the channels in their order; ``archived`` adds those no longer offered."""
    return _all(session, Channel, archived=archived)


def kinds(session: Session, *, archived: bool = False) -> Sequence[TouchpointKind]:
    """Return the kinds of touchpoint in their order; ``archived`` adds those no longer offered."""
    return _all(session, TouchpointKind, archived=archived)


def outcomes(session: Session, *, archived: bool = False) -> Sequence[Outcome]:
    """Return the outcomes in their order; ``archived`` adds those no longer offered."""
    return _all(session, Outcome, archived=archived)


def list_words(session: Session, of: ListName, *, archived: bool = False) -> Sequence[AnyWord]:
    """Return one of the lists by its name."""
    if of == "channel":
        return channels(session, archived=archived)
    return (
        kinds(session, archived=archived) if of == "kind" else outcomes(session, archived=archived)
    )


def get_word(session: Session, of: ListName, key: str) -> AnyWord:
    """Return the word with this key, archived or not.

    :raises NotFound: the list has no such key.
    """
    found: AnyWord | None = session.get(  # type: ignore[assignment]
        MODELS[of], key, populate_existing=True
    )
    if found is None:
        raise NotFound("There is no such entry in this list.")
    return found


def add(session: Session, to: ListName, word: Word) -> None:
    """Put a new word at the end of a list.

    :raises InvalidField: the key or a title does not do.
    :raises Conflict: the key is taken.
    """
    word = _checked(word)
    if not _insert(session, to, word):
        raise Conflict("The key %(key)s is already taken. Choose another one.", key=word.key)
    subject = (f"touchpoint_{to}", word.key)
    audit.record(session, f"touchpoint_{to}.added", subject, after=_seen(word))


def ensure(session: Session | Connection, to: ListName, words: Sequence[Word]) -> None:
    """Add those of ``words`` whose keys are new; for plugins, which may call it again and again."""
    for word in words:
        _insert(session, to, _checked(word))


def rename(session: Session, of: ListName, word: Word) -> None:
    """Give the word with this key other titles (and, for an outcome, another meaning).

    :raises NotFound: the list has no such key.
    """
    word, model = _checked(word), MODELS[of]
    found = get_word(session, of, word.key)
    before = Word(found.key, Text(found.title_en, found.title_zh), getattr(found, "success", None))
    session.execute(update(model).where(model.key == word.key).values(**_columns(of, word)))
    old, new = audit.difference(_seen(before), _seen(word))
    if new:
        subject = (f"touchpoint_{of}", word.key)
        audit.record(session, f"touchpoint_{of}.renamed", subject, before=old, after=new)


def archive(session: Session, of: ListName, key: str, *, archived: bool = True) -> None:
    """Stop offering a word in forms, or offer it again. What uses it keeps it.

    :raises NotFound: the list has no such key.
    """
    found, model = get_word(session, of, key), MODELS[of]
    if found.archived != archived:
        session.execute(update(model).where(model.key == key).values(archived=archived))
        verb = "archived" if archived else "restored"
        audit.record(session, f"touchpoint_{of}.{verb}", (f"touchpoint_{of}", key))


def _all(session: Session, model: type[W], *, archived: bool) -> Sequence[W]:
    query = select(model).order_by(model.position, model.key)
    if not archived:
        query = query.where(~model.archived)
    return session.scalars(query).all()


def _insert(session: Session | Connection, to: ListName, word: Word) -> bool:
    model = MODELS[to]
    last = select(func.coalesce(func.max(model.position), 0) + 1).scalar_subquery()
    added = session.execute(
        insert(model)
        .values(key=word.key, position=last, **_columns(to, word))
        .on_conflict_do_nothing()
        .returning(model.key)
    ).scalar_one_or_none()
    return added is not None


def _columns(to: ListName, word: Word) -> dict[str, object]:
    values: dict[str, object] = {"title_en": word.title.en, "title_zh": word.title.zh}
    return values | {"success": word.success} if to == "outcome" else values


def _checked(word: Word) -> Word:
    if not _KEY.fullmatch(word.key):
        raise InvalidField(
            "A key begins with a letter and has only small letters, digits and underscores.",
            field="key",
        )
    english = clean_text(word.title.en, MAX_TITLE)
    chinese = clean_text(word.title.zh, MAX_TITLE)
    if not english or not chinese:
        raise InvalidField("Give a title in both languages.", field="title_en")
    return Word(word.key, Text(english, chinese), word.success)


def _seen(word: Word) -> dict[str, object]:
    return {"title_en": word.title.en, "title_zh": word.title.zh, "success": word.success}
