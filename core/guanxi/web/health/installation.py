"""What Prometheus is told from the database: the same whichever process is asked."""

from collections.abc import Iterator, Mapping
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi import __version__
from guanxi.clock import utc_now
from guanxi.delivery.overview import backlogs, live_workers
from guanxi.platform import Platform
from guanxi.plugins.models import HookTiming, PluginFailure
from guanxi.plugins.timing import BOUNDS

_JOBS = text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
_BUCKETS = (*map(str, BOUNDS), "+Inf")


class Installation:
    """Collects the figures of one moment.

    :param session: for reading, open as long as they are asked for.
    """

    def __init__(self, platform: Platform, session: Session) -> None:
        self._platform = platform
        self._session = session

    def collect(self) -> Iterator[Metric]:
        """Yield the figures, as prometheus_client asks for them."""
        yield _gauge("guanxi_build", "The version that runs.", ["version"], {(__version__,): 1})
        yield from self._delivery()
        yield from self._plugins()
        jobs: dict[tuple[str, ...], float] = {
            (str(state),): float(count) for state, count in self._session.execute(_JOBS)
        }
        yield _gauge("guanxi_queue_jobs", "Jobs in the queue by state.", ["state"], jobs)
        workers = live_workers(self._session)
        yield GaugeMetricFamily("guanxi_workers", "Workers that live.", value=workers)

    def _delivery(self) -> Iterator[Metric]:
        waiting = backlogs(self._session, now=utc_now()).values()
        yield _gauge(
            "guanxi_backlog_events", "Events not yet delivered.", ["reader"],
            {(one.reader,): one.events for one in waiting},
        )  # fmt: skip
        yield _gauge(
            "guanxi_backlog_seconds", "Age of the oldest event not yet delivered.", ["reader"],
            {(one.reader,): float(one.seconds) for one in waiting},
        )  # fmt: skip
        yield _gauge(
            "guanxi_parked_events", "Events set aside.", ["reader"],
            {(one.reader,): one.parked for one in waiting},
        )  # fmt: skip

    def _plugins(self) -> Iterator[Metric]:
        states = self._platform.host.selection.states
        yield _gauge(
            "guanxi_plugin", "Installed plugins with their state.", ["plugin", "state"],
            {(name, state.value): 1 for name, state in states.items()},
        )  # fmt: skip
        times = HistogramMetricFamily(
            "guanxi_hook_seconds", "Time of a plugin's hook.", labels=["plugin", "hook"]
        )
        for timing in self._session.scalars(select(HookTiming)):
            counts = list(zip(_BUCKETS, accumulate(timing.buckets), strict=True))
            times.add_metric([timing.plugin, timing.hook], counts, timing.total_seconds)
        yield times
        failures = CounterMetricFamily(
            "guanxi_hook_failures", "Failures of a plugin's hook.", labels=["plugin", "hook"]
        )
        for failure in self._session.scalars(select(PluginFailure)):
            failures.add_metric([failure.plugin, failure.hook], failure.count)
        yield failures


def _gauge(
    name: str, about: str, labels: list[str], values: Mapping[tuple[str, ...], float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=labels)
    for of, value in values.items():
        family.add_metric(of, value)
    return family
