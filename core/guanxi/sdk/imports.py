"""What a plugin needs to import files of its own: ``from guanxi.sdk import imports``.

``Importer`` (of the sdk itself) declares a kind of file; its ``start`` makes a :class:`RowImporter`
for one file and mapping, which turns rows into items and writes items in batches.
"""

from guanxi.imports.contract import (
    ColumnMapping,
    FileRow,
    ImportContext,
    ImportField,
    Item,
    Outcome,
    RowImporter,
    Undone,
)

__all__ = [
    "ColumnMapping",
    "FileRow",
    "ImportContext",
    "ImportField",
    "Item",
    "Outcome",
    "RowImporter",
    "Undone",
]
