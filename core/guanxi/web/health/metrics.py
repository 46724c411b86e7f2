"""``/metrics`` for Prometheus: requests of this process, and what the database knows of all.

A gauge that every process would report alike is read from the database at the time of asking.
"""

from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.clock import utc_now
from guanxi.delivery.overview import backlogs

_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_PARKED = text(
    "SELECT reader, count(*) FROM delivery_parked WHERE state = 'parked' GROUP BY reader"
)


class Metrics:
    """The metrics of one app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "guanxi_requests", "Requests by endpoint and status.",
            ("endpoint", "status"), registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "guanxi_request_seconds", "Time to answer.",
            ("endpoint",), buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._backlog = Gauge(
            "guanxi_backlog_events",
            "Events not yet delivered.",
            ("reader",),
            registry=self.registry,
        )
        self._parked = Gauge(
            "guanxi_parked_events", "Events set aside.", ("reader",), registry=self.registry
        )

    def init_app(self, app: Flask) -> None:
        """Count every request."""
        app.extensions["guanxi-metrics"] = self
        app.before_request(_start)
        app.after_request(self._finish)

    def render(self, session: Session) -> bytes:
        """Return the exposition text."""
        self._backlog.clear()
        for reader, waiting in backlogs(session, now=utc_now()).items():
            self._backlog.labels(reader).set(waiting.events)
        self._parked.clear()
        for reader, events in session.execute(_PARKED):
            self._parked.labels(reader).set(events)
        return generate_latest(self.registry)

    def _finish(self, response: Response) -> Response:
        endpoint = request.endpoint or "none"
        self._requests.labels(endpoint, str(response.status_code)).inc()
        started = g.get("request_started")
        if started is not None:
            self._seconds.labels(endpoint).observe(perf_counter() - started)
        return response


def _start() -> None:
    g.request_started = perf_counter()
