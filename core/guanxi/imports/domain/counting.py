"""What became of the items of an import, and some rows of each kind to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

SAMPLES: Final[Mapping[str, int]] = {"refused": 20, "created": 5, "changed": 5, "unchanged": 5}
"""How many rows a preview shows of each kind."""
_NUMBERS: Final = ("created", "changed", "unchanged", "refused", "rows", "nameless")


@dataclass(slots=True)
class Counts:
    """What became of the items, and of how many rows."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    rows: int = 0
    nameless: int = 0
    """Items created that are called by an e-mail address or a number, for want of a name."""
    samples: list[dict[str, Any]] = field(default_factory=list)
    """The first rows of each kind: number, cells, outcome; refused ones with the reason,
    those without a name with what they are called."""

    @classmethod
    def stored(cls, counts: Mapping[str, Any]) -> "Counts":
        """Return the counts that :meth:`as_dict` stored, without samples."""
        return cls(**{name: counts.get(name, 0) for name in _NUMBERS})

    def add(self, outcome: str, number: int = 1) -> None:
        """Count items with this outcome."""
        setattr(self, outcome, getattr(self, outcome) + number)

    def show(self, outcome: str, sample: dict[str, Any]) -> None:
        """Keep a row for the preview, as long as there is room for its kind."""
        shown = sum(1 for one in self.samples if one["outcome"] == outcome)
        if shown < SAMPLES[outcome]:
            self.samples.append({**sample, "outcome": outcome})

    def as_dict(self, *, samples: bool = True) -> dict[str, Any]:
        """Return the counts as they are stored."""
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        if not self.nameless:
            del numbers["nameless"]
        return {**numbers, "samples": self.samples if samples else []}
