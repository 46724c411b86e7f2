"""A definition in SurveyJS's JSON, read into a :class:`model.Questionnaire`."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from guanxi_surveys.questionnaire import elsewhere
from guanxi_surveys.questionnaire.bounds import (
    CELLS,
    PAGES,
    PANELS,
    QUESTIONS,
    RULES,
    InvalidQuestionnaire,
    check_size,
)
from guanxi_surveys.questionnaire.circles import find_circles
from guanxi_surveys.questionnaire.model import (
    Calculated,
    Page,
    Panel,
    Question,
    Questionnaire,
    Trigger,
)
from guanxi_surveys.questionnaire.problems import Problems
from guanxi_surveys.questionnaire.properties import (
    CALCULATED,
    CELL_TYPES,
    ENDING,
    PANEL,
    SURVEY,
    TRIGGERS,
    cell_table,
)
from guanxi_surveys.questionnaire.properties import QUESTIONS as QUESTION_TYPES
from guanxi_surveys.questionnaire.reading_values import Reader
from guanxi_surveys.questionnaire.tidying import tidy
from guanxi_surveys.questionnaire.wording import NOTHING, Wording, languages_of
from guanxi_surveys.texts import N_


def read(definition: Mapping[str, Any]) -> Questionnaire:
    """Return the questionnaire that ``definition`` describes.

    What this product passes over (see ``lint``) does no harm here. Raises
    :class:`InvalidQuestionnaire` with all places at which it cannot be read.
    """
    questionnaire, reader = examine(definition)
    errors = reader.problems.errors
    if errors or questionnaire is None:
        fields: dict[str, list[str]] = {}
        for problem in errors:
            fields.setdefault(problem.place, []).append(problem.message % problem.values)
        raise InvalidQuestionnaire(
            N_("The questionnaire cannot be read: %(first)s"), first=str(errors[0]), fields=fields
        )
    return questionnaire


def type_of(raw: Any) -> str:
    """Return what type an element, validator or trigger says it is; whatever else it says."""
    return str(raw.get("type"))[:80] if isinstance(raw, Mapping) else "None"


class _Kept:
    """The questionnaires that were read lately; published ones never change."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[str, Questionnaire] = {}

    def get(self, checksum: str, definition: Mapping[str, Any]) -> Questionnaire:
        found = self._found.get(checksum)
        if found is None:
            found = read(definition)
            while len(self._found) >= self._most:
                self._found.pop(next(iter(self._found)), None)
            self._found[checksum] = found
        return found


_KEPT: Final = _Kept(256)


def read_once(definition: Mapping[str, Any], checksum: str) -> Questionnaire:
    """Return what ``read`` does, from memory where the same ``checksum`` was read before.

    ``checksum`` has to tell definitions apart, as a version's does.
    """
    return _KEPT.get(checksum, definition)


def examine(definition: Mapping[str, Any]) -> tuple[Questionnaire | None, Reader]:
    """Return the questionnaire as far as it can be read, and the reader with what it found.

    Raises :class:`InvalidQuestionnaire` only for what is too large to look at.
    """
    check_size(definition)
    reading = _Reading(Reader())
    return reading.questionnaire(tidy(definition)), reading.reader


