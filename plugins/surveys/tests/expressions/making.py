"""Expressions and answers made at random, as an author, a careless one, or nobody would write."""

from random import Random
from typing import Any, Final

NAMES: Final = [
    "a", "b", "text", "list", "rows", "deep", "nothing", "missing", "A", "deep.inner", "list[0]",
    "list[-1]", "rows[0].x", "rows[1].y", "list.length", "text.length", "missing.length", "#text",
    "#a", "deep.inner[1]", "rows.length", "list.1", "Deep.Inner",
]  # fmt: skip
TEXTS: Final = [
    "", "x", "X", " x ", "abc", "true", "False", "5", "5.50", "1,5", "007", "0", "0.5", "-3", "1e3",
    "0x1F", "2024-01-05", "2024-01-05T10:30", "undefined", "null", "item1", "'quoted'", "12*3",
    "1234567890123456", "é", "中文", "Infinity", "NaN", " 7", "+4", "5.", ".5", "a,b", "  ",
]  # fmt: skip
NUMBERS: Final = [
    0, 1, 2, 3, 5, 10, -1, -4, 0.1, 0.2, 1.5, 2.675, 3.3, 100, 1e20, 1e21, 1e-7, 12345.678,
]  # fmt: skip
OPERATORS: Final = [
    "=", "==", "!=", "<>", "<", "<=", "=<", ">", ">=", "=>", "+", "-", "*", "/", "%", "^", "and",
    "or", "&&", "||", "contains", "notcontains", "anyof", "allof", "noneof", "*=", "equal",
    "notequal", "less", "greater", "lessorequal", "greaterorequal", "equals", "power", "contain",
]  # fmt: skip
FUNCTIONS: Final = {
    "iif": 3, "sum": 3, "min": 3, "max": 3, "count": 3, "avg": 3, "round": 2, "trunc": 2,
    "substring": 3, "isContainerReady": 1, "isDisplayMode": 0, "displayValue": 1,
    "propertyValue": 2, "getComment": 1, "nosuch": 2,
}  # fmt: skip
DATES: Final = [
    "2024-01-05", "2023-11-15", "2024-02-29", "2024-02-31", "1999-12-31", "2024-01-05T10:30",
    "2023-11-15T06:13", "2024-01-05T10:30:15", "2024-01-05T23:59:59.999Z", "2024-01", "2023/11/14",
    "11/16/2023", "2024-13-01", "2024-01-05 10:00",
    "2023-11-15 6:13", "2023/1/5 6:13", "2023-11-15 06:13:20",
]  # fmt: skip
OVER_ROWS: Final = ["sumInArray", "countInArray", "avgInArray", "minInArray", "maxInArray"]


def values(draw: Random) -> dict[str, Any]:
    """Return answers; the names are always the same, what is behind them never."""
    made = {
        "a": answer(draw),
        "b": answer(draw),
        "text": draw.choice(TEXTS),
        "list": [answer(draw, 1) for _ in range(draw.randrange(4))],
        "rows": [
            {"x": answer(draw, 2), "y": draw.choice([*NUMBERS, *TEXTS])}
            for _ in range(draw.randrange(4))
        ],
        "deep": {"inner": [answer(draw, 2), answer(draw, 2)]},
        "nothing": None,
    }
    return {name: made[name] for name in made if draw.random() < 0.9}


def answer(draw: Random, depth: int = 0) -> Any:
    """Return a value of JSON."""
    kind = draw.randrange(10 if depth < 2 else 7)
    if kind < 3:
        return draw.choice(NUMBERS)
    if kind < 6:
        return draw.choice(TEXTS)
    if kind == 6:
        return draw.choice([True, False, None])
    if kind == 7:
        return {draw.choice("xyz"): answer(draw, depth + 1) for _ in range(draw.randrange(3))}
    return [answer(draw, depth + 1) for _ in range(draw.randrange(4))]


