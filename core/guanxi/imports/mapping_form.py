"""The form that says what becomes of each column: read from a request, filled for the page.

It goes through the columns of the file, since that is what a person has before their eyes; a
mapping goes from field to column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from guanxi.errors import Invalid
from guanxi.imports.contract import ColumnMapping, ImportField

OPTIONS: Final = ("time_zone", "date_order", "decimal_comma")
SPARE: Final = 3
"""Empty lines for values that are the same in all rows."""
_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class MappingForm:
    """What stands in the form: a field for each column or "", pairs of field and value, options."""

    becomes: Sequence[str]
    constants: Sequence[tuple[str, str]]
    options: Mapping[str, str]

    def mapping(self, header: Sequence[str], fields: Sequence[ImportField]) -> ColumnMapping:
        """Return what the form says.

        :raises Invalid: a field is chosen twice, or a value is for no field.
        """
        titles = {one.key: one.title for one in fields}
        columns: dict[str, str] = {}
        for column, key in zip(header, self.becomes, strict=True):
            if key in columns:
                raise Invalid(
                    "Two columns are to become %(field)s. Choose one of them.",
                    field=titles.get(key, key),
                )
            if key:
                columns[key] = column
        constants: dict[str, str] = {}
        for key, value in self.constants:
            if value and not key:
                raise Invalid("Say which field has the value %(value)s in all rows.", value=value)
            if key in constants:
                raise Invalid(
                    "%(field)s is given two values for all rows. Keep one of them.",
                    field=titles.get(key, key),
                )
            if value:
                constants[key] = value
        return ColumnMapping(columns, constants, self.options)


def sent(form: Mapping[str, str], header: Sequence[str]) -> MappingForm:
    """Return what a person filled in; a file without such a column has an empty place."""
    numbers = range(len(form))
    pairs = [
        (form.get(f"constant_field.{n}", ""), form.get(f"constant_value.{n}", "").strip())
        for n in numbers
    ]
    return MappingForm(
        [form.get(f"becomes.{n}", "") if name else "" for n, name in enumerate(header)],
        [pair for pair in pairs if any(pair)],
        {name: form[name].strip() for name in OPTIONS if form.get(name, "").strip()},
    )


def filled(mapping: ColumnMapping, header: Sequence[str]) -> MappingForm:
    """Return the form of a mapping that is kept or proposed."""
    becomes = {column: key for key, column in mapping.columns.items()}
    return MappingForm(
        [becomes.get(column, "") for column in header],
        list(mapping.constants.items()),
        mapping.options,
    )


def missing(form: MappingForm, fields: Sequence[ImportField]) -> list[str]:
    """Return the keys of fields that are needed and that neither a column nor a value fills."""
    there = {key for key in form.becomes if key} | {key for key, _value in form.constants}
    needed = [one.key for one in fields if one.required]
    needed += [one.needs for one in fields if one.needs and one.key in there]
    return [key for key in dict.fromkeys(needed) if key not in there]


def examples(rows: Sequence[Sequence[str]], position: int) -> list[str]:
    """Return the first different values of a column."""
    values = (row[position].strip() for row in rows if position < len(row))
    return list(dict.fromkeys(value for value in values if value))[:_EXAMPLES]
