"""All texts that a plugin's declarations carry in two languages."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from guanxi.i18n import Text
from guanxi.plugins.contract import Manifest
from guanxi.plugins.contribution import Contribution

_KINDS = (
    "attributes", "permissions", "menu", "jobs", "importers", "reward_kinds", "channels",
)  # fmt: skip


def declared_texts(manifest: Manifest, brings: Contribution) -> Iterator[tuple[str, Text]]:
    """Yield every text with where it stands; a setting without a title has an empty one."""
    yield from _texts("manifest", manifest)
    for name in _KINDS:
        for item in getattr(brings, name):
            yield from _texts(name, item)
    settings: dict[str, Any] = brings.settings().fields if brings.settings else {}
    for name, field in settings.items():
        yield f"settings.{name}", field.metadata.get("title", Text("", ""))


def _texts(where: str, declaration: Any) -> Iterator[tuple[str, Text]]:
    for field in fields(declaration) if is_dataclass(declaration) else ():
        value = getattr(declaration, field.name)
        if isinstance(value, Text):
            yield f"{where}.{field.name}", value
        elif field.name == "choices":
            yield from ((f"{where}.choices", title) for _, title in value)
