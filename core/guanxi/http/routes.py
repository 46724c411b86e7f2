"""Blueprints whose routes declare a permission. A route without one does not load.

``Pages`` is for the web, ``Api`` for operations of the REST API. Views that change something
run in the request's transaction, see :mod:`guanxi.http.transaction`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

from flask import Blueprint, Flask
from flask_smorest import Blueprint as SmorestBlueprint

from guanxi.http.arguments import StrictParser, refusing_queries, takes
from guanxi.http.describing import LateApi
from guanxi.http.etag import refusing_if_match
from guanxi.http.transaction import in_transaction

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
View = TypeVar("View", bound=Callable[..., Any])


class UndeclaredPermission(TypeError):
    """A route names neither a permission nor ``public=True``."""

    def __init__(self, blueprint: str, rule: str) -> None:
        super().__init__(
            f"The route {rule} of {blueprint} declares no permission; "
            "add permission='<name>.<verb>', or public=True if everybody may use it."
        )


class Pages(Blueprint):
    """A Flask blueprint of web pages.

    ``@pages.get("/", permission="customers.view")``; ``public=True`` instead lets everybody in.
    ``cookieless=True`` beside it says of a view that it goes by nothing that a browser sends by
    itself, no cookie, no signed-in person: its forms then need no token against forgery, and
    whoever fills them in gets no session.
    """

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        self.permissions: dict[str, str | None] = {}
        self.cookieless: set[str] = set()
        super().__init__(name, import_name, **options)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,  # noqa: FBT001 -- Flask's signature
        **options: Any,
    ) -> None:
        """Add a route after its permission was noted; unsafe methods get a transaction."""
        view = cast(Callable[..., Any], view_func)
        endpoint = endpoint or view.__name__
        cookieless = options.pop("cookieless", False)
        if _declare(self, endpoint, rule, options) is None and cookieless:
            self.cookieless.add(f"{self.name}.{endpoint}")
        if UNSAFE & set(options.get("methods") or ()):
            view = in_transaction(view)
        super().add_url_rule(rule, endpoint, view, provide_automatic_options, **options)


class Api(SmorestBlueprint):  # type: ignore[misc]  # flask-smorest is not typed
    """A flask-smorest blueprint; its operations appear in the OpenAPI document.

    ``@api.post("/", permission="customers.edit")`` above ``@api.arguments`` and ``@api.response``.
    ``versioned=True`` says that the answer has an ETag, and that a change heeds ``If-Match``.
    """

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        self.permissions: dict[str, str | None] = {}
        options.setdefault("url_prefix", f"/api/v1/{name}")
        super().__init__(f"api_{name}", import_name, **options)

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register an operation with its permission; unsafe methods get a transaction."""
        register = super().route

        def decorate(view: View) -> View:
            endpoint = options.pop("endpoint", None) or view.__name__
            permission = _declare(self, endpoint, rule, options)
            versioned = options.pop("versioned", False)
            wrapped: Any = view if takes(view, "query") else refusing_queries(view)
            if UNSAFE & set(options.get("methods") or ()):
                wrapped = in_transaction(wrapped if versioned else refusing_if_match(wrapped))
            operation_id = f"{self.name.removeprefix('api_')}_{endpoint}"
            _document(wrapped, operation_id, permission, versioned=versioned)
            register(rule, endpoint=endpoint, **options)(wrapped)
            return view

        return decorate

    def register_views_in_doc(self, api: Any, app: Flask, spec: Any, **more: Any) -> None:
        """Describe the operations; in a running application only when somebody asks."""
        describe = partial(super().register_views_in_doc, api, app, spec, **more)
        if isinstance(api, LateApi):
            api.describe_later(describe)
        else:
            describe()

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a GET operation."""
        return self.route(rule, methods=["GET"], **options)

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a POST operation."""
        return self.route(rule, methods=["POST"], **options)

    def put(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a PUT operation."""
        return self.route(rule, methods=["PUT"], **options)

    def patch(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a PATCH operation."""
        return self.route(rule, methods=["PATCH"], **options)

    def delete(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a DELETE operation."""
        return self.route(rule, methods=["DELETE"], **options)

    def arguments(self, *args: Any, **options: Any) -> Callable[[View], View]:
        """Say what an operation takes, as flask-smorest does."""
        return cast(Callable[[View], View], super().arguments(*args, **options))

    def response(self, *args: Any, **options: Any) -> Callable[[View], View]:
        """Say what an operation returns, as flask-smorest does."""
        return cast(Callable[[View], View], super().response(*args, **options))

    @staticmethod
    def doc(**described: Any) -> Callable[[View], View]:
        """Add to the description of an operation, as flask-smorest does."""
        return cast(Callable[[View], View], SmorestBlueprint.doc(**described))

    def alt_response(self, *args: Any, **options: Any) -> Callable[[View], View]:
        """Say what else an operation may return, as flask-smorest does."""
        return cast(Callable[[View], View], super().alt_response(*args, **options))


def _declare(
    blueprint: Pages | Api, endpoint: str, rule: str, options: dict[str, Any]
) -> str | None:
    permission: str | None = options.pop("permission", None)
    public = options.pop("public", False)
    if permission is None and not public:
        raise UndeclaredPermission(blueprint.name, rule)
    blueprint.permissions[f"{blueprint.name}.{endpoint}"] = permission
    return permission


def _document(view: Any, operation_id: str, permission: str | None, *, versioned: bool) -> None:
    docs = dict(getattr(view, "_apidoc", {}))
    known: dict[str, Any] = {"operationId": operation_id, "x-versioned": versioned}
    if permission is not None:
        known["security"] = [{"token": [permission]}]
    view._apidoc = {**docs, "manual_doc": {**known, **docs.get("manual_doc", {})}}  # noqa: SLF001 -- flask-smorest's own way