def expression(draw: Random, depth: int = 3) -> str:
    """Return an expression."""
    kind = draw.randrange(10) if depth else 9
    if kind < 5:
        left, right = expression(draw, depth - 1), expression(draw, depth - 1)
        return f"{left} {draw.choice(OPERATORS)} {right}"
    if kind == 5:
        return f"({expression(draw, depth - 1)})"
    if kind == 6:
        return call(draw, depth)
    if kind == 7:
        inside = ", ".join(expression(draw, 0) for _ in range(draw.randrange(4)))
        return f"[{inside}]"
    if kind == 8:
        asked = draw.choice(["empty", "notempty"])
        return draw.choice([f"{{{draw.choice(NAMES)}}} {asked}", f"!{expression(draw, 0)}"])
    return atom(draw)


def call(draw: Random, depth: int) -> str:
    """Return the call of a function, mostly with as many parameters as it takes."""
    if draw.random() < 0.2:
        rows = draw.choice(["{rows}", "{list}", "{deep}", atom(draw)])
        condition = f"{{{draw.choice('xy')}}} {draw.choice(OPERATORS)} {draw.choice(NUMBERS[:12])}"
        more = draw.choice(
            ["", ", 'y'", f", {condition}", f", '{condition}'", f", 'x', {condition}"]
        )
        return f"{draw.choice(OVER_ROWS)}({rows}, '{draw.choice('xyz')}'{more})"
    name = draw.choice(list(FUNCTIONS))
    many = FUNCTIONS[name] if draw.random() < 0.8 else draw.randrange(4)
    given = [expression(draw, depth - 1) for _ in range(many)]
    return f"{name}({', '.join(given)})"


def atom(draw: Random) -> str:
    """Return a name, a number, a text or a truth value."""
    kind = draw.randrange(8)
    if kind < 4:
        return f"{{{draw.choice(NAMES)}}}"
    if kind == 4:
        return f"{draw.choice(NUMBERS):.10g}".replace("e", "1")
    if kind < 7:
        return "'" + draw.choice(TEXTS).replace("'", "\\'") + "'"
    return draw.choice(["true", "false", "word", "FALSE", "null", "undefined"])


def dated(draw: Random) -> str:
    """Return an expression about dates."""
    kind = draw.randrange(4)
    if kind == 0:
        sign = draw.choice(["=", "!=", "<", "<=", ">", ">="])
        return f"{date(draw)} {sign} {date(draw)}"
    if kind == 1:
        name = draw.choice(["year", "month", "day", "weekday", "getYear", "age", "getDate"])
        return f"{name}({date(draw)})"
    if kind == 2:
        unit = draw.choice(["days", "months", "years", "hours", "minutes", "seconds", "weeks"])
        return f"dateDiff({date(draw)}, {date(draw)}, '{unit}')"
    return draw.choice([f"diffDays({date(draw)}, {date(draw)})", f"age({date(draw)}, 'months')"])


def date(draw: Random, depth: int = 1) -> str:
    """Return an expression that is a date, or a text that may be one."""
    kind = draw.randrange(5) if depth else 4
    if kind == 0:
        return draw.choice(["today()", "currentDate()", f"today({draw.randrange(-40, 40)})"])
    if kind == 1:
        return f"getDate({date(draw, 0)})"
    if kind == 2:
        unit = draw.choice(["days", "months", "years", "hours", "minutes", "seconds"])
        return f"dateAdd({date(draw, 0)}, {draw.randrange(-30, 30)}, '{unit}')"
    return f"'{draw.choice(DATES)}'"


OPERANDS: Final = [
    "{a}", "{b}", "5", "-5", "x", "or", "and", "empty", "negate", "null", "true", "foo()", "(1",
    "sum(1,2", "[1,2]", "!5", "!{a}", "negate 5", "{a} empty", "{b} notempty", "negate5", "0x1",
    "1.5", "''", "'it'", "contains", "undefinedx", "foo(", "sum()", "(2)", "notempty", "less",
    "orx", "'", "{", "01", "foo(,1)", "foo(null,1)", '"x"', "{ a }", "nullable", "..", "é", "(",
]  # fmt: skip
SIGNS: Final = [*OPERATORS, ",", ")", "]", "containss", "-5", "lesso", "ornot", "===", "|", ""]


def jumble(draw: Random) -> str:
    """Return what somebody may have typed; most of it cannot be read."""
    made = ""
    for _ in range(draw.randrange(1, 5)):
        made += draw.choice(OPERANDS) + draw.choice(["", " ", "\n"])
        if draw.random() < 0.8:
            made += draw.choice(SIGNS) + draw.choice(["", " "])
    return made
