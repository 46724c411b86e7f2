"""Yes and no in English and Chinese, and as spreadsheets write them."""

import unicodedata

from guanxi.imports.files.values.errors import NotABoolean, quoted

_YES = frozenset(
    {"true", "t", "yes", "y", "1", "1.0", "on", "x", "√", "✓", "✔",
     "是", "真", "对", "有", "开", "启用", "同意"}
)  # fmt: skip
_NO = frozenset(
    {"false", "f", "no", "n", "0", "0.0", "off", "×", "✗", "✘",
     "否", "假", "错", "无", "关", "停用", "不同意", "不"}
)  # fmt: skip


def parse_bool(text: str) -> bool:
    """Return whether ``text`` means yes (是, 对, yes, TRUE, 1, x) or no (否, 无, no, FALSE, 0).

    Raises NotABoolean for everything else, an empty text too.
    """
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise NotABoolean(
        "“%(text)s” is neither yes nor no. Write yes or no, or 1 or 0.", text=quoted(text)
    )