class _Reading:
    """One reading of a whole definition."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.names: dict[str, str] = {}
        """Of questions, panels and calculated values: in lower case, to where they are."""
        self.page_names: dict[str, str] = {}
        self.number = 0

    @property
    def problems(self) -> Problems:
        return self.reader.problems

    def questionnaire(self, raw: Mapping[str, Any]) -> Questionnaire | None:
        fields = self.reader.fields(raw, SURVEY, "survey")
        endings = tuple(self._endings(raw.get("completedHtmlOnCondition")))
        fields.pop("thanks_if", None)
        language = raw.get("locale") or "en"
        if not isinstance(language, str):
            language = "en"
        pages = tuple(self._pages(raw.get("pages", [])))
        calculated = tuple(self._calculated(raw.get("calculatedValues")))
        triggers = tuple(self._triggers(raw.get("triggers")))
        questionnaire = Questionnaire(
            title=fields.get("title", NOTHING),
            description=fields.get("description", NOTHING),
            language=language.lower(),
            languages=languages_of(self._all_texts(), language.lower()),
            pages=pages,
            calculated=calculated,
            triggers=triggers,
            thanks=fields.get("thanks", NOTHING),
            thanks_if=endings,
            order=fields.get("order", "initial"),
            raw=raw,
        )
        if not self.problems.errors and not questionnaire.questions:
            self.problems.error("survey", N_("The questionnaire asks nothing."))
        find_circles(questionnaire, self.problems)
        return questionnaire

    def _all_texts(self) -> Iterator[Wording]:
        return (text for _, text in self.reader.texts)

    def _list(self, value: Any, place: str, most: int) -> list[Any]:
        """Return a list of things; note what is none, or too long."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.problems.error(place, N_("This has to be a list."))
            return []
        if len(value) > most:
            self.problems.error(place, N_("There are more than %(most)s entries."), most=most)
            return []
        return value

    def _pages(self, value: Any) -> Iterator[Page]:
        for at, raw in enumerate(self._list(value, "pages", PAGES)):
            place = f"pages[{at}]"
            if not isinstance(raw, Mapping):
                self.problems.error(place, N_("This has to be an object."))
                continue
            page = {"name": self._free_page_name(at), **raw}
            page.pop("type", None)
            fields = self._panel_fields(page, place, level=0, names=self.page_names)
            if fields is not None:
                yield Page(**fields)

    def _free_page_name(self, at: int) -> str:
        """Return a name for a page that has none."""
        while f"page{at + 1}" in self.page_names:
            at += 1
        return f"page{at + 1}"

    def _panel_fields(
        self, raw: Mapping[str, Any], place: str, level: int, names: dict[str, str]
    ) -> dict[str, Any] | None:
        fields = self.reader.fields(raw, PANEL, place)
        if not self._take_name(fields, place, names):
            return None
        fixed = fields.pop("randomize", True) is False
        inside = self._list(raw.get("elements"), f"{place}.elements", QUESTIONS)
        elements = tuple(
            element
            for at, one in enumerate(inside)
            if (element := self._element(one, f"{place}.elements[{at}]", level)) is not None
        )
        return {**fields, "elements": elements, "fixed": fixed, "raw": raw}

    def _take_name(self, fields: dict[str, Any], place: str, names: dict[str, str]) -> bool:
        """Tell whether there is a name, and note if it was taken already."""
        name = fields.get("name")
        if name is None:
            self.problems.error(place, N_("This needs a name."))
            return False
        if (taken := names.get(name.lower())) is not None:
            self.problems.error(
                place, N_("The name “%(name)s” is taken already, at %(place)s."),
                name=name, place=taken,
            )  # fmt: skip
        names.setdefault(name.lower(), place)
        return True

    def _element(self, raw: Any, place: str, level: int) -> Question | Panel | None:
        kind = type_of(raw)
        if kind == "panel":
            if level >= PANELS:
                self.problems.error(
                    place, N_("Panels are nested more than %(most)s deep."), most=PANELS
                )
                return None
            fields = self._panel_fields(raw, place, level + 1, self.names)
            return None if fields is None else Panel(**fields)
        if kind not in QUESTION_TYPES:
            note = self.problems.unsupported if kind in elsewhere.TYPES else self.problems.error
            note(place, N_("There is no question of type “%(type)s”."), type=kind)
            return None
        return self._question(raw, kind, place)

    def _question(self, raw: Mapping[str, Any], kind: str, place: str) -> Question | None:
        name = raw.get("name")
        where = name if isinstance(name, str) and name else place
        fields = self.reader.fields(raw, QUESTION_TYPES[kind], where)
        if not self._take_name(fields, place, self.names):
            return None
        self.number += 1
        if self.number == QUESTIONS + 1:
            self.problems.error(
                place, N_("There are more than %(most)s questions."), most=QUESTIONS
            )
        fields["fixed"] = fields.pop("randomize", True) is False
        fields.pop("cell_type", None)
        if kind == "matrixdropdown":
            fields["cells"] = tuple(self._cells(raw, fields.get("choices", ()), where))
        self._check_cells(fields, where)
        return Question(type=kind, number=self.number - 1, raw=raw, **fields)

    def _check_cells(self, fields: Mapping[str, Any], where: str) -> None:
        columns = len(fields.get("columns", ())) + len(fields.get("cells", ()))
        if columns * len(fields.get("rows", ())) > CELLS:
            self.problems.error(where, N_("The matrix has more than %(most)s cells."), most=CELLS)

    def _cells(self, raw: Mapping[str, Any], shared: Any, where: str) -> Iterator[Question]:
        usual = raw.get("cellType", "dropdown")
        seen: set[str] = set()
        for at, column in enumerate(self._list(raw.get("columns"), f"{where}.columns", CELLS)):
            place = f"{where}.columns[{at}]"
            column = {"name": column} if isinstance(column, str) else column  # noqa: PLW2901 -- short for it
            if not isinstance(column, Mapping):
                self.problems.error(place, N_("This has to be an object."))
                continue
            kind = column.get("cellType", "default")
            kind = usual if kind == "default" else kind
            if kind not in CELL_TYPES:
                self.problems.unsupported(
                    place, N_("There are no columns of type “%(type)s”."), type=str(kind)[:80]
                )
                continue
            fields = self.reader.fields(column, cell_table(kind), place)
            if (name := fields.get("name")) is None or name in seen:
                self.problems.error(place, N_("A column needs a name of its own."))
                continue
            seen.add(name)
            fields.pop("cell_type", None)
            fields.pop("randomize", None)
            fields.setdefault("choices", shared)
            yield Question(type=kind, raw=column, **fields)

    def _calculated(self, value: Any) -> Iterator[Calculated]:
        for at, raw in enumerate(self._list(value, "calculatedValues", RULES)):
            place = f"calculatedValues[{at}]"
            if not isinstance(raw, Mapping):
                self.problems.error(place, N_("This has to be an object."))
                continue
            fields = self.reader.fields(raw, CALCULATED, place)
            if not self._take_name(fields, place, self.names):
                continue
            if "expression" not in fields:
                self.problems.error(place, N_("This needs an expression."))
                continue
            yield Calculated(fields["name"], fields["expression"], fields.get("kept", False))

    def _triggers(self, value: Any) -> Iterator[Trigger]:
        for at, raw in enumerate(self._list(value, "triggers", RULES)):
            place = f"triggers[{at}]"
            kind = type_of(raw)
            if kind not in TRIGGERS:
                note = (
                    self.problems.unsupported
                    if kind in {"visible", "copyvalue"}
                    else self.problems.error
                )
                note(place, N_("There is no trigger of type “%(type)s”."), type=kind)
                continue
            fields = self.reader.fields(raw, TRIGGERS[kind], place)
            if "expression" not in fields:
                self.problems.error(place, N_("This needs an expression."))
                continue
            if kind != "complete" and "target" not in fields and kind != "runexpression":
                self.problems.error(place, N_("This needs the name of a question to act on."))
                continue
            yield Trigger(kind, **fields)

    def _endings(self, value: Any) -> Iterator[tuple[Any, Wording]]:
        for at, raw in enumerate(self._list(value, "completedHtmlOnCondition", RULES)):
            place = f"completedHtmlOnCondition[{at}]"
            if not isinstance(raw, Mapping):
                self.problems.error(place, N_("This has to be an object."))
                continue
            fields = self.reader.fields(raw, ENDING, place)
            if "expression" in fields and "html" in fields:
                yield fields["expression"], fields["html"]
