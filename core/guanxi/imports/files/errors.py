"""What can be wrong with an uploaded table: one exception class per kind.

The sentences stand where they are raised. A *line* is counted as a text editor counts, for
faults below the level of rows; a *row* as a spreadsheet counts.
"""

from guanxi.errors import GuanxiError


class FileProblem(GuanxiError):
    """Base: this file cannot be imported as it is."""

    status = 422
    code = "file_problem"


class NotATable(FileProblem):
    """A file of another kind: a picture, a PDF, a web page, an old workbook."""

    code = "not_a_table"


class EmptyFile(FileProblem):
    """No row has any text."""

    code = "file_empty"


class HeaderOnly(FileProblem):
    """Column names, and nothing under them."""

    code = "header_only"


class DuplicateColumns(FileProblem):
    """Two columns of one name, so that a mapping cannot tell them apart."""

    code = "duplicate_columns"


class UnknownChoice(FileProblem):
    """An encoding, delimiter or sheet was chosen that does not exist."""

    code = "unknown_choice"


class BrokenArchive(FileProblem):
    """A workbook or ``.gz`` file that cannot be unpacked to its end."""

    code = "archive_broken"


class ArchiveTooLarge(FileProblem):
    """Unpacked, the file would be larger than is allowed; perhaps on purpose."""

    status = 413
    code = "archive_too_large"


class EncryptedWorkbook(FileProblem):
    """A workbook that opens with a password only."""

    code = "workbook_encrypted"


class UnsafeWorkbook(FileProblem):
    """A workbook whose XML declares a document type or entities, or hides a second member."""

    code = "workbook_unsafe"


class UnreadableWorkbook(FileProblem):
    """The workbook unpacks, but what is inside is not a workbook that can be read."""

    code = "workbook_unreadable"


class WorkbookTooLarge(FileProblem):
    """Reading the workbook took more memory or time than is allowed."""

    status = 413
    code = "workbook_too_large"


class TooManyColumns(FileProblem):
    """A row with more cells than any table for people has."""

    code = "too_many_columns"


class LineTooLong(FileProblem):
    """A line, row or cell of more than a million characters."""

    code = "line_too_long"


class NulCharacter(FileProblem):
    """The character NUL, which no text has and PostgreSQL does not store."""

    code = "nul_character"


class WrongBytes(FileProblem):
    """Bytes that are no text in the file's encoding, half a surrogate pair among them."""

    code = "wrong_bytes"


class UnterminatedQuote(FileProblem):
    """A quotation mark that is opened and never closed."""

    code = "unterminated_quote"


class RaggedRow(FileProblem):
    """A row that does not have as many cells as there are columns; only this row is refused."""

    code = "ragged_row"


class TooManyCells(RaggedRow):
    """More cells than columns, and the surplus ones are not empty."""

    code = "too_many_cells"


class TooFewCells(RaggedRow):
    """Fewer cells than columns."""

    code = "too_few_cells"
