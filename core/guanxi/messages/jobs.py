"""Background work of messages: send one, and sweep up what is due or was lost.

Handing a message to a provider happens outside of any transaction, between two short ones.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.errors import GuanxiError, Unavailable
from guanxi.messages.domain import claiming, outcomes
from guanxi.messages.domain.channels import Way
from guanxi.messages.domain.outgoing import OutcomeUnknown, OutgoingMessage
from guanxi.messages.domain.unsubscribing import UnsubscribeLinks
from guanxi.messages.mail import MailUncertain
from guanxi.platform import Platform

log = structlog.get_logger(__name__)

ACTOR: Final = Actor("system", "messages")
LONGEST_REASON: Final = 200


Report = Callable[[Session, datetime], None]
"""Notes what came of a message, in a transaction of its own."""


def send(platform: Platform, message_id: UUID, *, now: datetime | None = None) -> bool:
    """Send one message if it may go out now; return whether it was handed over.

    The job ``messages.send``; running it twice sends nothing twice.
    """
    started = now or utc_now()
    links = UnsubscribeLinks(platform.secrets.signing_key, platform.config.base_url)
    with platform.database.write(ACTOR, now=started) as session:
        claimed = claiming.claim(session, message_id, links, now=started)
    if claimed is None:
        return False
    message, way = claimed
    has_settings = way.owner in platform.settings.scopes()
    settings = platform.settings.get(way.owner) if has_settings else {}
    report = hand_over(replace(message, settings=settings), way)
    ended = now or utc_now()
    with platform.database.write(ACTOR, now=ended) as session:
        report(session, ended)
    return True


def hand_over(message: OutgoingMessage, way: Way) -> Report:
    """Call the channel and return how to note what came of it; never raises."""
    try:
        provider_id = str(way.channel.send(message) or "")
    except (OutcomeUnknown, MailUncertain) as error:
        return _lost(message, error)
    except Unavailable as error:
        why = str(error)[:LONGEST_REASON]
        return lambda session, now: outcomes.postponed(session, message.id, why, now=now)
    except GuanxiError as error:
        said, values = error.message, error.params
        return lambda session, _now: outcomes.failed(session, message.id, said, values)
    except Exception as error:  # noqa: BLE001 -- a plugin's; nobody knows how far it came
        return _lost(message, error)
    return lambda session, now: outcomes.sent(session, message.id, provider_id, now=now)


def _lost(message: OutgoingMessage, error: Exception) -> Report:
    log.warning("message.unknown", message=str(message.id), way=message.channel, exc_info=error)
    why = f"{type(error).__name__}: {error}"[:LONGEST_REASON]
    return lambda session, _now: outcomes.lost(session, message.id, why)


def sweep(platform: Platform, *, now: datetime | None = None) -> int:
    """Mark what a process that died was sending, then send what is due; every minute."""
    instant = now or utc_now()
    with platform.database.write(ACTOR, now=instant) as session:
        outcomes.find_lost(session, now=instant)
        due = claiming.find_due(session, now=instant)
    return sum(send(platform, message_id, now=now) for message_id in due)
