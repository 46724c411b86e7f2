"""``/metrics`` for Prometheus: requests of all web processes, and what the database knows.

The processes share their counts through files in :data:`SHARED`, as prometheus_client does it, so
that whichever of them is asked gives the same figures. What stands in the database (backlog,
times of hooks, states of plugins) is read at the time of asking; see ``installation.py``.
"""

import os
import shutil
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy.orm import Session

from guanxi.platform import Platform

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable in which prometheus_client looks for the folder when it is imported."""
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


def share_counts(folder: Path) -> None:
    """Let processes that are forked from now on count together; call it before the app is made."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[SHARED] = str(folder)


class Metrics:
    """The metrics of one app."""

    def __init__(self, platform: Platform) -> None:
        # prometheus_client decides once, when it is imported, whether counts are shared.
        from prometheus_client import CollectorRegistry, Counter, Histogram  # noqa: PLC0415

        self._platform = platform
        self._known: dict[tuple[str, int], tuple[Any, Any]] = {}
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "guanxi_requests", "Requests by endpoint and status.",
            ("endpoint", "status"), registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "guanxi_request_seconds", "Time to answer.",
            ("endpoint",), buckets=_BUCKETS, registry=self._registry,
        )  # fmt: skip

    def init_app(self, app: Flask) -> None:
        """Count every request."""
        app.extensions["guanxi-metrics"] = self
        app.before_request(_start)
        app.after_request(self._finish)

    def render(self, session: Session) -> bytes:
        """Return the exposition text."""
        from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 -- as above

        from guanxi.web.health.installation import Installation  # noqa: PLC0415 -- as above

        facts = CollectorRegistry()
        facts.register(Installation(self._platform, session))
        return self._counts() + generate_latest(facts)

    def _counts(self) -> bytes:
        from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 -- as above
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415 -- as above

        if SHARED not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)

    def _finish(self, response: Response) -> Response:
        requests, seconds = self._of(request.endpoint or "none", response.status_code)
        requests.inc()
        started = g.get("request_started")
        if started is not None:
            seconds.observe(perf_counter() - started)
        return response

    def _of(self, endpoint: str, status: int) -> tuple[Any, Any]:
        """Return the counter and the histogram; looking them up by labels costs more than both."""
        found = self._known.get((endpoint, status))
        if found is None:
            counted = self._requests.labels(endpoint, str(status))
            found = self._known[endpoint, status] = counted, self._seconds.labels(endpoint)
        return found


def _start() -> None:
    g.request_started = perf_counter()
