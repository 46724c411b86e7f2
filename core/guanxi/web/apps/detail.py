"""Everything that the page and the API tell about one plugin, gathered in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from guanxi.delivery.at_work import find_reader
from guanxi.delivery.overview import Backlog, Parked, backlogs, parked
from guanxi.errors import NotFound
from guanxi.i18n import Text
from guanxi.platform import Platform
from guanxi.plugins.contribution import Contribution
from guanxi.plugins.health import HookHealth, hook_health
from guanxi.plugins.host import PluginHost
from guanxi.plugins.listing import App, find_app
from guanxi.plugins.models import JobRun
from guanxi.plugins.preview import Preview, preview
from guanxi.plugins.records import Record, read_records
from guanxi.plugins.states import PluginState

PARKED_SHOWN = 20
_SWITCHABLE = {PluginState.INSTALLED, PluginState.DISABLED, PluginState.WAITS_FOR_MIGRATION}


@dataclass(frozen=True, slots=True)
class Need:
    """A plugin that another one needs; ``met`` where it is enabled."""

    name: str
    title: Text
    installed: bool
    met: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """One plugin: what it is, what it brings, how it fares, what can be done with it now."""

    app: App
    brings: Preview
    needs: tuple[Need, ...]
    hooks: tuple[HookHealth, ...]
    backlog: Backlog | None
    """What waits for it; None where it never read an event."""
    parked: tuple[Parked, ...]
    runs: Mapping[str, JobRun]
    """The last run of each job, by the job's name."""
    can_enable: bool
    can_disable: bool
    can_release: bool
    can_replay: bool

    @property
    def can_run_jobs(self) -> bool:
        """A worker runs the jobs of enabled plugins only."""
        return self.app.state is PluginState.ENABLED

    @property
    def missing(self) -> tuple[Need, ...]:
        """What has to be enabled first."""
        return tuple(need for need in self.needs if not need.met)


def app_detail(session: Session, platform: Platform, name: str, *, now: datetime) -> Detail:
    """Gather what there is to know about one plugin; counts the rows of its tables.

    :raises NotFound: it is neither installed nor remembered.
    """
    host = platform.host
    app = find_app(session, host, name)
    records = read_records(session)
    record = records.get(name)
    brings = _preview(session, host, name)
    needs = tuple(_need(host, needed, records.get(needed)) for needed in app.requires)
    backlog = backlogs(session, now=now).get(name)
    return Detail(
        app=app,
        brings=brings,
        needs=needs,
        hooks=hook_health(session, name),
        backlog=backlog,
        parked=tuple(parked(session, name, limit=PARKED_SHOWN)) if backlog else (),
        runs=_last_runs(session, name),
        can_enable=_can_enable(host, app, record, needs),
        can_disable=record is not None and record.enabled,
        can_release=record is not None and record.quarantined_at is not None,
        can_replay=backlog is not None and _can_replay(platform, name),
    )


def _preview(session: Session, host: PluginHost, name: str) -> Preview:
    try:
        return preview(session, host, name)
    except NotFound:  # installed since this process started, so nothing of it is loaded
        return Preview(name, Contribution(), (), (), (), (), ())


def _need(host: PluginHost, name: str, record: Record | None) -> Need:
    plugin = host.plugin(name)
    manifest = plugin.manifest if plugin else None
    title = manifest.title if manifest else Text(name, name)
    return Need(
        name, title, installed=plugin is not None, met=record is not None and record.enabled
    )


def _can_enable(host: PluginHost, app: App, record: Record | None, needs: tuple[Need, ...]) -> bool:
    plugin = host.plugin(app.name)
    loaded = plugin is not None and plugin.contribution is not None
    calm = record is None or record.quarantined_at is None
    return loaded and calm and app.state in _SWITCHABLE and all(need.met for need in needs)


def _can_replay(platform: Platform, name: str) -> bool:
    reader = find_reader(platform, name)
    return reader is not None and reader.replay_started is not None


def _last_runs(session: Session, plugin: str) -> dict[str, JobRun]:
    latest = (
        select(JobRun)
        .where(JobRun.plugin == plugin)
        .ext(distinct_on(JobRun.name))
        .order_by(JobRun.name, JobRun.started_at.desc())
    )
    return {run.name: run for run in session.scalars(latest)}
