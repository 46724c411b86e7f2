"""The ``guanxi`` command. Each subcommand lives beside the part that it belongs to and is loaded
only when it is called; what all share stands in ``command.py``.
"""

import importlib
import logging
import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, cast

import click

from guanxi import __version__
from guanxi.command import CommandContext
from guanxi.config import Config, load_config
from guanxi.errors import Conflict, GuanxiError
from guanxi.troubles import explained

if TYPE_CHECKING:
    from guanxi.platform import Platform

COMMANDS = {
    "run": "guanxi.starting:run_command",
    "prepare": "guanxi.starting:prepare_command",
    "web": "guanxi.programs:web_command",
    "worker": "guanxi.programs:worker_command",
    "migrate": "guanxi.db.cli:migrate_command",
    "plugin": "guanxi.plugins.cli:plugin_group",
    "events": "guanxi.delivery.cli:events_group",
    "import": "guanxi.imports.cli:import_command",
    "imports": "guanxi.imports.cli:imports_group",
    "export": "guanxi.exports.cli:export_command",
    "preset": "guanxi.presets.cli:preset_group",
    "customer": "guanxi.privacy.cli:customer_group",
    "user": "guanxi.access.cli:user_group",
    "role": "guanxi.access.role_cli:role_group",
    "team": "guanxi.access.role_cli:team_group",
    "token": "guanxi.access.token_cli:token_group",
    "settings": "guanxi.settings.cli:settings_group",
    "field": "guanxi.customers.cli:field_group",
    "tag": "guanxi.customers.cli:tag_group",
    "vocabulary": "guanxi.touchpoints.cli:vocabulary_group",
    "template": "guanxi.messages.cli:template_group",
    "mail": "guanxi.messages.cli:mail_group",
    "webhook": "guanxi.webhooks.cli:webhook_group",
    "job": "guanxi.delivery.job_cli:job_group",
    "audit": "guanxi.audit.cli:audit_command",
    "stats": "guanxi.operations.stats:stats_command",
    "doctor": "guanxi.operations.doctor:doctor_command",
    "backup": "guanxi.operations.backup:backup_command",
    "restore": "guanxi.operations.restore:restore_command",
    "demo": "guanxi.demo.cli:demo_command",
}
NOT_AT_WORK = (
    "The plugin %(plugin)s is not at work, so its commands do nothing. Why: guanxi plugin show "
    "%(plugin)s. Switch it on: guanxi plugin enable %(plugin)s."
)


class LazyGroup(click.Group):
    """A group whose commands are imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, the plugins' too."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name; else look for a plugin's."""
        path = COMMANDS.get(cmd_name)
        if path is None:
            return super().get_command(ctx, cmd_name) or _plugin_group(ctx, cmd_name)
        module, _, name = path.partition(":")
        command = getattr(importlib.import_module(module), name)
        return cast(click.Command, command)


def _plugin_group(ctx: click.Context, word: str) -> click.Command | None:
    """Return the commands of the plugin called by ``word``.

    :raises Conflict: it is installed, but not at work.
    """
    from guanxi.plugins import command_words  # noqa: PLC0415 -- only for what is not ours

    # A slip of the pen is told without a database, which may not be there or not be ready.
    name = command_words.plugin_called(word)
    if name is None:
        return None
    host = _context_of(ctx).platform.host
    commands = host.commands(name)
    if commands:
        return click.Group(word, commands={c.name or word: c for c in commands})
    if name not in host.enabled:
        raise Conflict(NOT_AT_WORK, plugin=name)
    return None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="guanxi")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Guanxi (关系): customers, their touchpoints, their rewards, and plugins on each."""
    _context_of(ctx)


def _context_of(ctx: click.Context) -> CommandContext:
    """Return what all commands share; it is closed when the command, known or not, has ended."""
    if not isinstance(ctx.obj, CommandContext):
        ctx.obj = _new_context()
    ctx.call_on_close(ctx.obj.close)
    return ctx.obj


def _new_context() -> CommandContext:
    _quieten()
    return CommandContext(load_config(), _build_platform, _open_server)


def _build_platform(config: Config, url: str) -> "Platform":
    from guanxi.app import build_platform  # noqa: PLC0415 -- slow import, not every command needs it

    return build_platform(config, url, role="cli")


def _open_server(config: Config) -> AbstractContextManager[str]:
    from guanxi.embedded.postgres import open_server  # noqa: PLC0415 -- only where embedded

    return open_server(config.home)


def _quieten() -> None:
    """Keep the log off standard output, which programs read; only errors are for whoever calls."""
    from guanxi.operations.logs import configure_logs  # noqa: PLC0415 -- slow, and not all log

    configure_logs("text")
    logging.getLogger().setLevel(logging.ERROR)


def main() -> None:
    """Run the command; a known error, or trouble of the machine, is one line and exit status 1."""
    try:
        cli(standalone_mode=False)
    except GuanxiError as error:
        click.echo(f"guanxi: {error}", err=True)
        sys.exit(1)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except Exception as error:
        known = explained(error)
        if known is None:
            raise
        click.echo(f"guanxi: {known}", err=True)
        sys.exit(1)
