"""The expression language of SurveyJS, with its exact semantics: ``{a} > 17 and {b} notempty``.

``evaluate(expression, values)`` gives the result, ``parse(expression)`` what can be evaluated again
and again. The tests hold both to survey-core 3.1.1. What differs does so on purpose:

- What survey-core ends with a TypeError (``[1, null]``, ``iif({a}, null, 1)``, ``null empty``) has
  a result here: null is a value like others, and where there is none the result is None.
- A result that JSON does not have (undefined, NaN, infinite, an invalid date) is None.
- A name that is written the same comes before one in another case, whichever was answered first.
- Dates: ISO 8601, ``2026/1/31``, ``2026.1.31`` and ``1/31/2026``, the last three with a time or
  without. Other texts are no dates, nor are years before 1 and after 9999. A date joined to a text
  has no name of its time zone.
- The day and the zone are those of ``now``; survey-core takes the machine's.
- Names in a row's condition that the row does not have are looked for in the survey; survey-core
  does so inside a survey only.
- Rows that are no objects have no values; survey-core counts the length of a text as one.
- A condition on rows that is a text in quotes keeps its escaped quotes.
- ``substring`` leaves out a character that would be cut in two.
- ``(f( ))``, an empty call with a space in it inside brackets, is refused like ``f( )`` everywhere.
- ``and`` and ``or`` stop at what decides, so a part that has no result does no harm behind it.
- Length, depth, work and the size of texts have limits; beyond them is an ExpressionError.
"""

from guanxi_surveys.expressions.context import Function
from guanxi_surveys.expressions.faults import ExpressionError
from guanxi_surveys.expressions.reading import Expression, evaluate, parse

__all__ = ["Expression", "ExpressionError", "Function", "evaluate", "parse"]
