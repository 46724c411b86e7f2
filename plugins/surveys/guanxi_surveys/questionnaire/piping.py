"""Answers put into texts (``Why did you give {score}?``), and texts made safe to show.

What an author writes may hold harmless HTML; what a person answered never does: it is escaped,
and what comes of both is cleaned once more where it stands inside of HTML.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from guanxi_surveys.questionnaire.displaying import display
from guanxi_surveys.questionnaire.references import bare, root_of
from guanxi_surveys.questionnaire.sentences import shown
from guanxi_surveys.questionnaire.values import at_path, is_empty
from guanxi_surveys.questionnaire.wording import Wording, said

if TYPE_CHECKING:
    from guanxi_surveys.questionnaire.state import State

_PIPE: Final = re.compile(r"\{([^{}]+)\}")
INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "cite",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    ]
)
"""Tags that a title may hold."""
BLOCKS: Final = INLINE | frozenset(
    [
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
"""Tags that HTML may hold."""
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "*": {"dir", "lang"},
}
PIPED: Final = 2_000
"""Characters of an answer that are put into a text."""


@lru_cache(maxsize=4_096)
def clean(text: str, *, blocks: bool = False) -> Markup:
    """Return ``text`` with its harmless HTML only."""
    if "<" not in text and "&" not in text:
        return Markup(escape(text))  # noqa: S704 -- escaped
    import nh3  # noqa: PLC0415 -- only where there is HTML

    tags = set(BLOCKS if blocks else INLINE)
    return Markup(  # noqa: S704 -- cleaned
        nh3.clean(
            text,
            tags=tags,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer",
        )
    )


def piped(state: "State", text: Wording, language: str, *, blocks: bool = False) -> Markup:
    """Return a text in ``language`` with answers put in, safe to show as it is."""
    default = state.questionnaire.language
    words = said(text, language, default)
    if "{" not in words:
        return clean(words, blocks=blocks)

    def put_in(found: re.Match[str]) -> str:
        name = found.group(1)
        if (value := spoken(state, name, language)) is None:
            return found.group(0)
        return str(escape(value))

    if "<" not in words:
        return Markup(_PIPE.sub(put_in, str(clean(words))))  # noqa: S704 -- both parts are escaped
    return clean.__wrapped__(_PIPE.sub(put_in, words), blocks=blocks)


def spoken(state: "State", name: str, language: str) -> str | None:
    """Return what a name in a text stands for; None if it is none, empty if not answered."""
    root = root_of(name, state.plan.known)
    if root is None:
        return None
    value: Any = state.scope.get(root)
    question = state.questionnaire.by_name.get(root)
    path = bare(name)[len(root) :]
    if path and not path.lower().startswith("-unwrapped"):
        value, question = at_path(value, path), None
    if is_empty(value):
        return ""
    if question is None:
        return shown(value)[:PIPED]
    said_of_other = state.data.get(question.comment_name, "") if question.other else ""
    default = state.questionnaire.language
    return display(question, value, language, default, other=str(said_of_other))[:PIPED]
