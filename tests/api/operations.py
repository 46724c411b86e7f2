"""The operations of the REST API as its own document tells them, and bodies that fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"


@dataclass(frozen=True)
class Operation:
    """One operation, with what is needed to call it."""

    method: str
    path: str
    described: Mapping[str, Any]
    document: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def path_names(self) -> list[str]:
        """The names of the parameters in its path."""
        return [part.partition("}")[0] for part in self.path.split("{")[1:]]

    @property
    def query(self) -> list[Mapping[str, Any]]:
        """The parameters of its query."""
        return [one for one in self.described.get("parameters", ()) if one.get("in") == "query"]

    @property
    def body(self) -> Mapping[str, Any] | None:
        """The schema of its JSON body, if it takes one."""
        content = self.described.get("requestBody", {}).get("content", {})
        return self.resolved(content[JSON]["schema"]) if JSON in content else None

    def address(self, ids: Mapping[str, Any]) -> str:
        """Its path with the ids filled in."""
        return self.path.format(**{name: ids[name] for name in self.path_names})

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow a reference."""
        while "$ref" in schema:
            part: Any = self.document
            for name in schema["$ref"].removeprefix("#/").split("/"):
                part = part[name]
            schema = part
        return schema

    def sample(self, ids: Mapping[str, Any]) -> Any:
        """A body that fits the description; ids come from ``ids`` by the name of the field."""
        return None if self.body is None else self._object(self.body, ids)

    def sample_of(self, parameter: Mapping[str, Any], ids: Mapping[str, Any]) -> Any:
        """A value that fits a parameter of its query."""
        name, schema = parameter["name"], self.resolved(parameter["schema"])
        usual = {"sort": "customers.name", "columns": "customers.name", "conditions": "x"}
        if name in ("cursor", "after", "before") or name not in ids | usual:
            return self._value(name, schema, {}) if "enum" in schema or "format" in schema else 1
        return (ids | usual)[name]

    def types(self, schema: Mapping[str, Any]) -> set[str]:
        """The JSON types that a schema lets in."""
        schema = self.resolved(schema)
        if "anyOf" in schema:
            return set().union(*(self.types(one) for one in schema["anyOf"]))
        found = schema.get("type", [])
        return {found} if isinstance(found, str) else set(found)

    def _object(self, schema: Mapping[str, Any], ids: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self._value(name, one, ids)
            for name, one in schema.get("properties", {}).items()
            if not one.get("readOnly")
        }

    def _value(self, name: str, schema: Mapping[str, Any], ids: Mapping[str, Any]) -> Any:
        schema = self.resolved(schema)
        if schema.get("anyOf"):
            return self._value(name, schema["anyOf"][0], ids)
        if name in ids:
            return ids[name]
        if name.endswith("_ids"):
            return [ids[name.removesuffix("s")]]
        if "enum" in schema:
            return schema["enum"][0]
        return self._of_type(name, schema, ids)

    def _of_type(self, name: str, schema: Mapping[str, Any], ids: Mapping[str, Any]) -> Any:
        types = self.types(schema) - {"null"}
        if "array" in types:
            return [self._value(name, schema["items"], ids)]
        if "object" in types:
            return self._object(schema, ids)
        if "boolean" in types:
            return False
        if "integer" in types:
            return 1
        if "number" in types:
            return "1"
        formats = {"date": "2026-12-01", "date-time": "2026-10-01T10:00:00Z"}
        return formats.get(schema.get("format", ""), "x")


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of the document."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield Operation(method.upper(), path, methods[method], document)
