"""Ready classifications for trades (行业分类模板): files beside this package, brought in whole.

A template names the custom fields that its rules look at, and makes those that are missing; one
that is there with another type is in the way, and the import says so.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, Text, custom_fields
from guanxi_segmentation.models import Scheme
from guanxi_segmentation.schemes.domain import create_scheme
from guanxi_segmentation.schemes.drafts import ClassDraft, SchemeDraft
from guanxi_segmentation.schemes.treatments import at_hand
from guanxi_segmentation.texts import N_

FOLDER: Final = Path(__file__).parent.parent / "trades"
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Trade:
    """A template: its name, what it is, and its document."""

    name: str
    title: Text
    about: Text
    document: Mapping[str, Any]

    @property
    def schemes(self) -> Sequence[str]:
        """The keys of the schemes that it brings."""
        return [one["key"] for one in self.document["schemes"]]


def available() -> list[Trade]:
    """Return the templates that come with the plugin, by name."""
    return [_trade(json.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.json"))]


def import_trade(session: Session, name: str, *, now: datetime) -> list[Scheme]:
    """Make the schemes and the missing custom fields of a template that comes with the plugin.

    :raises NotFound: there is no such template.
    :raises Conflict: a scheme of its key is there, or a custom field of another type.
    """
    for trade in available():
        if trade.name == name:
            return import_document(session, trade.document, now=now)
    raise NotFound(N_("There is no template %(name)s."), name=name[:80])


def import_document(
    session: Session, document: Mapping[str, Any], *, now: datetime
) -> list[Scheme]:
    """Make the schemes and the missing custom fields of a template's document.

    :raises Invalid: it is no such document, or something of it does not do.
    """
    drafts = drafts_of(document)
    _make_fields(session, document.get("custom_fields", ()))
    ready = [replace(one, classes=at_hand(session, one.classes)) for one in drafts]
    return [create_scheme(session, draft, now=now) for draft in ready]


def drafts_of(document: Mapping[str, Any]) -> list[SchemeDraft]:
    """Return the schemes that a document describes.

    :raises Invalid: it is no such document.
    """
    try:
        drafts = [_draft(one) for one in document["schemes"]]
    except (KeyError, TypeError, AttributeError, ValueError):
        drafts = []
    if not drafts or document.get("v") != VERSION:
        raise Invalid(
            N_("This is no template: version 1 with schemes and their classes is expected.")
        )
    return drafts


def _trade(document: Mapping[str, Any]) -> Trade:
    titles = Text(document["title_en"], document["title_zh"])
    return Trade(
        document["trade"], titles, Text(document["about_en"], document["about_zh"]), document
    )


def _draft(one: Mapping[str, Any]) -> SchemeDraft:
    return SchemeDraft(
        key=one["key"],
        title_en=one["title_en"],
        title_zh=one.get("title_zh", ""),
        kind=one["kind"],
        options=dict(one.get("options", {})),
        classes=[
            ClassDraft(
                part["key"],
                part["title_en"],
                part.get("title_zh", ""),
                part.get("rule"),
                dict(part.get("treatment", {})),
            )
            for part in one["classes"]
        ],
    )


def _make_fields(session: Session, wanted: Sequence[Mapping[str, Any]]) -> None:
    there = {field.key: field for field in custom_fields.all_fields(session)}
    for one in wanted:
        found = there.get(one["key"])
        if found is None:
            values = {name: value for name, value in one.items() if name not in ("key", "type")}
            custom_fields.create_field(session, one["key"], one["type"], values)
        elif found.type != one["type"] or found.archived:
            raise Conflict(
                N_(
                    "The custom field %(key)s is there, but archived or not of the type %(type)s. "
                    "The template needs it."
                ),
                key=one["key"],
                type=one["type"],
            )
