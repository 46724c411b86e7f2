"""Blueprints whose routes declare a permission. A route without one does not load.

``Pages`` is for the web, ``Api`` for operations of the REST API. Views that change something
run in the request's transaction, see :mod:`guanxi.http.transaction`.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from flask_smorest import Blueprint as SmorestBlueprint

from guanxi.http.transaction import in_transaction

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class UndeclaredPermission(TypeError):
    """A route names neither a permission nor ``public=True``."""

    def __init__(self, blueprint: str, rule: str) -> None:
        super().__init__(
            f"The route {rule} of {blueprint} declares no permission; "
            "add permission='<name>.<verb>', or public=True if everybody may use it."
        )


class _Declared:
    """Keeps the declared permission of each endpoint of a blueprint."""

    permissions: dict[str, str | None]
    name: str

    def declare(self, endpoint: str, rule: str, permission: str | None, public: bool) -> None:
        if permission is None and not public:
            raise UndeclaredPermission(self.name, rule)
        self.permissions[f"{self.name}.{endpoint}"] = permission


class Pages(Blueprint, _Declared):
    """A Flask blueprint of web pages.

    ``@pages.get("/", permission="customers.view")``; ``public=True`` instead lets everybody in.
    """

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        self.permissions = {}
        super().__init__(name, import_name, **options)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        *,
        permission: str | None = None,
        public: bool = False,
        **options: Any,
    ) -> None:
        """Add a route after its permission was noted; unsafe methods get a transaction."""
        assert view_func is not None
        endpoint = endpoint or view_func.__name__
        self.declare(endpoint, rule, permission, public)
        if UNSAFE & set(options.get("methods") or ()):
            view_func = in_transaction(view_func)
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


class Api(SmorestBlueprint, _Declared):
    """A flask-smorest blueprint; its operations appear in the OpenAPI document.

    ``@api.post("/", permission="customers.edit")`` above ``@api.arguments`` and ``@api.response``.
    """

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        self.permissions = {}
        options.setdefault("url_prefix", f"/api/v1/{name}")
        super().__init__(f"api_{name}", import_name, **options)

    def route(
        self,
        rule: str,
        *,
        permission: str | None = None,
        public: bool = False,
        parameters: list[Any] | None = None,
        tags: list[str] | None = None,
        **options: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register an operation with its permission; unsafe methods get a transaction."""
        register = super().route

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            endpoint = options.pop("endpoint", None) or view.__name__
            self.declare(endpoint, rule, permission, public)
            wrapped = in_transaction(view) if UNSAFE & set(options.get("methods") or ()) else view
            wrapped = _document_security(wrapped, permission)
            register(rule, parameters=parameters, tags=tags, endpoint=endpoint, **options)(wrapped)
            return view

        return decorate


def _document_security(view: Callable[..., Any], permission: str | None) -> Callable[..., Any]:
    if permission is None:
        return view
    docs: dict[str, Any] = dict(getattr(view, "_apidoc", {}))
    manual = dict(docs.get("manual_doc", {}))
    manual.setdefault("security", [{"token": [permission]}])
    docs["manual_doc"] = manual
    view._apidoc = docs  # type: ignore[attr-defined]
    return view
