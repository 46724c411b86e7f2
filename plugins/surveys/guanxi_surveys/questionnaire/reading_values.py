"""Single properties read by their kind; what does not fit is noted and left out."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from guanxi_surveys.expressions import Expression, ExpressionError, parse
from guanxi_surveys.questionnaire import elsewhere
from guanxi_surveys.questionnaire.bounds import CHOICES, NAME, TEXT
from guanxi_surveys.questionnaire.model import Choice, Validator
from guanxi_surveys.questionnaire.patterns import UnusablePattern, compiled
from guanxi_surveys.questionnaire.problems import Problems
from guanxi_surveys.questionnaire.properties import CHOICE, VALIDATORS, Kind, Property, Table
from guanxi_surveys.questionnaire.wording import Wording, wording
from guanxi_surveys.texts import N_

_PATTERN_FAULTS: Final = {
    "broken": N_("The pattern is not a regular expression."),
    "slow": N_("The pattern repeats a repetition, as in (a+)+, and may take very long."),
    "long": N_("The pattern is too long."),
}


@dataclass(slots=True)
class Reader:
    """Reads properties, and remembers what it came across."""

    problems: Problems = field(default_factory=Problems)
    texts: list[tuple[str, Wording]] = field(default_factory=list)
    """Each text with its place, for what languages there are and what is missing."""
    expressions: list[tuple[str, str, Expression]] = field(default_factory=list)
    """Each expression with its place and the name of its property."""

    def fields(self, thing: Mapping[str, Any], table: Table, place: str) -> dict[str, Any]:
        """Return the fields of ``thing`` that ``table`` knows, as the model has them."""
        read: dict[str, Any] = {}
        for name, value in thing.items():
            known = table.get(name)
            if known is None:
                self._unknown(name, place, looked_up=table)
            elif known.field and value is not None:
                got = self.value(value, known, name, place)
                if got is not None:
                    read[known.field] = got
            elif known.among and value not in known.among:
                self._word(value, known, name, place)
        return read

    def _unknown(self, name: str, place: str, looked_up: Table) -> None:
        if name in elsewhere.PROPERTIES and name not in looked_up:
            self.problems.unsupported(
                place, N_("“%(name)s” is not supported here."), name=str(name)[:80]
            )
        else:
            self.problems.error(
                place, N_("There is no property “%(name)s” here."), name=str(name)[:80]
            )

    def value(self, value: Any, known: Property, name: str, place: str) -> Any:
        """Return one value as the model has it; None, and a note, if it does not fit."""
        read: Callable[..., Any] | None = {
            Kind.TEXT: self._text,
            Kind.HTML: self._text,
            Kind.EXPRESSION: self._expression,
            Kind.SWITCH: self._switch,
            Kind.NAME: self._name,
            Kind.CHOICES: self._choices,
            Kind.VALIDATORS: self._validators,
            Kind.PATTERN: self._source,
        }.get(known.kind)
        if read is not None:
            return read(value, name, place)
        if known.kind in {Kind.WHOLE, Kind.NUMBER}:
            return self._number(value, known, name, place)
        return self._word(value, known, name, place) if known.kind is Kind.WORD else value

    def _misfit(self, name: str, place: str, kind: str) -> None:
        self.problems.error(place, N_("“%(name)s” has to be: %(kind)s."), name=name, kind=kind)

    def _text(self, value: Any, name: str, place: str) -> Wording | None:
        text = wording(value)
        if text is None:
            self._misfit(name, place, Kind.TEXT)
        elif any(len(said) > TEXT for said in text.values()):
            self.problems.error(
                place, N_("“%(name)s” is longer than %(most)s characters."), name=name, most=TEXT
            )
        elif text:
            self.texts.append((f"{place}.{name}", text))
            return text
        return None

    def _expression(self, value: Any, name: str, place: str) -> Expression | None:
        if not isinstance(value, str):
            self._misfit(name, place, Kind.EXPRESSION)
            return None
        if not value.strip():
            return None
        try:
            expression = parse(value)
        except ExpressionError as error:
            self.problems.error(place, error.message, **error.params)
            return None
        self.expressions.append((place, name, expression))
        return expression

    def _switch(self, value: Any, name: str, place: str) -> bool | None:
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return bool(value == "true")
        self._misfit(name, place, Kind.SWITCH)
        return None

    def _number(self, value: Any, known: Property, name: str, place: str) -> float | None:
        if isinstance(value, str):
            value = _as_number(value)
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not math.isfinite(value)
            or (known.kind is Kind.WHOLE and value != int(value))
        ):
            self._misfit(name, place, known.kind)
            return None
        return int(value) if value == int(value) else value

    def _name(self, value: Any, name: str, place: str) -> str | None:
        if not isinstance(value, str) or not value.strip():
            self._misfit(name, place, Kind.NAME)
            return None
        if len(value) > NAME or any(ord(sign) < 32 for sign in value):
            self.problems.error(
                place, N_("A name has at most %(most)s characters, on one line."), most=NAME
            )
            return None
        return value.strip()

    def _word(self, value: Any, known: Property, name: str, place: str) -> str | None:
        if not isinstance(value, str):
            self._misfit(name, place, Kind.WORD)
            return None
        if known.among and value not in known.among:
            note = self.problems.unsupported if known.kind is Kind.WORD else self.problems.error
            note(
                place,
                N_("“%(name)s” may be %(known)s here, not “%(word)s”."),
                name=name,
                known=", ".join(known.among),
                word=value[:80],
            )
            return None
        return value

    def _choices(self, value: Any, name: str, place: str) -> tuple[Choice, ...] | None:
        if not isinstance(value, list):
            self._misfit(name, place, Kind.CHOICES)
            return None
        if len(value) > CHOICES:
            self.problems.error(
                place, N_("“%(name)s” has more than %(most)s entries."), name=name, most=CHOICES
            )
            return None
        read = [self._choice(one, f"{place}.{name}[{at}]") for at, one in enumerate(value)]
        choices = tuple(choice for choice in read if choice is not None)
        self._check_twice(choices, name, place)
        return choices

    def _choice(self, value: Any, place: str) -> Choice | None:
        if isinstance(value, (str, int, float)):
            return Choice(value, {"default": str(value)})
        if not isinstance(value, Mapping) or not isinstance(value.get("value"), (str, int, float)):
            self.problems.error(place, N_("A choice has a value: text, number or truth."))
            return None
        fields = self.fields(value, CHOICE, place)
        fixed = fields.pop("randomize", True) is False
        fields.setdefault("text", {"default": str(value["value"])})
        return Choice(**fields, fixed=fixed)

    def _check_twice(self, choices: tuple[Choice, ...], name: str, place: str) -> None:
        seen: set[str] = set()
        for choice in choices:
            if (key := str(choice.value)) in seen:
                self.problems.error(
                    place, N_("“%(name)s” has “%(value)s” twice."), name=name, value=key[:80]
                )
            seen.add(key)

    def _validators(self, value: Any, name: str, place: str) -> tuple[Validator, ...] | None:
        if not isinstance(value, list):
            self._misfit(name, place, Kind.VALIDATORS)
            return None
        read = [self._validator(one, f"{place}.validators[{at}]") for at, one in enumerate(value)]
        return tuple(validator for validator in read if validator is not None)

    def _validator(self, value: Any, place: str) -> Validator | None:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if not isinstance(kind, str) or kind not in VALIDATORS:
            self.problems.error(
                place, N_("There is no validator of type “%(type)s”."), type=str(kind)[:80]
            )
            return None
        fields = self.fields(value, VALIDATORS[kind], place)
        ignore_case = fields.pop("ignore_case", False)
        if source := fields.pop("pattern", None):
            try:
                fields["pattern"] = compiled(source, ignore_case=ignore_case)
            except UnusablePattern as fault:
                self.problems.error(place, _PATTERN_FAULTS[str(fault)])
        return Validator(kind, **fields)

    def _source(self, value: Any, name: str, place: str) -> str | None:
        if isinstance(value, str):
            return value
        self._misfit(name, place, Kind.PATTERN)
        return None


def _as_number(text: str) -> float | None:
    """Return the number that ``text`` writes; None if it writes none."""
    try:
        return float(text)
    except ValueError:
        return None
