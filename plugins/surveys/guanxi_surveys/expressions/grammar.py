"""The grammar of expressions, and how a text becomes what the grammar reads.

Which words are operators depends on the place: ``{a} or or`` asks for the text "or". The lexer
knows the place, and a word there begins with an operator however it goes on: ``{a} or5`` is
``{a} or 5``. A closing bracket may be missing. All this is as survey-core reads it.
"""

from functools import cache
from typing import TYPE_CHECKING, Final, cast

from guanxi_surveys.expressions.faults import LENGTH, ExpressionError
from guanxi_surveys.expressions.parts import Part
from guanxi_surveys.texts import N_

if TYPE_CHECKING:
    from lark import Lark

GRAMMAR: Final = r"""
?start: either

?either: both (OR both)*
?both: comparison (AND comparison)*
?comparison: sum (COMPARE sum)*
?sum: product (ADD product)*
?product: power (MULTIPLY power)*
?power: containing (POWER containing)*
?containing: factor (CONTAIN factor?)*

?factor: LEFT either RIGHT?           -> bracket
    | FUNCTION sequence? RIGHT?       -> call
    | NOT factor                      -> negation
    | atom EMPTY                      -> emptiness
    | atom
    | OPEN sequence? CLOSE            -> listing

sequence: either (COMMA either)*
    | (COMMA either)+                 -> no_sequence

?atom: NOTHING                        -> nothing
    | TRUTH                           -> truth
    | NUMBER                          -> number
    | WORD                            -> word
    | TEXT                            -> text
    | VARIABLE                        -> variable

FUNCTION.5: /[a-zA-Z_][a-zA-Z0-9_]*\((?![ \t\r\n]+\))/
NOT.4: /!(?!=)|negate(?=[ \t\r\n]*(?:[a-zA-Z_{'"\[(0-9]|-[0-9]|!(?!=)))/i
NOTHING.3: /undefined|null/
TRUTH.3: /true|false/i
NUMBER.3: /0x[0-9]+|-?(?:[0-9]+\.[0-9]+|[1-9][0-9]*|0)/
WORD.2: /[a-zA-Z_][a-zA-Z0-9_]*/
TEXT.2: /'(?:\\['"]|[^"'\\]|\\(?!['"]))*'|"(?:\\['"]|[^"'\\]|\\(?!['"]))*"/
VARIABLE.2: /\{[^{}]+\}/
LEFT.2: "("
OPEN.2: /\[(?![ \t\r\n]+\])/

EMPTY: /notempty|empty/i
CONTAIN.1: /\*=|notcontains?|contains?|anyof|allof|noneof/i
POWER: /\^|power/i
MULTIPLY: /[*\/%]/
ADD: /[+\-]/
COMPARE: /<=|>=|==|!=|[<>=]|lessorequal|greaterorequal|notequal|equal|less|greater/i
AND: /&&|and/i
OR: /\|\||or/i
RIGHT: ")"
CLOSE: "]"
COMMA: ","

SPACE: /[ \t\r\n]+/
%ignore SPACE
"""

_SAME: Final = (("=>", ">="), ("=<", "<="), ("<>", "!="), ("equals", "equal "))
"""Other ways to write an operator. They are replaced everywhere, as survey-core does it."""


@cache
def _parser() -> "Lark":
    """Return the parser, built at its first use."""
    from lark import Lark  # noqa: PLC0415 -- takes a while, and most requests read no expression

    from guanxi_surveys.expressions.compiling import Compiler  # noqa: PLC0415

    return Lark(
        GRAMMAR, parser="lalr", lexer="contextual", transformer=Compiler(), maybe_placeholders=False
    )


def read(text: str) -> Part:
    """Return an expression compiled; raises ExpressionError for what cannot be read or is null."""
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415 -- see above

    if len(text) > LENGTH:
        raise ExpressionError(N_("The expression is longer than %(most)s characters."), most=LENGTH)
    for written, meant in _SAME:
        text = text.replace(written, meant)
    try:
        part = cast(Part, _parser().parse(text))
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        at_end = token is not None and token.type == "$END"
        raise _unreadable(text, None if at_end else error.pos_in_stream) from None
    if part.nothing:
        raise _unreadable(text, None)
    return part


def _unreadable(text: str, position: int | None) -> ExpressionError:
    rest = text[position:].split(maxsplit=1) if position is not None else []
    if not rest:
        return ExpressionError(N_("The expression is not complete."))
    return ExpressionError(
        N_("The expression cannot be read from “%(rest)s” on (character %(position)s)."),
        rest=rest[0][:30],
        position=(position or 0) + 1,
    )
