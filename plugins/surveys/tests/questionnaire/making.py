"""Random whole questionnaires with random answers, for the comparison with the reference."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

LETTERS = ["a", "b", "c", "d"]
Draw = Any


@dataclass
class Made:
    """A questionnaire that is being made."""

    draw: Draw
    known: list[dict[str, Any]] = field(default_factory=list)
    """The questions so far."""
    calculated: list[dict[str, Any]] = field(default_factory=list)
    number: int = 0

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) < percent

    def one_of(self, things: Any) -> Any:
        return self.draw(st.sampled_from(list(things)))

    def some_of(self, things: list[Any], least: int = 0) -> list[Any]:
        return self.draw(st.lists(st.sampled_from(things), unique=True, min_size=least))


@st.composite
def walks(draw: Draw) -> dict[str, Any]:
    """A definition with answers, as the oracle's ``walk`` takes them."""
    made = Made(draw)
    definition: dict[str, Any] = {
        "pages": [page(made, number) for number in range(draw(st.integers(1, 4)))]
    }
    if made.chance(40):
        definition["calculatedValues"] = made.calculated = [
            calculated(made, number) for number in range(draw(st.integers(1, 2)))
        ]
        use_calculated(made, definition)
    if made.chance(50):
        definition["triggers"] = [trigger(made) for _ in range(draw(st.integers(1, 2)))]
    if made.chance(20):
        definition["questionOrder"] = "random"
    values: dict[str, Any] = {}
    for question in made.known:
        answer(made, question, values)
    return {"definition": definition, "values": values, "seed": draw(st.integers(1, 10**6))}


def page(made: Made, number: int) -> dict[str, Any]:
    before = list(made.known)
    elements = [element(made) for _ in range(made.draw(st.integers(1, 4)))]
    made_page: dict[str, Any] = {"name": f"page{number + 1}", "elements": elements}
    if before and number and made.chance(25):
        made_page["visibleIf"] = condition(made, before)
    if made.chance(10):
        made_page["isRequired"] = True
    return made_page


def element(made: Made, depth: int = 0) -> dict[str, Any]:
    if depth < 2 and made.chance(15):
        made.number += 1
        name, before = f"p{made.number}", list(made.known)
        panel: dict[str, Any] = {"type": "panel", "name": name}
        panel["elements"] = [element(made, depth + 1) for _ in range(made.draw(st.integers(1, 3)))]
        for key, percent in (("visibleIf", 30), ("enableIf", 15)):
            if before and made.chance(percent):
                panel[key] = condition(made, before)
        if made.chance(15):
            panel["isRequired"] = True
        if depth:  # the reference leaves panels inside of panels as they are
            panel["questionOrder"] = "initial"
        elif made.chance(25):
            panel["questionOrder"] = "random"
        return panel
    return question(made)


TYPES = [
    "text", "text", "comment", "radiogroup", "radiogroup", "checkbox", "checkbox", "dropdown",
    "tagbox", "rating", "boolean", "ranking", "matrix", "matrixdropdown", "html",
]  # fmt: skip


def question(made: Made) -> dict[str, Any]:
    made.number += 1
    kind = made.one_of(TYPES)
    name = f"q{made.number}"
    asked: dict[str, Any] = {"type": kind, "name": name}
    before = made.known
    plain = [one for one in before if not one["type"].startswith("matrix")]
    if plain and made.chance(15):
        asked["title"] = f"About {{{made.one_of(plain)['name']}}} and {{nothing}}"
    asked |= conditions(made, {"visibleIf": 35, "enableIf": 12, "requiredIf": 15})
    if kind == "html":
        return asked | {"html": "text"}
    switches = (("isRequired", True, 30), ("visible", False, 6))
    asked |= {key: value for key, value, percent in switches if made.chance(percent)}
    ADDING.get(kind, lambda *_: None)(made, asked)
    if kind != "ranking" and made.chance(12):
        asked["defaultValue"] = good(made, asked)
    if before and made.chance(12):
        setting(made, asked)
    if kind not in {"text", "comment", "matrix", "matrixdropdown"} and made.chance(8):
        asked["showCommentArea"] = True
        asked.pop("showOtherItem", None)
    if made.chance(12):
        asked.setdefault("validators", []).append(
            {"type": "expression", "expression": condition(made, [*before, asked])}
        )
    made.known.append(asked)
    return asked


def conditions(made: Made, percents: dict[str, int]) -> dict[str, str]:
    return {
        key: condition(made, made.known)
        for key, percent in percents.items()
        if made.known and made.chance(percent)
    }


