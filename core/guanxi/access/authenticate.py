"""Turn a request into a principal: a bearer token, else the server-side session, else nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Request, g
from sqlalchemy import text

from guanxi.access.principal import Principal
from guanxi.access.tokens import authenticate_token
from guanxi.errors import Unauthenticated

if TYPE_CHECKING:
    from guanxi.platform import Platform

_GENERATION = text("SELECT generation FROM platform_state")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks (None: nobody signed in), and the platform's generation read with it."""

    principal: Principal | None
    generation: int


def authenticate_request(platform: "Platform", request: Request, *, now: datetime) -> Asking:
    """Return who is asking. One statement for a token or a session.

    :raises Unauthenticated: an ``Authorization`` header that is not valid.
    """
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Send the token as: Authorization: Bearer gx_...")
        found = authenticate_token(platform.database, platform.grants, token.strip(), now=now)
        return Asking(found.principal, found.generation)
    principal: Principal | None = g.get("session_principal")
    if principal is not None:
        return Asking(principal, g.session_generation)
    with platform.database.autocommit.connect() as connection:
        return Asking(None, connection.execute(_GENERATION).scalar_one())
