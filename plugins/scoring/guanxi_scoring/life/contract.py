"""What a kind of model hands in, so that each has the same life: fit, compare, score, watch.

``life`` stores versions, decides which one is in force and calls the rest; how something is
fitted and where its scores stand is the kind's own affair. A kind imports its heavy libraries
inside its functions: a web process that only shows scores needs none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from marshmallow import Schema
from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_scoring.life.options import ModelOptions
from guanxi_scoring.models import Model, Version

May = Callable[[str], bool]
"""Says whether whoever asks has a permission."""
Engine = Literal["postgres", "duckdb", "spark"]


class CannotFit(Exception):
    """There is no honest model of these data; a sentence says what is wrong and what to do.

    :param message: a msgid (``N_``), with ``values`` for its places.
    """

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values

    @property
    def told(self) -> dict[str, Any]:
        """The form in which it is stored."""
        return {"message": self.message, "values": self.values}


@dataclass(frozen=True, slots=True)
class FitRequest:
    """With what to fit: nothing that happened at or after ``as_of``, and chance from ``seed``."""

    as_of: datetime
    seed: int
    engine: Engine = "postgres"
    location: str = ""
    """Of the lake, where the engine reads one; empty: the one in the settings."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the table behind it; pages know how each one by its name is drawn."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]

    @property
    def stored(self) -> dict[str, Any]:
        """The form in which it is stored."""
        return {"columns": list(self.columns), "rows": [list(row) for row in self.rows]}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A msgid and the values for its places, translated where it is shown."""

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        """The form in which it is stored."""
        return {"message": self.message, "values": dict(self.values)}


@dataclass(frozen=True, slots=True)
class Fit:
    """What was learnt; see the columns of :class:`Version` for what each part means."""

    sample: int
    fingerprint: str
    parameters: Mapping[str, Any]
    metrics: Mapping[str, Any]
    window_from: date | None = None
    window_until: date | None = None
    standard_errors: Mapping[str, Any] = field(default_factory=dict)
    fit: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    warnings: Sequence[Sentence] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of model.

    :param fit: computes and writes nothing.
    :param score: writes the scores of everybody with a version, as of an instant; how many.
    :param worse: says whether a candidate is surely worse than the version in force, by their
        metrics (on the same hold-out rule) and the ``worse_errors`` of the options, with the
        sentence that says why; None: it is not. ``comparing`` helps.
    :param drift: looks whether what comes in still resembles what the version learnt from; the
        sentence of an alarm, or None.
    :param unscore: removes all scores, when a model is archived.
    :param options: what people may choose; extend :class:`ModelOptions`. ``Model.options`` always
        holds a value of each field, as loaded: plain JSON.
    :param allowed: refuses (``Invalid``) options that whoever asks may not choose, such as an
        attribute that they may not see; gets what they may, and the options that are to change.
    """

    key: str
    title: Text
    fit: Callable[[Session, Model, FitRequest], Fit]
    score: Callable[[Session, Model, Version, datetime], int]
    worse: Callable[[Mapping[str, Any], Mapping[str, Any], float], Sentence | None]
    drift: Callable[[Session, Model, Version, datetime], Sentence | None] | None = None
    unscore: Callable[[Session, Model], None] | None = None
    options: type[Schema] = ModelOptions
    allowed: Callable[[Session, Model, Mapping[str, Any], May], None] | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a score is as it is: a sentence, and how much it weighs (greatest first, any scale)."""

    sentence: Sentence
    weight: float