def add_text(made: Made, asked: dict[str, Any]) -> None:
    asked["inputType"] = made.one_of(["text", "number", "number", "date", "email"])
    if asked["inputType"] == "number":
        if made.chance(40):
            asked["min"], asked["max"] = 0, made.one_of([5, 10])
        if made.chance(20):
            asked["step"] = made.one_of([2, 0.5])
        if made.chance(30):
            asked["validators"] = [{"type": "numeric", "minValue": 2, "maxValue": 8}]
    elif asked["inputType"] == "date" and made.chance(40):
        asked["min"] = "2024-03-01"
        if made.chance(50):
            asked.pop("min")
            asked["minValueExpression"] = "today()"
    elif asked["inputType"] == "text" and made.chance(40):
        asked["validators"] = [
            made.one_of(
                [
                    {"type": "text", "minLength": 2, "maxLength": 4},
                    {"type": "text", "allowDigits": False, "maxLength": 9},
                    {"type": "regex", "regex": "^[a-c]+$"},
                    {"type": "regex", "regex": r"\d{2}", "caseInsensitive": True},
                    {"type": "email"},
                ]
            )
        ]


def add_choices(made: Made, asked: dict[str, Any]) -> None:
    choices: list[Any] = list(LETTERS[: made.draw(st.integers(2, 4))])
    if made.chance(20):
        choices = [1, 2, 3]
    if asked["type"] != "ranking":
        hide_choices(made, asked, choices)
    if made.chance(20):
        asked["choicesOrder"] = "random"
    asked["choices"] = choices
    if asked["type"] in {"checkbox", "tagbox"}:
        if made.chance(25):
            asked["minSelectedChoices"] = 2
        if made.chance(20):
            asked["validators"] = [{"type": "answercount", "minCount": 1, "maxCount": 2}]


def hide_choices(made: Made, asked: dict[str, Any], choices: list[Any]) -> None:
    """Let choices come and go, and offer those that every question may have."""
    if made.known and made.chance(30):
        at = made.draw(st.integers(0, len(choices) - 1))
        choices[at] = {"value": choices[at], "visibleIf": condition(made, made.known)}
    if made.known and made.chance(12):
        asked["choicesVisibleIf"] = over_items(made)
    for key, percent in (("showOtherItem", 25), ("showNoneItem", 20)):
        if made.chance(percent):
            asked[key] = True


def over_items(made: Made) -> str:
    several = [one for one in made.known if one["type"] in {"checkbox", "tagbox"}]
    if several and made.chance(70):
        return f"{{{made.one_of(several)['name']}}} contains {{item}}"
    return made.one_of(["{item} <> 'b'", "{item} > 1", "{item} = 'a' or {item} = 'c'"])


def add_rating(made: Made, asked: dict[str, Any]) -> None:
    if made.chance(50):
        asked["rateMin"], asked["rateMax"] = 0, 10


def add_matrix(made: Made, asked: dict[str, Any]) -> None:
    asked["rows"], asked["columns"] = ["r1", "r2"], [1, 2, 3]
    for key in ("eachRowRequired", "eachRowUnique"):
        if made.chance(25):
            asked[key] = True
    if made.chance(20):
        asked["rowOrder"] = "random"


def add_cells(made: Made, asked: dict[str, Any]) -> None:
    asked["rows"] = ["r1", "r2"]
    asked["choices"] = [1, 2, 3]
    asked["columns"] = [
        {"name": "c1", "cellType": "dropdown", "isRequired": made.chance(25)},
        {"name": "c2", "cellType": "text", "inputType": "number", "max": 5},
    ]


ADDING: dict[str, Any] = {
    "text": add_text,
    **dict.fromkeys(["radiogroup", "dropdown", "checkbox", "tagbox", "ranking"], add_choices),
    "rating": add_rating,
    "matrix": add_matrix,
    "matrixdropdown": add_cells,
}


def setting(made: Made, asked: dict[str, Any]) -> None:
    """Let a question set itself."""
    same = [one for one in made.known if one["type"] == asked["type"] in {"text", "comment"}]
    if same and made.chance(60):
        asked["setValueExpression"] = f"{{{made.one_of(same)['name']}}}"
        if made.chance(50):
            asked["setValueIf"] = condition(made, made.known)
    elif made.chance(50):
        asked["setValueIf"] = condition(made, made.known)
    else:
        asked["resetValueIf"] = condition(made, made.known)


def literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


def condition(made: Made, known: list[dict[str, Any]], depth: int = 0) -> str:
    """A condition on questions that are there already."""
    if depth < 2 and made.chance(25):
        both = [condition(made, known, depth + 1) for _ in range(2)]
        return f"({both[0]} {made.one_of(['and', 'or'])} {both[1]})"
    asked = made.one_of(known)
    name = "{" + asked["name"] + "}"
    if made.chance(25):
        return f"{name} {made.one_of(['empty', 'notempty'])}"
    value = good(made, asked)
    if isinstance(value, list):
        return f"{name} {made.one_of(['contains', 'notcontains'])} {literal(value[0])}"
    if isinstance(value, dict):
        return f"{{{asked['name']}.r1}} = 1"
    operators = ["=", "<>"] if isinstance(value, (str, bool)) else ["=", "<>", ">", "<", ">=", "<="]
    return f"{name} {made.one_of(operators)} {literal(value)}"


