"""schemathesis calls every operation as the OpenAPI document describes it, and otherwise.

It runs against a real server on a real database with something of everything in it. It generates
what fits the document and what does not, and checks status, content type, headers and body of
each answer, that wrong input is refused, that nothing is served without a token, and that
methods which are not told are refused.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from werkzeug.serving import WSGIRequestHandler, make_server

from guanxi.testkit.clients import ApiClient

EXAMPLES = int(os.environ.get("GUANXI_SCHEMA_EXAMPLES", "2"))
"""Generated calls of each kind per operation, beside those that cover each constraint once."""
SEED = 20261102


class Silent(WSGIRequestHandler):
    """Writes no line per request."""

    def log_request(self, *_: Any, **__: Any) -> None:
        """Say nothing."""


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The app behind a server of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def configured(token: str, *, coverage: bool) -> SchemathesisConfig:
    """The same calls each time. Links between operations are walked by tests of their own."""
    return SchemathesisConfig.from_dict({
        "seed": SEED,
        "generation": {"max-examples": EXAMPLES, "no-shrink": True, "database": "none",
                       "deterministic": True},
        "headers": {"Authorization": f"Bearer {token}"},
        "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": coverage}},
        # A schema cannot say that a customer, a channel or a tag must exist, nor that one of two
        # fields is needed: 422 is the right answer to some bodies that fit it, as is 412 to a
        # version that is not the current one. That 422 carries sentences is checked as well.
        "checks": {"positive_data_acceptance": {
            "expected-statuses": ["2xx", "304", "401", "403", "404", "409", "412", "422"]}},
    })  # fmt: skip


def found_by(
    address: str, token: str, *, coverage: bool = True, only: str | None = None
) -> tuple[list[str], int]:
    """Run the phases; return what is wrong, and how many calls were made.

    :param only: the paths that are called, as a regular expression; all unless told.
    """
    schema = schemathesis.openapi.from_url(
        f"{address}/api/v1/openapi.json", config=configured(token, coverage=coverage)
    )
    if only is not None:
        schema = schema.include(path_regex=only)
    wrong: list[str] = []
    calls = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            calls += len(event.recorder.interactions)
            wrong += _failures(event.recorder)
        elif isinstance(event, events.NonFatalError):
            wrong.append(str(event.info))
        elif isinstance(event, events.FatalError):
            wrong.append(repr(event.exception))
    return wrong, calls


def _failures(recorder: Any) -> list[str]:
    failed = [one for checks in recorder.checks.values() for one in checks if one.failure_info]
    return [
        f"{recorder.label}: {one.failure_info.failure.title}\n{one.failure_info.failure.message}"
        f"\n{one.failure_info.code_sample}"
        for one in failed
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("ids")
def test_nothing_is_wrong_for_an_admin(
    address: str, api: ApiClient, document: Mapping[str, Any]
) -> None:
    wrong, calls = found_by(address, api.token)

    assert wrong == []
    assert calls > 10 * len(document["paths"])


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("ids")
def test_nothing_is_wrong_for_somebody_limited(
    address: str, limited: ApiClient, document: Mapping[str, Any]
) -> None:
    wrong, calls = found_by(address, limited.token, coverage=False)

    assert wrong == []
    assert calls > 3 * len(document["paths"])
