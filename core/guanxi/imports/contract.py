"""What an importer is: it turns rows of a file into items and writes items in batches.

The same items come from the same file each time, so that an import which was killed goes on
behind the last item that was committed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.customers.models import CustomField
from guanxi.errors import GuanxiError
from guanxi.i18n import Text

FileRow = tuple[int, list[str]]
"""Row number as a spreadsheet shows it, and the cells."""

Outcome = Literal["created", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class ImportField:
    """Something that a column, or one value for the whole file, can fill."""

    key: str
    title: Text
    required: bool = False
    aliases: tuple[str, ...] = ()
    """Column names, in lower case, that mean this field."""
    help: Text = field(default_factory=lambda: Text("", ""))
    needs: str = ""
    """The key of a field without which this one says nothing; empty where it stands alone."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How a file's columns become fields. ``options``: time_zone, date_order, decimal_comma."""

    columns: Mapping[str, str]
    """Field -> column name."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Field -> one value for all rows."""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be written, made of one or more rows; or the error that its rows contain."""

    rows: Sequence[FileRow]
    value: Any = None
    error: GuanxiError | None = None
    field: str = ""
    """Which field the error is about, if that is known."""
    called: str = ""
    """What is shown instead of a name, where the rows have none."""


class Undone(NamedTuple):
    """What one step of taking an import back did."""

    removed: int = 0
    restored: int = 0
    kept: int = 0
    """Left as they are, because somebody has worked with them since."""
    more: bool = False
    """Whether there may be more to do."""


def _no_more_fields(_session: Session) -> Sequence[ImportField]:
    return ()


class RowImporter(Protocol):
    """An importer at work on one file with one mapping."""

    def items(self, rows: Callable[[], Iterable[FileRow]]) -> Iterator[Item]:
        """Yield the items of the file; ``rows`` reads it from the start, as often as needed."""

    def ahead(self, values: Sequence[Any], *, now: datetime, import_id: UUID) -> Sequence[Any]:
        """Return the values of a batch with everything made that needs no database.

        Called in another thread while the batch before is being written.
        """

    def write(
        self, session: Session, values: Sequence[Any], *, now: datetime, import_id: UUID
    ) -> list[Outcome | GuanxiError]:
        """Write a batch; the list tells what became of each value."""

    def keys(self, values: Sequence[Any]) -> Sequence[Sequence[str]]:
        """Return what each value is recognised by, for a dry run that meets it again later."""


@dataclass(frozen=True, slots=True)
class ImporterKind:
    """A kind of file that can be imported.

    :param start: makes the importer for a header and a mapping; raises ``Invalid`` if they do
        not fit.
    :param undo: takes back up to some hundred things of an import in the session's transaction
        and returns what became of them; called until there is no more.
    :param more_fields: fields that only this installation has, such as the admin's own.
    """

    key: str
    title: Text
    fields: Sequence[ImportField]
    start: Callable[[Sequence[str], "ColumnMapping", "ImportContext"], RowImporter]
    undo: Callable[[Session, UUID, datetime], Undone]
    batch: int = 2000
    repeated: Outcome = "changed"
    """What mostly becomes of a value that is there already when it comes again."""
    permission: str = "imports.run"
    more_fields: Callable[[Session], Sequence[ImportField]] = _no_more_fields

    def fields_in(self, session: Session) -> Sequence[ImportField]:
        """Return all fields that a column can fill, the installation's own included."""
        return (*self.fields, *self.more_fields(session))


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What importers may know of the installation."""

    phone_region: str
    time_zone: str
    custom_fields: Mapping[str, CustomField] = field(default_factory=dict)
    file_name: str = ""
