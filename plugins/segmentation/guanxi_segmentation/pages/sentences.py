"""Rules in plain words of the reader's language."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from guanxi_segmentation import rules
from guanxi_segmentation.rules import InvalidRule, Rule


def rule_in_words(session: Session, document: Mapping[str, Any]) -> str:
    """Return what a stored rule says; empty where it cannot be read any more."""
    try:
        return in_words(session, rules.read(document))
    except InvalidRule:
        return ""


def in_words(session: Session, rule: Rule) -> str:
    """Return what a rule says."""
    return ""
