"""Rules in plain words, with the titles that this installation has."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Channel, Outcome, TouchpointKind, attributes_of, customers, web
from guanxi_segmentation import rules
from guanxi_segmentation.company import company
from guanxi_segmentation.models import Segment
from guanxi_segmentation.rules import InvalidRule, Names, Rule
from guanxi_segmentation.rules.tree import Node

_LISTS = {"kind": TouchpointKind, "channel": Channel, "outcome": Outcome}


class Wording:
    """Puts rules into words of one language; titles are looked up once.

    :param language: ``zh`` or ``en``; the reader's unless said.
    """

    def __init__(self, session: Session, language: str | None = None) -> None:
        self._session = session
        self._language = language or web.language()

    @cached_property
    def _names(self) -> Names:
        firm = company(self._session)
        consents = {
            "consent_channel": customers.CONSENT_CHANNELS,
            "purpose": customers.CONSENT_PURPOSES,
        }
        told = {
            of: {key: title.in_language(self._language) for key, title in titles.items()}
            for of, titles in consents.items()
        }
        return Names(
            attributes=attributes_of(self._session),
            segments=self._titles(Segment),
            words={**{of: self._titles(model) for of, model in _LISTS.items()}, **told},
            currency=firm.currency,
            zone=ZoneInfo(firm.zone),
        )

    def _titles(self, model: Any) -> Mapping[str, str]:
        title = model.title_zh if self._language == "zh" else model.title_en
        return {row[0]: row[1] for row in self._session.execute(select(model.key, title))}

    def of(self, rule: Rule) -> str:
        """Return what a rule says."""
        return rules.sentence(rule, self._language, self._names)

    def of_node(self, node: Node) -> str:
        """Return what one condition says."""
        return rules.clause(node, self._language, self._names)


def rule_in_words(
    session: Session, document: Mapping[str, Any], language: str | None = None
) -> str:
    """Return what a stored rule says; empty where it cannot be read any more."""
    try:
        return in_words(session, rules.read(document), language)
    except InvalidRule:
        return ""


def in_words(session: Session, rule: Rule, language: str | None = None) -> str:
    """Return what a rule says."""
    return Wording(session, language).of(rule)
