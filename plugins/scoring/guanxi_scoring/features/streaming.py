"""From rows that a database streams as CSV to a Parquet file, one batch after the other."""

import io
from binascii import unhexlify
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

_MONEY: Final = pa.decimal128(18, 4)
_TYPES: Final = {
    "occurred_at": pa.timestamp("us"),
    "amount": _MONEY,
    "quantity": _MONEY,
    "unit_price": _MONEY,
}
_ID: Final = pa.binary(16)
_COLUMNS: Final = {
    "touchpoints": (
        "customer_id", "occurred_at", "kind", "channel", "direction", "outcome", "amount",
        "currency", "state",
    ),
    "lines": (
        "customer_id", "occurred_at", "kind", "product", "quantity", "unit_price", "currency",
    ),
}  # fmt: skip
_BLOCK: Final = 4 * 1024 * 1024
"""Bytes of CSV that become one batch."""


def write_parquet(rows: Any, table: str, file: Path) -> int:
    """Write a file; return how many rows it has.

    :param rows: blocks of CSV with a header line, customers' ids as 32 hexadecimal digits.
    """
    names = _COLUMNS[table]
    schema = pa.schema(
        [(name, _ID if name == "customer_id" else _TYPES.get(name, pa.string())) for name in names]
    )
    written = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in _batches(rows, names):
            writer.write_batch(_with_ids(batch, schema))
            written += batch.num_rows
    return written


def _batches(rows: Any, names: tuple[str, ...]) -> Iterator[Any]:
    source = io.BufferedReader(_Blocks(iter(rows)), _BLOCK)
    with pacsv.open_csv(
        source,
        read_options=pacsv.ReadOptions(block_size=_BLOCK, use_threads=False),
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types={name: _TYPES.get(name, pa.string()) for name in names},
            include_columns=list(names),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    ) as reader:
        yield from reader


def _with_ids(batch: Any, schema: Any) -> Any:
    """Return a batch whose ids are 16 bytes; all their digits are decoded in one go."""
    digits = batch.column("customer_id").cast(pa.binary(32))
    start = digits.offset * 32
    data = memoryview(digits.buffers()[1])[start : start + len(digits) * 32]
    ids = pa.Array.from_buffers(_ID, len(digits), [None, pa.py_buffer(unhexlify(data))])
    others = [batch.column(name) for name in schema.names if name != "customer_id"]
    return pa.record_batch([ids, *others], schema=schema)


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a file to read from."""

    def __init__(self, blocks: Iterator[Any]) -> None:
        self._blocks = blocks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, into: Any) -> int:
        """Fill a buffer; 0 at the end."""
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._left = memoryview(bytes(block))
        size = min(len(into), len(self._left))
        into[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
