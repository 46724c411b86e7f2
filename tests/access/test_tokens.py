"""API tokens: never more than the owner may now, until they end."""

from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import delete, text

from guanxi.access.models import ApiToken, UserRole
from guanxi.access.tokens import create_token, revoke_token
from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories

BUMP = text("UPDATE platform_state SET generation = generation + 1")


def get(client: FlaskClient, path: str, token: str) -> int:
    return client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def make(platform: Platform, user_id: UUID, **more: object) -> str:
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        return create_token(session, user_id, "test", now=utc_now(), **more)  # type: ignore[arg-type]


def test_a_token_acts_as_its_owner(
    platform: Platform, client: FlaskClient, factories: Factories
) -> None:
    admin, staff = factories.user("admin"), factories.user("staff")

    assert get(client, "/api/v1/settings/core", make(platform, admin)) == 200
    assert get(client, "/api/v1/settings/core", make(platform, staff)) == 403


def test_scopes_narrow_a_token(
    platform: Platform, client: FlaskClient, factories: Factories
) -> None:
    token = make(platform, factories.user("admin"), scopes=("customers.view",))

    assert get(client, "/api/v1/settings/core", token) == 403


def test_scopes_never_widen_a_token(
    platform: Platform, client: FlaskClient, factories: Factories
) -> None:
    token = make(platform, factories.user("staff"), scopes=("settings.manage",))

    assert get(client, "/api/v1/settings/core", token) == 403


def test_a_token_loses_what_its_owner_loses(
    platform: Platform, client: FlaskClient, factories: Factories
) -> None:
    admin = factories.user("admin")
    token = make(platform, admin)
    assert get(client, "/api/v1/settings/core", token) == 200

    with platform.database.write(SYSTEM, now=utc_now()) as session:
        session.execute(delete(UserRole).where(UserRole.user_id == admin))
        session.execute(BUMP)

    assert get(client, "/api/v1/settings/core", token) == 403


def test_an_expired_or_revoked_or_invented_token_opens_nothing(
    platform: Platform, client: FlaskClient, factories: Factories
) -> None:
    admin = factories.user("admin")
    expired = make(platform, admin, lifetime=timedelta(seconds=-1))
    revoked = make(platform, admin)
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        found = session.query(ApiToken.id).filter(ApiToken.expires_at > utc_now()).one()
        revoke_token(session, found.id, owner_id=admin, now=utc_now())

    for token in (expired, revoked, "gx_invented"):
        assert get(client, "/api/v1/settings/core", token) == 401


def test_a_token_is_stored_as_a_hash_only(platform: Platform, factories: Factories) -> None:
    token = make(platform, factories.user("admin"))

    with platform.database.read() as session:
        rows = session.execute(text("SELECT t::text FROM api_tokens t")).scalars().all()
        audit = session.execute(text("SELECT a::text FROM audit_entries a")).scalars().all()
    assert rows
    assert audit
    assert not any(token in row for row in (*rows, *audit))
