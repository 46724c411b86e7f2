"""Rows as columns: what an engine answers, as NumPy arrays by name.

Ids are 16 bytes each (``V16``), days ``datetime64[D]``, whole numbers ``int64``, others ``float64``
with no number (NaN) for null; a count that is null is 0. Expressions return nothing else.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Columns = Mapping[str, NDArray[Any]]

ID_BYTES: Final = 16
_HEADER: Final = 19
"""Bytes before the first row of a binary COPY: signature, flags, length of nothing more."""
_TRAILER: Final = 2
_POSTGRES_DAY_0: Final = "2000-01-01"


def kind_of(dtype: Any) -> str:
    """Return of which kind a column of an Ibis type is: id, day, whole or real."""
    if dtype.is_uuid() or dtype.is_binary():
        return "id"
    if dtype.is_date():
        return "day"
    if dtype.is_integer() or dtype.is_boolean():
        return "whole"
    if dtype.is_floating() or dtype.is_decimal():
        return "real"
    msg = f"No feature is a {dtype}."
    raise TypeError(msg)


def from_copy(data: bytes | bytearray, kinds: Mapping[str, str]) -> "Columns":
    """Read the rows of a binary COPY without nulls, of columns of the given kinds."""
    import numpy as np  # noqa: PLC0415 -- heavy

    forms = {"id": ("V16", 16), "day": (">i4", 4), "whole": (">i8", 8), "real": (">f8", 8)}
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in kinds.items():
        fields += [(f"length of {name}", ">i4"), (name, forms[kind][0])]
    layout = np.dtype(fields)
    rows = np.frombuffer(
        data, layout, count=(len(data) - _HEADER - _TRAILER) // layout.itemsize, offset=_HEADER
    )
    for name, kind in kinds.items():
        if not (rows[f"length of {name}"] == forms[kind][1]).all():
            msg = f"{name} holds a null."
            raise ValueError(msg)
    return {name: _from_postgres(rows[name], kind) for name, kind in kinds.items()}


def from_arrow(table: Any, kinds: Mapping[str, str]) -> "Columns":
    """Read the columns of an Arrow table."""
    return {name: _from_arrow(table.column(name), kind) for name, kind in kinds.items()}


def uuids(ids: "NDArray[Any]") -> list[UUID]:
    """Return ids as objects."""
    return [UUID(bytes=one.tobytes()) for one in ids]


def ids_of(customers: Iterable[UUID]) -> "NDArray[Any]":
    """Return objects as ids."""
    import numpy as np  # noqa: PLC0415 -- heavy

    return np.frombuffer(b"".join(one.bytes for one in customers), "V16")


def order_of(ids: "NDArray[Any]") -> "NDArray[np.intp]":
    """Return in which order ids stand, as PostgreSQL sorts them."""
    import numpy as np  # noqa: PLC0415 -- heavy

    high, low = np.ascontiguousarray(ids).view(">u8").reshape(-1, 2).astype(np.uint64).T
    order = np.argsort(high, kind="stable")
    sorted_ = high[order]
    if len(ids) > 1 and (sorted_[1:] == sorted_[:-1]).any():
        return np.lexsort((low, high))
    return order


def _from_postgres(values: "NDArray[Any]", kind: str) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415 -- heavy

    if kind == "id":
        return values.copy()
    if kind == "day":
        days = values.astype("timedelta64[D]") + np.datetime64(_POSTGRES_DAY_0, "D")
        days[values == np.iinfo(np.int32).min] = np.datetime64("NaT")
        return days
    return values.astype(np.int64 if kind == "whole" else np.float64)


def _from_arrow(column: Any, kind: str) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415 -- heavy
    import pyarrow as pa  # noqa: PLC0415 -- heavy

    found = column.combine_chunks()
    found = found.chunk(0) if isinstance(found, pa.ChunkedArray) and found.num_chunks else found
    if len(found) == 0:
        empty = {"id": "V16", "day": "datetime64[D]", "whole": "i8", "real": "f8"}
        return np.empty(0, empty[kind])
    if kind == "id":
        return _id_bytes(found)
    if kind == "day":
        return np.asarray(found.cast(pa.date32()).to_numpy(zero_copy_only=False), "datetime64[D]")
    wanted = pa.int64() if kind == "whole" else pa.float64()
    values = found.cast(wanted, safe=False)
    filled = values.fill_null(0 if kind == "whole" else float("nan"))
    return np.asarray(filled.to_numpy(zero_copy_only=False))


def _id_bytes(found: Any) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415 -- heavy
    import pyarrow as pa  # noqa: PLC0415 -- heavy

    plain = found.storage if isinstance(found, pa.ExtensionArray) else found
    fixed = plain.cast(pa.binary(ID_BYTES))
    start = fixed.offset * ID_BYTES
    data = memoryview(fixed.buffers()[1])[start : start + len(fixed) * ID_BYTES]
    return np.frombuffer(data, "V16").copy()
