"""Flask's session, kept on the server. Reading it also tells who is signed in, in one statement."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from flask import Flask, Request, Response, g
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from sqlalchemy.exc import OperationalError

from guanxi.access import sessions
from guanxi.clock import utc_now
from guanxi.platform import Platform


class ServerSession(SecureCookieSession):
    """The session of one request. ``sid`` is the cookie's value, None until something is stored."""

    sid: str | None = None
    user_id: UUID | None = None
    ended_sid: str | None = None
    has_totp: bool = False
    """Whether the person has set up a second factor."""

    def sign_in(self, user_id: UUID, **data: object) -> None:
        """Start a session of ``user_id`` under a new id, so that an old cookie is worth nothing."""
        self.ended_sid, self.sid = self.sid, sessions.new_session_id()
        self.clear()
        self.update(data)
        self.user_id = user_id
        self.modified = True

    def sign_out(self) -> None:
        """End the session."""
        self.ended_sid, self.sid, self.user_id = self.sid, None, None
        self.clear()


class ServerSessions(SessionInterface):
    """Finds and stores sessions of one platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """Return the request's session; programs with a token and static files have none."""
        session = ServerSession()
        sid = request.cookies.get(self.get_cookie_name(app))
        if not sid or "Authorization" in request.headers or request.path.startswith("/static/"):
            return session
        now = g.now = utc_now()
        platform = self._platform
        found = sessions.find_session(
            platform.database, platform.grants, sid, idle=self._idle(), now=now
        )
        if found is None:
            session.ended_sid = sid
            return session
        session.update(found.data)
        session.sid, session.user_id, session.has_totp = sid, found.user_id, found.has_totp
        session.modified = False
        g.session_principal, g.session_generation = found.principal, found.generation
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store what changed and set or clear the cookie."""
        mine = cast(ServerSession, session)
        try:
            if mine.modified and (mine or mine.user_id):
                self._store(app, mine, response)
            elif mine.ended_sid and mine.sid is None:
                self._end(mine.ended_sid)
                response.delete_cookie(self.get_cookie_name(app), **self._cookie(app))
        except OperationalError:  # the answer may be the page that tells that the database is gone
            if response.status_code < 500:
                raise

    def _store(self, app: Flask, session: ServerSession, response: Response) -> None:
        from flask import request  # noqa: PLC0415 -- the proxy, beside the class imported above

        if session.sid is None:
            session.sid = sessions.new_session_id()
        with self._platform.database.autocommit.connect() as connection:
            if session.ended_sid:
                sessions.end_session(connection, session.ended_sid)
            sessions.save_session(
                connection,
                session.sid,
                user_id=session.user_id,
                data=dict(session),
                address=request.remote_addr,
                browser=request.user_agent.string,
                now=utc_now(),
            )
        response.set_cookie(
            self.get_cookie_name(app), session.sid, max_age=sessions.LONGEST, **self._cookie(app)
        )

    def _end(self, sid: str) -> None:
        with self._platform.database.autocommit.connect() as connection:
            sessions.end_session(connection, sid)

    def _idle(self) -> timedelta:
        return timedelta(hours=self._platform.settings.get("core")["session_hours"])

    def _cookie(self, app: Flask) -> dict[str, Any]:
        return {
            "path": "/",
            "secure": self.get_cookie_secure(app),
            "httponly": True,
            "samesite": self.get_cookie_samesite(app),
        }
