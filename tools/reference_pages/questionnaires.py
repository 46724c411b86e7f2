"""What of SurveyJS's format surveys understand, from the tables that they read by."""

from collections.abc import Mapping

from guanxi_surveys.questionnaire import bounds, elsewhere, properties
from guanxi_surveys.questionnaire.properties import Kind, Property
from reference_pages.markdown import table, whole_page

INTRODUCTION = """
Questionnaires (问卷) are kept as JSON in the format of [SurveyJS](https://surveyjs.io): files of
SurveyJS can be brought in, and what is given out opens there. This page lists what is understood.
A property of SurveyJS that is not listed is passed over; bringing a file in lists those and takes
them out. A property that SurveyJS does not know either is a mistake, and is said to be one.

Texts are written plainly (`"Hello"`), or in several languages:
`{"default": "Hello", "zh-cn": "你好"}`. `default` is the language of the survey's `locale`,
which is `en` if there is none. Titles may hold simple HTML; what is harmful is taken out.
`{name}` puts an answer into a text, as text.

Old names of properties (`hasOther`, `isAllRowRequired`) are read as well.
""".strip()

SEMANTICS = """
## How a questionnaire is answered

The server alone decides what is asked, required and kept, and does it as SurveyJS does:

- Pages are answered in order. The questions of a page are answered one after the other; after each
  answer conditions are looked at, then questions that set themselves, then triggers.
- A page is checked before it is left, also where a trigger skips from it. A trigger that would lead
  back is not followed.
- At the end answers to questions that cannot be seen are dropped (`clearInvisibleValues` is
  `onComplete`). Answers to pages that the way did not come past are not taken at all.
- A choice that went away takes its answer with it; it comes back with the choice.
- Random orders come from one number per answer, so they stay the same for one person.
- A pattern that repeats a repetition, as in `(a+)+`, is refused, because it may take very long.

What differs from SurveyJS on purpose: answers longer than `maxLength`, more choices than
`maxSelectedChoices`, and values that are not offered are refused by the server; panels inside of
panels are shuffled like all others.
""".strip()


def page() -> str:
    """Return the page."""
    parts = ["## The whole", _table(properties.SURVEY), "## Pages and panels"]
    parts += [_table(properties.PANEL), "## Questions", _types()]
    common = _common()
    parts += ["### All types of questions", _table(common)]
    for name, known in properties.QUESTIONS.items():
        own = {key: value for key, value in known.items() if key not in common}
        parts += [f"### `{name}`", _lacking(common, known) + _table(own)]
    parts += ["### Columns of `matrixdropdown`", _columns(), _table(properties.CELL)]
    parts += ["## Choices, rows and columns", _table(properties.CHOICE)]
    parts += ["## Validators", _kinds(properties.VALIDATORS)]
    parts += ["## Triggers", _kinds(properties.TRIGGERS)]
    parts += ["## Calculated values", _table(properties.CALCULATED)]
    parts += ["## Endings by condition", _table(properties.ENDING)]
    parts += [SEMANTICS, "## Limits", _limits(), "## Types that are not supported", _others()]
    return whole_page("Questionnaires", INTRODUCTION, *parts)


def _common() -> Mapping[str, Property]:
    """Return the properties that most types have: those of a question with one choice or more."""
    tables = list(properties.QUESTIONS.values())
    return {
        name: known
        for name, known in properties.QUESTIONS["rating"].items()
        if sum(name in one for one in tables) > len(tables) // 2
    }


def _lacking(common: Mapping[str, Property], known: Mapping[str, Property]) -> str:
    lacking = [f"`{name}`" for name, one in common.items()
               if name not in known and one.kind is not Kind.LOOK]  # fmt: skip
    return f"Without {', '.join(lacking)}.\n\n" if lacking else ""


def _table(known: Mapping[str, Property]) -> str:
    """Return a table of properties, and in one line those that only concern the looks."""
    rows = [
        (f"`{name}`", one.kind.value, ", ".join(f"`{word}`" for word in one.among))
        for name, one in known.items()
        if one.kind is not Kind.LOOK
    ]
    looks = ", ".join(f"`{name}`" for name, one in known.items() if one.kind is Kind.LOOK)
    parts = [table(("property", "holds", "may be"), rows)] if rows else []
    if looks:
        parts.append(f"Kept, and without effect on answers: {looks}.")
    return "\n\n".join(parts) or "Nothing beyond that."


def _kinds(tables: Mapping[str, Mapping[str, Property]]) -> str:
    """Return one table of several types with their properties."""
    rows = [
        (
            f"`{name}`",
            ", ".join(f"`{key}` ({one.kind.value})" for key, one in known.items() if key != "type"),
        )
        for name, known in tables.items()
    ]
    return table(("type", "properties"), rows)


def _types() -> str:
    return f"Types: {', '.join(f'`{name}`' for name in properties.QUESTIONS)}, and `panel`."


def _columns() -> str:
    return f"Columns are of type {', '.join(f'`{name}`' for name in properties.CELL_TYPES)}."


def _limits() -> str:
    limits = {
        "size of the JSON": f"{bounds.BYTES // 1_000_000} MB",
        "levels of lists and objects": bounds.DEPTH,
        "panels inside of panels": bounds.PANELS,
        "pages": bounds.PAGES,
        "questions": bounds.QUESTIONS,
        "choices, rows or columns of a question": bounds.CHOICES,
        "cells of a matrix": bounds.CELLS,
        "triggers, and calculated values": bounds.RULES,
        "values worked out one from the other": bounds.CHAIN,
        "characters of a text": bounds.TEXT,
        "characters of a name": bounds.NAME,
        "characters of a written answer": bounds.ANSWER,
    }
    return table(("what", "at most"), [(name, str(most)) for name, most in limits.items()])


def _others() -> str:
    return ", ".join(f"`{name}`" for name in sorted(elsewhere.TYPES)) + "."
