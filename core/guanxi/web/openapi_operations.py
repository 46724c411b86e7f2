"""What all operations of the OpenAPI document have in common: problems, headers, permission.

A view says what is special about it; what follows from its method, its arguments and its
permission is said here once.
"""

from collections.abc import Mapping
from typing import Any, Final

from guanxi.http.routes import UNSAFE

PROBLEM_TYPE: Final = "application/problem+json"
_SENTENCES: Final = {
    "400": "The body is not JSON.",
    "401": "No token, or one that is unknown or has expired.",
    "403": "The token or its user lacks the permission.",
    "404": "There is nothing with that id, or it may not be seen.",
    "409": "It collides with something else, or the first request with this Idempotency-Key runs.",
    "412": "It is no longer the version in If-Match.",
    "415": "The body is not sent as application/json.",
    "422": "Something in it is not right, or a rule refuses it; `errors` names the fields.",
    "429": "Too many requests; Retry-After says when to try again.",
    "default": "Any other problem.",
}
_PROBLEM: Final = {
    "type": "object",
    "description": "A problem (RFC 9457). `code` is stable, `title` says what to do next.",
    "required": ["type", "title", "status", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string"},
        "request_id": {"type": "string", "description": "It helps an admin to find the cause."},
        "errors": {"type": "object", "description": "Sentences by the name of the field."},
    },
    "examples": [
        {
            "type": "urn:guanxi:problem:invalid",
            "title": "Some fields are not right.",
            "status": 422,
            "code": "invalid",
            "request_id": "0199a3c2f8e07c1c9d3b6a5e4f708192",
            "errors": {"json": {"name": ["This cannot be empty."]}},
        }
    ],
}
_ETAG: Final = {"description": "The version shown.", "schema": {"type": "string"}}
_HEADERS: Final = {
    "Idempotency-Key": (
        "The same key with the same body gets the first answer again, for four days.",
        {"type": "string", "minLength": 1, "maxLength": 255},
    ),
    "If-Match": (
        "The ETag of what is to be changed; refused with 412 if somebody was faster.",
        {"type": "string"},
    ),
    "If-None-Match": (
        "The ETag that is known already; answered with 304 if it still holds.",
        {"type": "string"},
    ),
}


def components() -> dict[str, Any]:
    """Return the shared parts that the operations refer to."""
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = {
        _name(status): {"description": sentence, "content": content}
        for status, sentence in _SENTENCES.items()
    }
    return {
        "schemas": {"Problem": _PROBLEM},
        "responses": responses,
        "parameters": {name.replace("-", ""): _header(name) for name in _HEADERS},
    }


def complete(
    operation: dict[str, Any], method: str, parameters: list[Any], titles: Mapping[str, str]
) -> None:
    """Add what follows from the rest of an operation.

    :param method: in upper case.
    :param parameters: those of its path.
    :param titles: of permissions by their name.
    """
    versioned = operation.pop("x-versioned", False)
    changes = method in UNSAFE
    _add_headers(operation, changes=changes, versioned=versioned)
    _add_permission(operation, titles)
    responses = {
        status: one for status, one in operation["responses"].items() if status.startswith("2")
    }
    if versioned:
        for response in responses.values():
            response["headers"] = {"ETag": _ETAG}
        if not changes:
            responses["304"] = {"description": "It is still the version in If-None-Match."}
    for status in _problems(operation, changes=changes, versioned=versioned, path=parameters):
        responses[status] = {"$ref": f"#/components/responses/{_name(status)}"}
    operation["responses"] = responses


def _add_headers(operation: dict[str, Any], *, changes: bool, versioned: bool) -> None:
    names = ["Idempotency-Key"] if changes else []
    if versioned:
        names.append("If-Match" if changes else "If-None-Match")
    further = operation.pop("x-parameters", [])
    if names or further:
        operation["parameters"] = [
            *operation.get("parameters", ()),
            *further,
            *({"$ref": f"#/components/parameters/{name.replace('-', '')}"} for name in names),
        ]


def _add_permission(operation: dict[str, Any], titles: Mapping[str, str]) -> None:
    needed = [name for one in operation.get("security", ()) for name in one.get("token", ())]
    sentences = [f"Needs the permission `{name}` ({titles.get(name, name)})." for name in needed]
    told = [operation["description"]] if operation.get("description") else []
    operation["description"] = "\n\n".join(told + sentences) or operation["summary"]


def _problems(
    operation: dict[str, Any], *, changes: bool, versioned: bool, path: list[Any]
) -> list[str]:
    found = ["401", "403", "422", "429", "default"]
    body = operation.get("requestBody", {}).get("content", {})
    found += ["400"] if body else []
    found += ["415"] if "application/json" in body else []
    found += ["404"] if path else []
    found += ["409"] if changes else []
    found += ["412"] if versioned and changes else []
    return sorted(found)


def _name(status: str) -> str:
    return "Problem" if status == "default" else f"Problem{status}"


def _header(name: str) -> dict[str, Any]:
    sentence, schema = _HEADERS[name]
    return {
        "in": "header",
        "name": name,
        "required": False,
        "description": sentence,
        "schema": schema,
    }
