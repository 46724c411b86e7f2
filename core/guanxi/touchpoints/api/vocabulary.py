"""Channels, kinds and outcomes: read by whoever sees touchpoints, changed by the admin."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from guanxi.http import current
from guanxi.i18n import Text
from guanxi.touchpoints.api.blueprint import MANAGE, VIEW, answer, api
from guanxi.touchpoints.domain import vocabulary
from guanxi.touchpoints.domain.vocabulary import ListName, Word
from guanxi.touchpoints.models import Outcome
from guanxi.touchpoints.schemas.vocabulary import (
    NewOutcomeSchema,
    NewWordSchema,
    OutcomeTitlesSchema,
    TitlesSchema,
    WordSchema,
    WordsSchema,
)


@api.get("/channels", permission=VIEW)
@api.response(200, WordsSchema)
def list_channels() -> Response:
    """All channels, archived ones included."""
    return answer({"items": _shown_list("channel")})


@api.post("/channels", permission=MANAGE)
@api.arguments(NewWordSchema())
@api.response(201, WordSchema)
def add_channel(values: dict[str, Any]) -> Response:
    """Add a channel."""
    return _add("channel", values)


@api.patch("/channels/<key>", permission=MANAGE)
@api.arguments(TitlesSchema())
@api.response(200, WordSchema)
def change_channel(values: dict[str, Any], key: str) -> Response:
    """Rename, archive or restore a channel."""
    return _change("channel", key, values)


@api.get("/touchpoint-kinds", permission=VIEW)
@api.response(200, WordsSchema)
def list_kinds() -> Response:
    """All kinds of touchpoint, archived ones included."""
    return answer({"items": _shown_list("kind")})


@api.post("/touchpoint-kinds", permission=MANAGE)
@api.arguments(NewWordSchema())
@api.response(201, WordSchema)
def add_kind(values: dict[str, Any]) -> Response:
    """Add a kind of touchpoint."""
    return _add("kind", values)


@api.patch("/touchpoint-kinds/<key>", permission=MANAGE)
@api.arguments(TitlesSchema())
@api.response(200, WordSchema)
def change_kind(values: dict[str, Any], key: str) -> Response:
    """Rename, archive or restore a kind of touchpoint."""
    return _change("kind", key, values)


@api.get("/touchpoint-outcomes", permission=VIEW)
@api.response(200, WordsSchema)
def list_outcomes() -> Response:
    """All outcomes, archived ones included."""
    return answer({"items": _shown_list("outcome")})


@api.post("/touchpoint-outcomes", permission=MANAGE)
@api.arguments(NewOutcomeSchema())
@api.response(201, WordSchema)
def add_outcome(values: dict[str, Any]) -> Response:
    """Add an outcome."""
    return _add("outcome", values)


@api.patch("/touchpoint-outcomes/<key>", permission=MANAGE)
@api.arguments(OutcomeTitlesSchema())
@api.response(200, WordSchema)
def change_outcome(values: dict[str, Any], key: str) -> Response:
    """Rename, archive or restore an outcome, or change what it counts as."""
    return _change("outcome", key, values)


def _shown_list(of: ListName) -> list[dict[str, Any]]:
    return [_shown(word) for word in vocabulary.list_words(current.session(), of, archived=True)]


def _add(to: ListName, values: Mapping[str, Any]) -> Response:
    title = Text(values["title_en"], values["title_zh"])
    vocabulary.add(current.tx(), to, Word(values["key"], title, values.get("success")))
    return answer(_shown(_word(to, values["key"])), 201)


def _change(of: ListName, key: str, values: dict[str, Any]) -> Response:
    archived = values.pop("archived", None)
    if values:
        old = _word(of, key)
        title = Text(values.get("title_en", old.title_en), values.get("title_zh", old.title_zh))
        success = values.get("success", getattr(old, "success", None))
        vocabulary.rename(current.tx(), of, Word(key, title, success))
    if archived is not None:
        vocabulary.archive(current.tx(), of, key, archived=archived)
    return answer(_shown(_word(of, key)))


def _word(of: ListName, key: str) -> vocabulary.AnyWord:
    return vocabulary.get_word(current.tx(), of, key)


def _shown(word: vocabulary.AnyWord) -> dict[str, Any]:
    shown = {"key": word.key, "title_en": word.title_en, "title_zh": word.title_zh}
    outcome = {"success": word.success} if isinstance(word, Outcome) else {}
    return {**shown, "archived": word.archived, **outcome}
