"""What operations share: the programme at hand, keys, who acts, and what is shown once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from flask import Response, after_this_request, request
from sqlalchemy.orm import Session

from guanxi.sdk import current, customers, new_id, web
from guanxi_loyalty.models import Programme
from guanxi_loyalty.programmes import find_programme


def programme(key: str) -> Programme:
    """Return the programme in the request's transaction."""
    return find_programme(current.tx(), key)


def key_of(values: dict[str, Any]) -> str:
    """Return the key of a command: in the body, or as ``Idempotency-Key``, or a new one."""
    found = values.pop("key", None) or request.headers.get("Idempotency-Key")
    return found or new_id().hex


def actor() -> str:
    """Return the name of whoever asks."""
    name: str = current.principal().name
    return name


def in_sight(session: Session, customer_id: UUID | None) -> UUID | None:
    """Return the id of a customer whom whoever asks may see.

    :raises NotFound: there is none in sight.
    """
    if customer_id is None:
        return None
    found: UUID = customers.get(session, customer_id).id
    return found


def answer_once(body: Mapping[str, Any], secret: Mapping[str, Any], status: int) -> Response:
    """Answer ``body`` with ``secret`` in it, which is not kept for a repetition of the request."""
    without = {**body, **dict.fromkeys(secret)}

    def reveal(response: Response) -> Response:
        if response.status_code == status:
            response.set_data(orjson.dumps({**(response.json or {}), **secret}))
        return response

    after_this_request(reveal)
    return web.answer(without, status)
