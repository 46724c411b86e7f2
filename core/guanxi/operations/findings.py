"""What a check of the installation finds: a sentence, how bad it is, and where it is mended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check; ``sentence`` is an English msgid, ``params`` its named values."""

    check: str
    level: Level
    sentence: str
    params: Mapping[str, object] = field(default_factory=dict)
    fix: str = ""
    """The endpoint of the page where it is mended; empty where the sentence names a command."""

    def __str__(self) -> str:
        return self.sentence % self.params if self.params else self.sentence
