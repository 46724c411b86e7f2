"""From what the grammar reads to one function per expression, built from the inside out."""

from collections.abc import Callable
from typing import Any, Final

from guanxi_surveys.expressions import arithmetic, comparing, containing
from guanxi_surveys.expressions.calling import called
from guanxi_surveys.expressions.context import Context
from guanxi_surveys.expressions.javascript import is_true
from guanxi_surveys.expressions.names import corrected, variable
from guanxi_surveys.expressions.numerals import simplified
from guanxi_surveys.expressions.parts import Part, Run, around
from guanxi_surveys.expressions.work import Work

Operator = Callable[[Any, Any, Work], Any]

_COMPARING: Final[dict[str, Operator]] = {
    "<": comparing.less,
    "less": comparing.less,
    "<=": comparing.less_or_equal,
    "lessorequal": comparing.less_or_equal,
    ">": comparing.greater,
    "greater": comparing.greater,
    ">=": comparing.greater_or_equal,
    "greaterorequal": comparing.greater_or_equal,
}
_OPERATORS: Final[dict[str, Operator]] = {
    "+": arithmetic.plus,
    "-": arithmetic.minus,
    "*": arithmetic.times,
    "/": arithmetic.divided,
    "%": arithmetic.remainder,
    "^": arithmetic.power,
    "power": arithmetic.power,
    "*=": containing.contains,
    "contain": containing.contains,
    "contains": containing.contains,
    "notcontain": containing.contains_not,
    "notcontains": containing.contains_not,
    "anyof": containing.any_of,
    "allof": containing.all_of,
    "noneof": containing.none_of,
}
_NOTHING: Final = Part(lambda _: None, constant=True, nothing=True)


class Compiler:
    """What becomes of each rule of the grammar; called by the parser as it reads."""

    def either(self, children: list[Any]) -> Part:
        """Alternatives: the first that is true decides, the others are not looked at."""
        return _joined(children[::2], arithmetic.either, decided=True)

    def both(self, children: list[Any]) -> Part:
        """Conditions of which the first that is false decides."""
        return _joined(children[::2], arithmetic.both, decided=False)

    def comparison(self, children: list[Any]) -> Part:
        """Comparisons, from left to right: ``1 < 2 < 3`` compares true with 3."""
        part: Part = children[0]
        for sign, other in zip(children[1::2], children[2::2], strict=True):
            part = _compared(part, str(sign).lower(), other)
        return part

    def containing(self, children: list[Any]) -> Part:
        """Questions for what a list holds; what is asked for may be missing."""
        pairs: list[tuple[Operator, Part]] = []
        for child in children[1:]:
            if isinstance(child, Part):
                pairs[-1] = pairs[-1][0], child
            else:
                pairs.append((_OPERATORS[str(child).lower()], _NOTHING))
        return _chained(children[0], pairs)

    def _arithmetic(self, children: list[Any]) -> Part:
        signs = (_OPERATORS[str(sign).lower()] for sign in children[1::2])
        return _chained(children[0], list(zip(signs, children[2::2], strict=True)))

    sum = product = power = _arithmetic

    def bracket(self, children: list[Any]) -> Part:
        """What stands in brackets."""
        inner: Part = children[1]
        return inner if inner.nothing else around(inner.run, inner)

    def call(self, children: list[Any]) -> Part:
        """A function with its parameters."""
        name = str(children[0])[:-1]
        parts = next((child for child in children if isinstance(child, list)), [])
        return around(called(name, parts), *parts, functions=(name,))

    def sequence(self, children: list[Any]) -> list[Part]:
        """Values with commas between; as survey-core has it, none if the first is null."""
        parts = children[::2]
        return [] if parts[0].nothing else parts

    def no_sequence(self, _children: list[Any]) -> list[Part]:
        """Values after a comma with nothing before it are none."""
        return []

    def listing(self, children: list[Any]) -> Part:
        """A list of values."""
        parts = next((child for child in children if isinstance(child, list)), [])
        runs = [part.run for part in parts]
        return around(lambda context: [run(context) for run in runs], *parts)

    def negation(self, children: list[Any]) -> Part:
        """The opposite."""
        run = children[1].run
        return around(lambda context: not is_true(run(context)), children[1])

    def emptiness(self, children: list[Any]) -> Part:
        """Whether a value is empty, or is not."""
        run, wanted = children[0].run, str(children[1]).lower() == "empty"
        return around(lambda context: comparing.is_empty(run(context)) is wanted, children[0])

    def nothing(self, _children: list[Any]) -> Part:
        """The literal null."""
        return _NOTHING

    def truth(self, children: list[Any]) -> Part:
        """The literals true and false."""
        return _constant(str(children[0]).lower() == "true")

    def number(self, children: list[Any]) -> Part:
        """A number; with 0x, of base 16."""
        text = str(children[0])
        return _constant(simplified(int(text[:40], 16) if text[:2] == "0x" else float(text)))

    def word(self, children: list[Any]) -> Part:
        """A text without quotes."""
        return _constant(corrected(str(children[0])))

    def text(self, children: list[Any]) -> Part:
        """A text in quotes, which stays a text."""
        inner = str(children[0])[1:-1]
        return _constant(inner.replace("\\'", "'").replace('\\"', '"'))

    def variable(self, children: list[Any]) -> Part:
        """A value by its name."""
        name = str(children[0])[1:-1]
        plain = name[1:] if len(name) > 1 and name[0] == "#" else name
        return Part(variable(name), names=(plain,), name=plain)


def _constant(value: Any) -> Part:
    return Part(lambda _: value, constant=True)


def _joined(parts: list[Part], operator: Operator, *, decided: bool) -> Part:
    """Return conditions joined by one operator, up to the one that decides."""
    first, *rest = (part.run for part in parts)
    open_yet = not decided

    def run(context: Context) -> Any:
        value = first(context)
        for other in rest:
            if value is decided:
                return value
            following = other(context)
            if value is open_yet and type(following) is bool:
                value = following
            else:
                value = operator(value, following, context.work)
        return value

    return around(run, *parts)


def _chained(first: Part, pairs: list[tuple[Operator, Part]]) -> Part:
    """Return values joined by operators, from left to right."""
    begin = first.run
    if len(pairs) == 1:
        return around(_pair(begin, pairs[0][0], pairs[0][1].run), first, pairs[0][1])
    steps = [(operator, part.run) for operator, part in pairs]

    def run(context: Context) -> Any:
        value = begin(context)
        for operator, other in steps:
            value = operator(value, other(context), context.work)
        return value

    return around(run, first, *(part for _, part in pairs))


def _pair(left: Run, operator: Operator, right: Run) -> Run:
    return lambda context: operator(left(context), right(context), context.work)


def _compared(left: Part, sign: str, right: Part) -> Part:
    if sign in _COMPARING:
        return _chained(left, [(_COMPARING[sign], right)])
    wanted = sign in ("=", "==", "equal")
    return around(_equal(left, right, wanted=wanted), left, right)


def _equal(left: Part, right: Part, *, wanted: bool) -> Run:
    """Return the comparison of two values; lists in any order, unless a name is a strict one."""
    run_left, run_right = left.run, right.run
    names = {name.lower() for name in (left.name, right.name) if name}

    def run(context: Context) -> bool:
        x, y = run_left(context), run_right(context)
        in_order = bool(context.strict) and any(name.lower() in names for name in context.strict)
        return comparing.equal(x, y, context.work, in_order=in_order) is wanted

    return run
