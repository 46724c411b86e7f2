"""The public API in words, for the snapshot: ``python -m tests.contract.public_api`` renews it."""

import dataclasses
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.orm import DeclarativeBase

import guanxi.db.all_models  # noqa: F401 -- references take the type of what they refer to
from guanxi import hookspecs, sdk
from guanxi.plugins.implementations import hook_names
from guanxi.sdk import custom_fields, customers, rewards, tables, web

SNAPSHOT = Path(__file__).parent / "public_api.txt"


def described() -> str:
    """Return every public name with its signature, fields or columns."""
    lines = [f"contract {sdk.CONTRACT_VERSION}", "", "# hooks"]
    lines += [f"{name}{_signature(getattr(hookspecs, name))}" for name in hook_names()]
    for module in (sdk, custom_fields, customers, rewards, tables, web):
        lines += ["", f"# {module.__name__}"]
        for name in sorted(module.__all__):
            lines.extend(_described(name, getattr(module, name)))
    return "\n".join(lines) + "\n"


def _described(name: str, value: Any) -> Iterator[str]:
    if inspect.ismodule(value):
        yield f"module {name}"
    elif inspect.isclass(value):
        yield f"class {name}({', '.join(base.__name__ for base in value.__bases__)})"
        yield from (f"    {member}" for member in _members(value))
    elif inspect.isfunction(value):
        yield f"{name}{_signature(value)}"
    else:
        yield f"{name}: {value if isinstance(value, str) else type(value).__name__}"


def _members(cls: type) -> list[str]:
    if dataclasses.is_dataclass(cls):
        return [_field(field) for field in dataclasses.fields(cls)]
    if issubclass(cls, DeclarativeBase):
        columns = cls.__table__.columns  # type: ignore[attr-defined]
        return [f"{c.name}: {c.type.compile(dialect())}" for c in columns]
    names = sorted(name for name in vars(cls) if not name.startswith("_"))
    return [f"{n}{_signature(getattr(cls, n))}" for n in names if callable(getattr(cls, n))]


def _field(field: "dataclasses.Field[Any]") -> str:
    missing = dataclasses.MISSING
    optional = field.default is not missing or field.default_factory is not missing
    kind = field.type.__name__ if isinstance(field.type, type) else str(field.type)
    if not isinstance(field.type, type) or get_args(field.type):
        kind = re.sub(r"\b(\w+\.)+(?=\w)", "", str(field.type))
    return f"{field.name}: {kind}{' (optional)' if optional else ''}"


def _signature(function: Any) -> str:
    parameters = inspect.signature(function).parameters.values()
    return f"({', '.join(_parameter(p) for p in parameters if p.name != 'self')})"


def _parameter(parameter: inspect.Parameter) -> str:
    prefix = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    optional = "" if parameter.default is parameter.empty else "=..."
    return f"{prefix}{parameter.name}{optional}"


if __name__ == "__main__":
    SNAPSHOT.write_text(described(), "utf-8")
