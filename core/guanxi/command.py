"""What all commands share: the configuration, the platform opened when first asked for, the actor.

The commands themselves lie beside the part that they belong to; ``cli.py`` finds them.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING

import click

from guanxi.clock import utc_now
from guanxi.config import Config

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from guanxi.db import Database
    from guanxi.db.write import Actor
    from guanxi.platform import Platform

BuildPlatform = Callable[[Config, str], "Platform"]
OpenServer = Callable[[Config], AbstractContextManager[str]]


class CommandContext:
    """What commands share: the configuration, and the platform opened when first asked for.

    The embedded server is used if it runs, and started for the duration of the command if not.
    """

    def __init__(self, config: Config, build: BuildPlatform, open_server: OpenServer) -> None:
        self.config = config
        self._build = build
        self._open_server = open_server
        self._stack = ExitStack()
        self._platform: Platform | None = None
        self._url: str | None = None

    @property
    def database_url(self) -> str:
        """The address of the database."""
        if self._url is None:
            server = self._open_server(self.config)
            self._url = self.config.database_url or self._stack.enter_context(server)
        return self._url

    @property
    def platform(self) -> "Platform":
        """The platform, with the enabled plugins as of now."""
        if self._platform is None:
            self._platform = self._build(self.config, self.database_url)
            self._stack.callback(self._platform.database.dispose)
            self._platform.host.refresh_from(self._platform.database)
        return self._platform

    @property
    def database(self) -> "Database":
        """The platform's database."""
        return self.platform.database

    @property
    def actor(self) -> "Actor":
        """Who acts, as the audit log shows it: the operating system's user at the command line."""
        from guanxi.db.write import Actor  # noqa: PLC0415 -- slow import, not every command acts

        return Actor("system", f"command line ({os.environ.get('USER', 'unknown')})")

    def write(self) -> "AbstractContextManager[Session]":
        """Open a transaction of the command line's actor."""
        platform = self.platform
        return platform.database.write(self.actor, now=utc_now(), dispatcher=platform.dispatcher)

    def close(self) -> None:
        """Give everything back."""
        self._stack.close()


pass_context = click.make_pass_decorator(CommandContext)
"""Gives a command its :class:`CommandContext`."""
