"""What making and changing goals and scorecards have in common over the API."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, url_for

from guanxi.sdk import current, web
from guanxi_scoring.models import Model


def made(make: Callable[..., Model], draft: Any) -> Model:
    """Make a model of a draft, for who asks."""
    return make(current.tx(), draft, may=current.principal().may, now=current.now())


def changed(change: Callable[..., Model], key: str, values: Mapping[str, Any]) -> Model:
    """Change a model as who asks may; with If-Match only if nobody was faster."""
    return change(
        current.tx(),
        key,
        values,
        may=current.principal().may,
        expected_version=web.expected_version(),
        now=current.now(),
    )


def located(response: Response, endpoint: str, model: Model) -> Response:
    """Say where what was made stands from now on."""
    response.headers["Location"] = url_for(f"api_scoring.{endpoint}", key=model.key)
    return response
