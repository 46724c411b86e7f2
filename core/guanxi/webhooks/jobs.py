"""Background work of webhooks: send what is due to an endpoint, sweep, forget old log entries."""

from datetime import datetime
from typing import Final
from uuid import UUID

from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.http.outbound import Outbound, OutboundFailed, OutboundRefused
from guanxi.platform import Platform
from guanxi.webhooks.domain import delivering, log
from guanxi.webhooks.domain.delivering import Outcome, Parcel
from guanxi.webhooks.domain.scheduling import send_soon

ACTOR: Final = Actor("system", "webhooks")
AT_ONCE: Final = 100
"""Deliveries that one job sends before it lets others have a turn."""


def send(platform: Platform, endpoint_id: UUID, *, now: datetime | None = None) -> int:
    """Send what is due to one endpoint, in order; return how many tries were made.

    The job ``webhooks.send``. Where another worker is at it, nothing is done.
    """
    database, start = platform.database, now or utc_now()
    with database.write(ACTOR, now=start) as session:
        if not delivering.take_lease(session, endpoint_id, now=start):
            return 0
    try:
        tried = _send_due(platform, endpoint_id, now)
    finally:
        with database.write(ACTOR, now=now or utc_now()) as session:
            delivering.release(session, endpoint_id)
    if tried == AT_ONCE:
        with database.write(ACTOR, now=now or utc_now()) as session:
            send_soon(session, endpoint_id)
    return tried


def sweep(platform: Platform, *, now: datetime | None = None) -> int:
    """Send whatever is due anywhere; every minute, should a job be lost."""
    with platform.database.read() as session:
        endpoints = delivering.due_endpoints(session, now=now or utc_now())
    return sum(send(platform, endpoint_id, now=now) for endpoint_id in endpoints)


def forget_old(platform: Platform, *, now: datetime | None = None) -> None:
    """Forget settled deliveries of long ago; every night."""
    instant = now or utc_now()
    with platform.database.write(ACTOR, now=instant) as session:
        log.forget_old(session, now=instant)


def _send_due(platform: Platform, endpoint_id: UUID, now: datetime | None) -> int:
    outbound = Outbound(platform.settings.get("core")["outbound_allowed"])
    for tried in range(AT_ONCE):
        instant = now or utc_now()
        with platform.database.read() as session:
            parcel = delivering.next_parcel(session, endpoint_id, platform.secrets, now=instant)
        if parcel is None:
            return tried
        outcome = call(outbound, parcel)
        instant = now or utc_now()
        with platform.database.write(ACTOR, now=instant) as session:
            delivering.note(session, parcel.number, outcome, now=instant)
    return AT_ONCE


def call(outbound: Outbound, parcel: Parcel) -> Outcome:
    """Make one call and say what came of it; never raises."""
    headers = {"content-type": "application/json", "user-agent": "Guanxi", **parcel.headers}
    try:
        answer = outbound.request("POST", parcel.url, headers=headers, content=parcel.body.encode())
    except (OutboundFailed, OutboundRefused) as error:
        return Outcome(None, str(error)[:300])
    if answer.ok:
        return Outcome(answer.status)
    said = answer.body[:200].decode("utf-8", "replace").replace("\x00", "")
    return Outcome(answer.status, said)
