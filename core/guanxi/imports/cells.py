"""Where a field's value comes from in a row: a column, a constant, or nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from guanxi.imports.contract import ColumnMapping


@dataclass(frozen=True, slots=True)
class Places:
    """Positions of the mapped columns and the constants of one file."""

    positions: dict[str, int]
    constants: dict[str, str]

    @classmethod
    def of(cls, header: Sequence[str], mapping: ColumnMapping) -> "Places":
        """Find the columns of a mapping in a header."""
        where = {name: i for i, name in reversed(list(enumerate(header)))}
        positions = {key: where[column] for key, column in mapping.columns.items()}
        return cls(positions, dict(mapping.constants))

    def text(self, cells: Sequence[str], key: str) -> str:
        """Return the trimmed text of a field in a row; empty where there is none."""
        position = self.positions.get(key)
        if position is not None and position < len(cells):
            found = cells[position].strip()
            if found:
                return found
        return self.constants.get(key, "")

    def has(self, key: str) -> bool:
        """Say whether anything fills the field."""
        return key in self.positions or key in self.constants
