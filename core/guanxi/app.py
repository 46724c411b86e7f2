"""The only place where the parts are wired together: the platform, and the Flask app on it."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from guanxi.access.grants import Grants
from guanxi.access.permissions import CORE_PERMISSIONS
from guanxi.access.rows import row_rules
from guanxi.access.secrets import open_box
from guanxi.attributes.catalogue import Catalogue
from guanxi.config import Config
from guanxi.customers.attributes import CustomFieldAttributes, core_attributes
from guanxi.customers.models import Customer, CustomerConsent, CustomerIdentity
from guanxi.db import Database
from guanxi.delivery.jobs import defer_job
from guanxi.events import Vocabulary
from guanxi.http import current, etag, guard, headers, problems
from guanxi.http.rules import LateRule
from guanxi.messages.models import Message
from guanxi.platform import Platform
from guanxi.plugins.host import open_host
from guanxi.rewards.models import Reward
from guanxi.settings.core import CoreSettings
from guanxi.settings.store import SettingsStore
from guanxi.touchpoints.models import PlannedContact, Touchpoint
from guanxi.web import wiring
from guanxi.web.access.session_interface import ServerSessions
from guanxi.work.models import CustomerComment


def build_platform(config: Config, database_url: str, *, role: str = "web") -> Platform:
    """Put the parts of one installation together.

    :param role: shown as the application's name on the database's side (web, worker, cli).
    """
    database = Database(database_url, application_name=f"guanxi-{role}")
    database.row_rules = row_rules(
        Customer,
        (
            (CustomerIdentity, CustomerIdentity.customer_id),
            (CustomerConsent, CustomerConsent.customer_id),
            (Touchpoint, Touchpoint.customer_id),
            (PlannedContact, PlannedContact.customer_id),
            (Reward, Reward.customer_id),
            (Message, Message.customer_id),
            (CustomerComment, CustomerComment.customer_id),
        ),
    )
    vocabulary = Vocabulary()
    host = open_host(
        config, database, vocabulary, core_permissions=[p.name for p in CORE_PERMISSIONS]
    )
    secrets = open_box(config.home, config.secret_key)
    settings = SettingsStore(
        database,
        secrets,
        schemas=lambda: {"core": CoreSettings, **host.settings_schemas()},
        generation=lambda: host.generation,
    )
    database.settings = settings.get
    database.channels = host.channels
    database.importers = host.importers
    database.defer_job = defer_job
    catalogue = Catalogue([lambda: core_attributes(settings.get("core")["currency"])])
    catalogue.add_source(CustomFieldAttributes(database, lambda: host.generation))
    catalogue.add_source(host.attributes)
    database.attributes = catalogue.all
    return Platform(
        config=config,
        database=database,
        dispatcher=host.dispatcher,
        host=host,
        vocabulary=vocabulary,
        catalogue=catalogue,
        grants=Grants(lambda: _all_permissions(host)),
        secrets=secrets,
        settings=settings,
    )


class WebApp(Flask):
    """A Flask app without coroutines, whose rules build addresses when first asked."""

    url_rule_class = LateRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func``; Flask asks at every call of every function whether it is a coroutine."""
        return func


def create_app(platform: Platform) -> Flask:
    """Return the Flask app of one platform."""
    app = WebApp("guanxi.web", static_folder=None)
    app.extensions["guanxi"] = platform
    app.config.update(wiring.flask_config(platform))
    app.session_interface = ServerSessions(platform)
    wiring.init_app(app, platform)
    current.init_app(app)
    guard.init_app(app, platform)
    etag.init_app(app)
    headers.init_app(app)
    problems.init_app(app)
    return app


def _all_permissions(host: object) -> set[str]:
    return {p.name for p in CORE_PERMISSIONS} | set(host.permission_names())  # type: ignore[attr-defined]
