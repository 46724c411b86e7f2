"""The worker: a process that delivers events and runs background jobs until it is told to end.

SIGTERM and SIGINT let the step and the jobs in progress finish; after ten seconds the process
ends anyway. Nothing is lost by that, as whatever was not committed is done again.
"""

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event

import structlog

from guanxi.delivery.at_work import CORE_READERS, MakeReader, ReadersAtWork
from guanxi.delivery.delivery import Delivery
from guanxi.delivery.job_queue import add_jobs, add_plugin_jobs, rescue, run_queue
from guanxi.delivery.job_running import JobRunner
from guanxi.delivery.jobs import BackgroundJob, make_app
from guanxi.delivery.pool import DeliveryPool
from guanxi.delivery.tidying import tidy
from guanxi.platform import Platform

log = structlog.get_logger(__name__)

PATIENCE = 8.0
"""Seconds that work in progress gets to finish once the worker is told to end."""

PAUSE = 2.0
"""Seconds before the queue is opened again after the database was gone."""


class Worker:
    """One worker of one platform.

    :param jobs: the core's background jobs; those of plugins are found through the host.
    """

    def __init__(
        self,
        platform: Platform,
        *,
        jobs: Sequence[BackgroundJob] = (),
        core_readers: Sequence[MakeReader] = CORE_READERS,
    ) -> None:
        self._platform = platform
        self._stopping = Event()
        self._pool = _pool(platform, core_readers)
        runner = JobRunner(platform, self._stopping.is_set)
        self._app = make_app(platform.database.url)
        add_jobs(self._app, runner, [tidy, *jobs])
        add_plugin_jobs(self._app, runner, platform.host)

    async def run(self) -> bool:
        """Work until :meth:`stop`; tell whether everything in progress came to its end."""
        loop = asyncio.get_running_loop()
        told = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, told.set)
        self._pool.start()
        queue = asyncio.create_task(self._queue())
        rescuer = asyncio.create_task(rescue(self._app, self._platform.database))
        log.info("worker.started")
        await told.wait()
        self._stopping.set()
        rescuer.cancel()
        queue.cancel()
        delivered, ended = await asyncio.gather(
            asyncio.to_thread(self._pool.stop, PATIENCE), _ends(queue, PATIENCE)
        )
        log.info("worker.stopped", in_time=delivered and ended)
        return delivered and ended

    async def _queue(self) -> None:
        while not self._stopping.is_set():
            try:
                await run_queue(self._app)
            except Exception as error:  # noqa: BLE001 -- the database may be gone for a while
                log.warning("worker.queue_closed", error=str(error))
            await asyncio.sleep(PAUSE)


def run_worker(
    platform: Platform,
    *,
    stuck: Callable[[], None],
    jobs: Sequence[BackgroundJob] = (),
    core_readers: Sequence[MakeReader] = CORE_READERS,
) -> None:
    """Be a worker until SIGTERM or SIGINT. Call it on the main thread.

    :param stuck: replaces the process; called when a thread hangs and cannot be freed, and when
        work in progress does not end in time.
    """
    platform.host.refresh_from(platform.database)
    if platform.host.attendance is not None:
        platform.host.attendance.start(stuck)
    worker = Worker(platform, jobs=jobs, core_readers=core_readers)
    loop = asyncio.new_event_loop()
    ended = loop.run_until_complete(worker.run())
    if not ended:
        stuck()
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    if platform.host.attendance is not None:
        platform.host.attendance.stop()
    platform.database.dispose()


def _pool(platform: Platform, core_readers: Sequence[MakeReader]) -> DeliveryPool:
    at_work = ReadersAtWork(platform, core_readers)
    delivery = Delivery(
        platform.database,
        platform.vocabulary,
        dispatcher=platform.dispatcher,
        quarantine=at_work.quarantine,
        time_limit=platform.config.handler_time_limit,
    )
    return DeliveryPool(delivery, at_work, platform.database.url)


async def _ends(task: asyncio.Task[None], seconds: float) -> bool:
    with suppress(asyncio.CancelledError):
        done, _ = await asyncio.wait([task], timeout=seconds)
        return bool(done)
    return False
