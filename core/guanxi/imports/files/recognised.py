"""What is known about an uploaded table before its rows are read, and what a person may change."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

from guanxi.imports.files.errors import RaggedRow

Batch = list[tuple[int, list[str]]]
"""Some rows, each as its number and its cells; the fast form of :class:`Row`."""


class Row(NamedTuple):
    """One row of a table.

    ``number`` is what a spreadsheet shows beside the row when it opens the file: 1 is the
    first row, which is usually the header; empty rows count, a leading ``sep=;`` line does
    not. ``problem`` says why the row cannot be imported, if its cells do not fit the columns.
    """

    number: int
    cells: list[str]
    problem: RaggedRow | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided about a file; None leaves it to recognition."""

    encoding: str | None = None
    delimiter: str | None = None
    quotechar: str | None = None
    sheet: str | None = None
    has_header: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the choices as JSON can store them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Choices":
        """Return the choices that :meth:`as_dict` stored."""
        return cls(**stored)


AS_FOUND = Choices()


@dataclass(frozen=True, slots=True)
class Recognised:
    """How to read one file. Made by :func:`guanxi.imports.files.recognise`."""

    kind: Literal["csv", "xlsx"]
    encoding: str = ""
    """A codec name out of ``encoding.ENCODINGS``; empty for a workbook."""

    delimiter: str = ","
    quotechar: str = '"'
    has_separator_line: bool = False
    """The first line is ``sep=;`` or alike, which Excel writes and hides."""

    sheets: tuple[str, ...] = ()
    sheet: str = ""
    header: tuple[str, ...] = ()
    """Column names, trimmed; empty names are kept, so that positions stay right. Without a
    header they are A, B, C, as spreadsheets call them."""

    header_row: int = 0
    """The row of the header; 0 if there is none. Rows above it are a title and are passed over."""

    width: int = 0
    """How many cells a row should have."""

    error_columns: tuple[int, ...] = ()
    """Positions of columns that an error file added; their cells are passed over."""

    sample_rows: tuple[Row, ...] = field(default=(), repr=False)
    """The first rows under the header."""

    @property
    def has_header(self) -> bool:
        """Tell whether a row gives the column names."""
        return self.header_row > 0

    def choices(self) -> Choices:
        """Return what has to be stored so that the file is read the same way again."""
        if self.kind == "xlsx":
            return Choices(sheet=self.sheet, has_header=self.has_header)
        return Choices(
            encoding=self.encoding,
            delimiter=self.delimiter,
            quotechar=self.quotechar,
            has_header=self.has_header,
        )
