"""One running installation in one process: its parts, handed to whoever needs them.

``app.build_platform`` makes it; pages, API, commands and the worker only take from it.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from guanxi.config import Config
from guanxi.db import Database
from guanxi.events import Vocabulary
from guanxi.plugins.dispatch import Dispatcher

if TYPE_CHECKING:
    from guanxi.access.grants import Grants
    from guanxi.access.secrets import SecretsBox
    from guanxi.attributes.catalogue import Catalogue
    from guanxi.plugins.host import PluginHost
    from guanxi.settings.store import SettingsStore


@dataclass(slots=True)
class Platform:
    """The parts of one installation. No globals: two platforms can live in one process."""

    config: Config
    database: Database
    dispatcher: Dispatcher
    host: "PluginHost"
    vocabulary: Vocabulary
    catalogue: "Catalogue"
    grants: "Grants"
    secrets: "SecretsBox"
    settings: "SettingsStore"
    route_permissions: dict[str, str | None] = field(default_factory=dict)
    """Endpoint -> permission; None for a route that is public on purpose."""

    @property
    def files(self) -> Path:
        """The folder for uploads, error files and exports."""
        folder = self.config.home / "files"
        folder.mkdir(parents=True, exist_ok=True)
        return folder
