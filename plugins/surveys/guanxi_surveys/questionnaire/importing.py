"""Files of SurveyJS brought in, with a list of what in them is not supported; and given out."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from guanxi_surveys.questionnaire import elsewhere
from guanxi_surveys.questionnaire.bounds import BYTES, InvalidQuestionnaire, check_size
from guanxi_surveys.questionnaire.linting import lint
from guanxi_surveys.questionnaire.problems import Problem
from guanxi_surveys.questionnaire.properties import (
    CALCULATED,
    CELL_TYPES,
    CHOICE,
    ENDING,
    PANEL,
    QUESTIONS,
    SURVEY,
    TRIGGERS,
    VALIDATORS,
    Table,
    cell_table,
)
from guanxi_surveys.questionnaire.reading import examine, type_of
from guanxi_surveys.questionnaire.tidying import tidy
from guanxi_surveys.texts import N_


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: the definition without what is not supported, and that as a list."""

    definition: dict[str, Any]
    unsupported: tuple[Problem, ...]
    """What was left out."""
    problems: tuple[Problem, ...]
    """What is wrong with the rest, as ``lint`` finds it."""


def bring_in(file: bytes | str | Mapping[str, Any]) -> Imported:
    """Read a file in SurveyJS's format, of whatever version.

    Raises :class:`InvalidQuestionnaire` if it is no questionnaire, or too large.
    """
    definition = file if isinstance(file, Mapping) else _parsed(file)
    check_size(definition)
    tidied = tidy(definition)
    unsupported = [
        problem
        for problem in examine(tidied)[1].problems.found
        if problem.severity == "unsupported"
    ]
    kept = _without_unsupported(tidied)
    return Imported(kept, tuple(unsupported), tuple(lint(kept)))


def give_out(definition: Mapping[str, Any]) -> str:
    """Return the text of a file that SurveyJS opens; the format is its own."""
    return json.dumps(definition, ensure_ascii=False, indent=2) + "\n"


def _parsed(file: bytes | str) -> Any:
    if len(file) > BYTES:
        raise InvalidQuestionnaire(
            N_("The questionnaire is larger than %(most)s MB."), most=BYTES // 1_000_000
        )
    try:
        return json.loads(file.decode("utf-8-sig") if isinstance(file, bytes) else file)
    except (ValueError, RecursionError):
        raise InvalidQuestionnaire(N_("The file is not JSON.")) from None


def _without_unsupported(raw: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = _known(raw, SURVEY)
    _each(kept, "pages", _panel)
    _each(kept, "triggers", lambda one: _typed(one, TRIGGERS, {"visible", "copyvalue"}))
    _each(kept, "calculatedValues", lambda one: _known(one, CALCULATED))
    _each(kept, "completedHtmlOnCondition", lambda one: _known(one, ENDING))
    return kept


def _known(thing: Any, table: Table) -> Any:
    """Return a thing without the properties that are SurveyJS's and not ours."""
    if not isinstance(thing, Mapping):
        return thing
    kept = {}
    for name, value in thing.items():
        known = table.get(name)
        if known is None and name in elsewhere.PROPERTIES:
            continue
        if known is not None and known.among and value not in known.among:
            continue
        kept[name] = value
    return kept


def _each(thing: dict[str, Any], name: str, keep: Callable[[Any], Any]) -> None:
    """Keep what ``keep`` leaves of each entry of a list; drop those of which it leaves None."""
    if isinstance(thing.get(name), list):
        thing[name] = [kept for one in thing[name] if (kept := keep(one)) is not None]


def _typed(thing: Any, tables: Mapping[str, Table], left_out: set[str]) -> Any:
    kind = type_of(thing)
    if kind in left_out:
        return None
    return _known(thing, tables[kind]) if kind in tables else thing


def _panel(raw: Any) -> Any:
    kept = _known(raw, PANEL)
    if isinstance(kept, dict):
        _each(kept, "elements", _element)
    return kept


def _element(raw: Any) -> Any:
    kind = type_of(raw)
    if kind == "panel":
        return _panel(raw)
    if kind in elsewhere.TYPES:
        return None
    if kind not in QUESTIONS:
        return raw
    kept = _known(raw, QUESTIONS[kind])
    for choices in ("choices", "rows", "rateValues", *(("columns",) if kind == "matrix" else ())):
        _each(kept, choices, lambda one: _known(one, CHOICE))
    _each(kept, "validators", lambda one: _typed(one, VALIDATORS, set()))
    if kind == "matrixdropdown":
        usual = raw.get("cellType", "dropdown")
        _each(kept, "columns", lambda one: _column(one, usual))
    return kept


def _column(raw: Any, usual: Any) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    kind = raw.get("cellType", "default")
    kind = usual if kind == "default" else kind
    return _known(raw, cell_table(kind)) if kind in CELL_TYPES else None
