"""Promises about who may see what: routes, panels, attributes."""

import re
from typing import Any
from uuid import UUID

from flask import Flask, render_template
from flask_babel import force_locale
from sqlalchemy import insert, select

from guanxi.access.models import Role
from guanxi.app import create_app
from guanxi.clock import utc_now
from guanxi.customers.models import Customer
from guanxi.i18n import LOCALES
from guanxi.ids import new_id
from guanxi.platform import Platform
from guanxi.plugins.contract import Panel
from guanxi.plugins.contribution import Contribution
from guanxi.plugins.loading import LoadedPlugin
from guanxi.testkit.conformance.base import ACTOR, Promises
from guanxi.testkit.conformance.story import Story
from guanxi.testkit.factories import Factories

_SHUT = frozenset({302, 401, 403})
"""What somebody unknown gets: the way to the sign-in page, or a refusal; 403 where a form lacks
the token against forgery."""
_EXAMPLES = {"int": "1", "float": "1.0", "uuid": str(UUID(int=0)), "any": "x"}


class AccessPromises(Promises):
    """Its routes are closed to whom they should be; what it shows can be shown."""

    def test_its_routes_are_closed_without_their_permission(
        self, enabled: Platform, loaded: LoadedPlugin
    ) -> None:
        """Neither somebody unknown nor somebody without the permission gets in."""
        app = create_app(enabled)
        closed = [call for call in _calls(loaded) if call[2] is not None]
        unknown = [_status(app, method, url) for method, url, _ in closed]
        token = _token_without_permissions(enabled)
        stranger = [_status(app, method, url, token) for method, url, _ in closed]

        assert [c for c, status in zip(closed, unknown, strict=True) if status not in _SHUT] == []
        assert [c for c, status in zip(closed, stranger, strict=True) if status != 403] == []

    def test_its_routes_are_gone_while_it_is_disabled(
        self, platform: Platform, loaded: LoadedPlugin
    ) -> None:
        """Even for an admin."""
        app = create_app(platform)
        token = Factories(platform.database, utc_now()).token("admin")
        calls = _calls(loaded)

        assert [call for call in calls if _status(app, call[0], call[1], token) != 404] == []

    def test_its_panels_are_drawn(self, story: Story) -> None:
        """In both languages, before it heard of a customer and after."""
        customer_id, _ = story.tell()
        app = create_app(story.platform)

        _draw_panels(app, story, customer_id)
        story.deliver()
        _draw_panels(app, story, customer_id)

    def test_its_attributes_have_one_value_per_customer(
        self, story: Story, brings: Contribution
    ) -> None:
        """Also for customers it never heard of."""
        customers = sorted(story.tell())
        story.deliver()
        with story.platform.database.read() as session:
            for attribute in brings.attributes:
                query: Any = select(Customer.id, attribute.sql().label("value"))
                if attribute.join is not None and attribute.on is not None:
                    query = query.outerjoin(attribute.join, attribute.on)
                assert sorted(row.id for row in session.execute(query)) == customers


Call = tuple[str, str, str | None]
"""Method, URL and permission."""


def _calls(plugin: LoadedPlugin) -> list[Call]:
    return [
        (method, _filled(route.rule), route.permission)
        for route in plugin.routes
        for method in route.methods
    ]


def _filled(rule: str) -> str:
    """Put an example of its kind in place of each variable of a rule."""
    return re.sub(r"<(?:(\w+)[^:>]*:)?[^>]+>", lambda m: _EXAMPLES.get(m[1] or "", "x"), rule)


def _status(app: Flask, method: str, url: str, token: str | None = None) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return app.test_client().open(url, method=method, headers=headers).status_code


def _token_without_permissions(platform: Platform) -> str:
    now = utc_now()
    with platform.database.write(ACTOR, now=now) as session:
        values = {"id": new_id(), "name": "nobody", "title_en": "Nobody", "title_zh": "无权限"}
        session.execute(insert(Role).values(**values, permissions=[]))
    return Factories(platform.database, now).token("nobody")


def _draw_panels(app: Flask, story: Story, customer_id: UUID) -> None:
    dispatcher = story.platform.dispatcher
    with app.test_request_context(), story.platform.database.read() as session:
        customer = session.get_one(Customer, customer_id)
        offered = {
            "session": session,
            "customer": customer,
            "customer_id": customer_id,
            "now": story.now,
            "before": story.now,
            "limit": 20,
        }
        for hook in ("slot_customer_panel", "slot_dashboard_card", "slot_timeline_entries"):
            for implementation in dispatcher.implementations(hook):
                if implementation.plugin == story.plugin:
                    _draw(story.plugin, dispatcher.call(implementation, offered))


def _draw(plugin: str, answer: object) -> None:
    if isinstance(answer, Panel):
        assert answer.template.startswith(f"{plugin}/")
        for locale in LOCALES.values():
            with force_locale(locale):
                render_template(answer.template, **answer.values)
