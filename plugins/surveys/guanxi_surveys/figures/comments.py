"""What is said in words: in which language, how it sounds, and the words it is about (词频, 情感).

Chinese is cut into words by jieba; how it sounds is said by SnowNLP, whose naive Bayes model was
trained on reviews of purchases. English is told by TextBlob from a lexicon of adjectives. Both
carry their model with them and are wrong about irony, so that figures show many comments, never
one as a verdict. Other languages are kept without either.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

ENGLISH: Final = "en"
CHINESE: Final = "zh"
MOST_WORDS: Final = 30
MOST_LETTERS: Final = 2000
"""So much of a comment is read; the rest adds nothing to what it is about."""
_MEANING: Final = ("n", "v", "a", "l", "i")
"""jieba's tags of nouns, verbs, adjectives and set phrases."""
_CHINESE_SHARE: Final = 0.3

_SAYS_NOTHING_EN: Final = """
about above after again against all also always am an and any anything are aren't around as at
back be because been before being below between both but by came can can't cannot come could
couldn't did didn't do does doesn't doing don't done down during each even ever every everything
few for from further get gets getting give given go goes going got had hadn't has hasn't have
haven't having he her here hers herself him himself his how however i'd i'll i'm i've if in into
is isn't it it's its itself just know let let's like made make many may me might mine more most
much must my myself need never no nor not nothing now of off often on once one only or other our
ours ourselves out over own per put quite rather really said same say see seem she should
shouldn't since so some something still such take than that that's the their theirs them
themselves then there there's these they they're thing things this those though through time to
too told took two under until up upon us use used using very want wanted was wasn't way we we're
well went were weren't what when where which while who whom why will with within without won't
would wouldn't yet you you're your yours yourself
"""
_SAYS_NOTHING_ZH: Final = """
没有 可以 就是 不是 还是 觉得 感觉 知道 希望 需要 应该 可能 不会 不能 能够
一下 一点 有点 有些 时候 东西 这个 那个 什么 怎么 自己 我们 你们 他们 大家
进行 使用 以及 因为 所以 但是 如果 已经 比较 非常 特别 真的
"""
_NOTHING: Final = frozenset((_SAYS_NOTHING_EN + _SAYS_NOTHING_ZH).split())
"""Words that say nothing of what a comment is about."""
_PLURAL: Final = re.compile(r"[^saiu]s$")
"""Not *christmas*, *analysis*, *bonus*, *glass*."""
_WORD: Final = re.compile(r"[a-z][a-z']{2,29}")


@dataclass(frozen=True, slots=True)
class Read:
    """A comment as it was read; ``sentiment`` is -1 (bad) to 1 (good), None: nobody can tell."""

    language: str
    sentiment: float | None
    words: tuple[str, ...]


def read_comment(text: str) -> Read:
    """Read one comment."""
    text = unicodedata.normalize("NFKC", text)[:MOST_LETTERS]
    language = language_of(text)
    if language == CHINESE:
        return Read(language, _sounds_chinese(text), _once(_chinese(text)))
    if language == ENGLISH:
        return Read(language, _sounds_english(text), _once(_english(text)))
    return Read("", None, ())


def language_of(text: str) -> str:
    """Return ``zh``, ``en``, or nothing where the letters are neither's; numbers say nothing.

    What is written in plain Latin letters counts as English: sentences of others in these letters
    find no words in its lexicon and so no sentiment.
    """
    letters = [one for one in text if one.isalpha()]
    if not letters:
        return ""
    chinese = sum("\u4e00" <= one <= "\u9fff" for one in letters)
    kana = sum("\u3040" <= one <= "\u30ff" for one in letters)
    if chinese / len(letters) >= _CHINESE_SHARE and not kana:
        return CHINESE
    return ENGLISH if sum(one.isascii() for one in letters) / len(letters) > 0.9 else ""


def _sounds_chinese(text: str) -> float | None:
    from snownlp import SnowNLP  # noqa: PLC0415 -- loads its model; only the worker needs it

    return float(2 * SnowNLP(text).sentiments - 1)


def _sounds_english(text: str) -> float | None:
    from textblob import TextBlob  # noqa: PLC0415 -- as above

    found = TextBlob(text).sentiment
    # Without a word of the lexicon it is no judgement: both are zero then.
    return float(found.polarity) if found.subjectivity or found.polarity else None


def _chinese(text: str) -> list[str]:
    import jieba  # noqa: PLC0415 -- loads its dictionary; only the worker needs it
    from jieba import posseg  # noqa: PLC0415 -- as above

    jieba.setLogLevel(60)
    return [
        one.word
        for one in posseg.cut(text)
        if len(one.word) > 1 and one.flag.startswith(_MEANING) and one.word not in _NOTHING
    ]


def _english(text: str) -> list[str]:
    from textblob.en.inflect import singularize  # noqa: PLC0415 -- as above

    found = (one.strip("'") for one in _WORD.findall(text.lower().replace("’", "'")))
    kept = [one for one in found if len(one) > 2 and one not in _NOTHING]
    return [singularize(one) if _PLURAL.search(one) else one for one in kept]


def _once(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))[:MOST_WORDS]
