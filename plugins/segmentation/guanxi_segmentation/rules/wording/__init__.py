"""Rules in plain words, Chinese and English, for people who never see the document."""

from guanxi_segmentation.rules.tree import Node, Rule
from guanxi_segmentation.rules.wording.chinese import Chinese
from guanxi_segmentation.rules.wording.english import English
from guanxi_segmentation.rules.wording.names import Names
from guanxi_segmentation.rules.wording.wordings import Wordings

__all__ = ["Names", "clause", "sentence"]


def sentence(rule: Rule, language: str, names: Names) -> str:
    """Return a rule as a sentence about customers; ``language`` is ``zh`` or ``en``."""
    return _in(language, names).sentence(rule.where)


def clause(node: Node, language: str, names: Names) -> str:
    """Return one condition or group by itself, as in the answer to "why"."""
    text = _in(language, names).clause(node)
    return text[:1].upper() + text[1:]


def _in(language: str, names: Names) -> Wordings:
    return Chinese(names) if language.startswith("zh") else English(names)
