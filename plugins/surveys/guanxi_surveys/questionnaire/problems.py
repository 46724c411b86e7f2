"""What is wrong with a questionnaire, said to its author: one sentence and the place each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "unsupported"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that an author should look at.

    ``error`` keeps a questionnaire from being published, ``warning`` does not, ``unsupported``
    is something that SurveyJS has and this product passes over. ``place`` is the name of a
    question or a path such as ``pages[0].elements[2]``; ``message`` a msgid with ``values``.
    """

    severity: Severity
    place: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.place}: {self.message % self.values if self.values else self.message}"


@dataclass(slots=True)
class Problems:
    """Problems that are being collected."""

    found: list[Problem] = field(default_factory=list)

    def error(self, place: str, message: str, /, **values: Any) -> None:
        """Note what keeps the questionnaire from being read."""
        self.found.append(Problem("error", place, message, values))

    def warning(self, place: str, message: str, /, **values: Any) -> None:
        """Note what can be read and is probably not what was meant."""
        self.found.append(Problem("warning", place, message, values))

    def unsupported(self, place: str, message: str, /, **values: Any) -> None:
        """Note what SurveyJS has and this product has not."""
        self.found.append(Problem("unsupported", place, message, values))

    @property
    def errors(self) -> list[Problem]:
        """Return those that keep the questionnaire from being read."""
        return [problem for problem in self.found if problem.severity == "error"]
