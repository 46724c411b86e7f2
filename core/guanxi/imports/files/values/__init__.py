"""Single cells of an imported table: numbers, instants, dates, yes and no, identifiers.

Every function takes the text of one cell and returns a value or raises a
:class:`~guanxi.imports.files.values.errors.ValueProblem` whose sentence quotes the cell.
"""

from guanxi.imports.files.values.booleans import parse_bool
from guanxi.imports.files.values.calendar_dates import DateOrder, guess_date_order, parse_date
from guanxi.imports.files.values.errors import ValueProblem
from guanxi.imports.files.values.identifiers import clean_external_id
from guanxi.imports.files.values.instants import parse_instant
from guanxi.imports.files.values.numbers import guess_decimal_comma, parse_decimal

__all__ = [
    "DateOrder",
    "ValueProblem",
    "clean_external_id",
    "guess_date_order",
    "guess_decimal_comma",
    "parse_bool",
    "parse_date",
    "parse_decimal",
    "parse_instant",
]