def calculated(made: Made, number: int) -> dict[str, Any]:
    value: dict[str, Any] = {"name": f"calc{number}"}
    numbers = [one for one in made.known if one["type"] == "rating"] or made.known
    if not numbers:
        return value | {"expression": "1 + 1", "includeIntoResult": True}
    first, second = made.one_of(numbers)["name"], made.one_of(numbers)["name"]
    value["expression"] = made.one_of(
        [
            f"{{{first}}} + 1",
            f"iif({condition(made, made.known)}, 'yes', 'no')",
            f"sum({{{first}}}, {{{second}}})",
            *(["{calc0} + 1"] if number else []),
        ]
    )
    if made.chance(40):
        value["includeIntoResult"] = True
    return value


def use_calculated(made: Made, definition: dict[str, Any]) -> None:
    """Let something on the last page depend on a calculated value."""
    last = definition["pages"][-1]["elements"][-1]
    if made.chance(60):
        last["visibleIf"] = made.one_of(["{calc0} = 'yes'", "{calc0} > 3", "{calc0} notempty"])


def trigger(made: Made) -> dict[str, Any]:
    if len(made.known) < 3:
        return {"type": "complete", "expression": "{nothing} = 1"}
    at = made.draw(st.integers(1, len(made.known) - 1))
    when, target = condition(made, made.known[:at]), made.one_of(made.known[at:])
    kind = made.one_of(["complete", "skip", "setvalue", "setvalue", "runexpression"])
    rule: dict[str, Any] = {"type": kind, "expression": when}
    if kind == "skip":
        rule["gotoName"] = target["name"]
    elif kind == "setvalue":
        rule |= {"setToName": target["name"], "setValue": good(made, target)}
    elif kind == "runexpression":
        rule |= {"setToName": "extra", "runExpression": f"{{{made.known[0]['name']}}} + 1"}
    return rule


def good(made: Made, asked: dict[str, Any]) -> Any:
    """An answer that the question takes, though a check may refuse it."""
    simple = GOOD.get(asked["type"])
    if simple is not None:
        return simple(made, asked)
    values = [one["value"] if isinstance(one, dict) else one for one in asked["choices"]]
    if asked["type"] == "ranking":
        return made.draw(st.permutations(values))
    if asked["type"] in {"checkbox", "tagbox"}:
        return made.some_of(values, 1)
    return made.one_of(values)


def good_cells(made: Made, _: dict[str, Any]) -> dict[str, Any]:
    return {
        row: {"c1": made.one_of([1, 2, 3]), "c2": made.draw(st.integers(1, 6))}
        for row in made.some_of(["r1", "r2"], 1)
    }


def good_text(made: Made, asked: dict[str, Any]) -> Any:
    return WRITTEN[asked.get("inputType", "text")](made)


GOOD: dict[str, Any] = {
    "text": good_text,
    "comment": good_text,
    "rating": lambda made, asked: made.draw(
        st.integers(asked.get("rateMin", 1), asked.get("rateMax", 5))
    ),
    "boolean": lambda made, _: made.chance(50),
    "matrix": lambda made, _: {
        row: made.one_of([1, 2, 3]) for row in made.some_of(["r1", "r2"], 1)
    },
    "matrixdropdown": good_cells,
}
WRITTEN: dict[str, Any] = {
    "text": lambda made: made.one_of(["a", "abc", "hello", "x1", "12", "me@example.com"]),
    "number": lambda made: made.one_of([0, 1, 2, 3, 7, 12, 2.5]),
    "date": lambda made: made.one_of(["2024-02-29", "2024-06-01", "2031-01-01"]),
    "email": lambda made: made.one_of(["me@example.com", "nobody", "a.b@c.de"]),
}


def answer(made: Made, asked: dict[str, Any], values: dict[str, Any]) -> None:
    """Answer a question, most of the time."""
    name = asked["name"]
    if not made.chance(85):
        return
    values[name] = good(made, asked)
    if asked.get("showOtherItem") and made.chance(30):
        values[name] = ["other"] if isinstance(values[name], list) else "other"
        if made.chance(70):
            values[name + "-Comment"] = "mine"
    elif asked.get("showNoneItem") and made.chance(30):
        values[name] = ["none"] if isinstance(values[name], list) else "none"
    if asked.get("showCommentArea") and made.chance(60):
        values[name + "-Comment"] = "beside"
