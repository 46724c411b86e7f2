"""Names of organisations without what only says their legal form (有限公司, Ltd, GmbH)."""

import re
from itertools import pairwise

from guanxi.customers.domain.pinyin import simplified
from guanxi.customers.domain.writing import fold, is_han


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HAN_FORM = re.compile(
    "(?:(?:股份)?有限(?:责任)?公司|集团公司|股份公司|总公司|分公司|子公司|公司|集团|株式会社|合同会社)"
)
_WESTERN_FORMS = _words(
    """
    ab ag as asa bv co company corp corporation gmbh group holding holdings inc incorporated kg kk
    llc llp limited ltd mbh nv oy oyj plc pte pty sa sarl sas spa srl the
    """
)
_MIN_WORD = 3
_WORDS = re.compile(r"[^\W_]+")


def without_legal_form(name: str) -> str:
    """Return ``name`` folded, without its legal form; whole if nothing else would be left."""
    text = simplified(fold(name)).replace(".", "")
    words = _WORDS.findall(_HAN_FORM.sub(" ", text))
    kept = [word for word in words if word not in _WESTERN_FORMS and word != "and"]
    return " ".join(kept) or text


def telling_parts(name: str) -> tuple[str, ...]:
    """Return the words of a name without legal form; of Han characters each pair of them.

    Organisations are looked for under each, for they are called by any part of their name.
    """
    parts: list[str] = []
    for word in name.split():
        if is_han(word):
            parts += [a + b for a, b in pairwise(word)]
        elif len(word) >= _MIN_WORD:
            parts.append(word)
    return tuple(dict.fromkeys(parts))
