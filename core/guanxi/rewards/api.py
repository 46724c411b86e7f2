"""The REST API of rewards: list, read, ask for; grant, refuse, redeem, reverse."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from guanxi.db import json
from guanxi.http import current
from guanxi.http.etag import expected_version, set_etag
from guanxi.http.paging import encode_cursor, place_from
from guanxi.http.routes import Api
from guanxi.ids import new_id
from guanxi.rewards.domain import fulfilling, reading, requesting, using
from guanxi.rewards.domain.stepping import found
from guanxi.rewards.models import Reward
from guanxi.rewards.schemas import (
    FilterSchema,
    RewardDraftSchema,
    RewardGrantSchema,
    RewardPageSchema,
    RewardReasonSchema,
    RewardRedemptionSchema,
    RewardSchema,
    shown,
)

MANAGE = "rewards.manage"

api = Api("rewards", __name__, description="Rewards from request to use")


@api.get("", permission="rewards.view")
@api.arguments(FilterSchema(), location="query")
@api.response(200, RewardPageSchema)
def list_rewards(query: dict[str, Any]) -> Response:
    """Rewards, newest request first, page by page."""
    limit, cursor = query.pop("limit"), query.pop("cursor", None)
    rewards = reading.newest(
        current.session(), reading.Filters(**query), before=place_from(cursor), limit=limit + 1
    )
    page = rewards[:limit]
    more = len(rewards) > limit
    following = encode_cursor((page[-1].requested_at, page[-1].id)) if more else None
    return _answer({"items": [shown(reward) for reward in page], "next": following})


@api.get("/<uuid:reward_id>", permission="rewards.view", versioned=True)
@api.response(200, RewardSchema)
def show_reward(reward_id: UUID) -> Response:
    """One reward."""
    return _reward(found(current.session(), reward_id))


@api.post("", permission="rewards.request")
@api.arguments(RewardDraftSchema())
@api.response(201, RewardSchema)
@api.alt_response(200, schema=RewardSchema, description="It had been asked for before.")
def request_reward(values: dict[str, Any]) -> Response:
    """Ask for a reward; the same source and idempotency_key give the first one again."""
    key = values.pop("idempotency_key", None) or request.headers.get("Idempotency-Key")
    draft = requesting.RewardDraft(**values, idempotency_key=key or new_id().hex)
    session = current.tx()
    made = requesting.request(session, draft, now=current.now())
    response = _reward(found(session, made.id), 201 if made.created else 200)
    response.headers["Location"] = url_for("api_rewards.show_reward", reward_id=made.id)
    return response


@api.post("/<uuid:reward_id>/grant", permission=MANAGE, versioned=True)
@api.arguments(RewardGrantSchema())
@api.response(200, RewardSchema)
def grant_reward(values: dict[str, Any], reward_id: UUID) -> Response:
    """Give a requested reward by hand."""
    return _stepped(fulfilling.grant, reward_id, **values)


@api.post("/<uuid:reward_id>/refuse", permission=MANAGE, versioned=True)
@api.arguments(RewardReasonSchema())
@api.response(200, RewardSchema)
def refuse_reward(values: dict[str, Any], reward_id: UUID) -> Response:
    """Turn a request down."""
    return _stepped(fulfilling.refuse, reward_id, values["reason"])


@api.post("/<uuid:reward_id>/redeem", permission=MANAGE, versioned=True)
@api.arguments(RewardRedemptionSchema())
@api.response(200, RewardSchema)
def redeem_reward(values: dict[str, Any], reward_id: UUID) -> Response:
    """Use a granted reward, wholly or in part."""
    return _stepped(using.redeem, reward_id, values.get("amount"))


@api.post("/<uuid:reward_id>/reverse", permission=MANAGE, versioned=True)
@api.arguments(RewardReasonSchema())
@api.response(200, RewardSchema)
def reverse_reward(values: dict[str, Any], reward_id: UUID) -> Response:
    """Take a granted or redeemed reward back."""
    return _stepped(using.reverse, reward_id, values["reason"])


def _stepped(step: Callable[..., Reward], reward_id: UUID, *what: Any, **more: Any) -> Response:
    version = expected_version()
    session, now = current.tx(), current.now()
    return _reward(step(session, reward_id, *what, now=now, expected_version=version, **more))


def _reward(reward: Reward, status: int = 200) -> Response:
    return set_etag(_answer(shown(reward), status), reward.version)


def _answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps_bytes(body), status, content_type="application/json")
