"""``guanxi plugin``: what the Apps page does, at the terminal, and drafts of migrations."""

from collections.abc import Iterable
from pathlib import Path

import click

from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.db import history, json
from guanxi.errors import Conflict
from guanxi.i18n import N_
from guanxi.plugins import lifecycle
from guanxi.plugins.health import hook_health
from guanxi.plugins.listing import App, find_app, list_apps
from guanxi.plugins.preview import preview
from guanxi.plugins.problems import Problem
from guanxi.plugins.quarantine import quarantine, release
from guanxi.plugins.scaffold import new_plugin
from guanxi.plugins.uninstall import Keep, uninstall
from guanxi.plugins.upgrading import upgrade_enabled


@click.group("plugin")
def plugin_group() -> None:
    """Plugins: list, show, enable, disable, uninstall."""


@plugin_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@pass_context
def list_plugins(context: CommandContext, *, as_json: bool) -> None:
    """List all plugins with their state and, where something is wrong, why."""
    with context.database.read() as session:
        for app in list_apps(session, context.platform.host):
            if as_json:
                click.echo(json.dumps(_shown(app)))
                continue
            click.echo(f"{app.name}\t{app.version}\t{app.state.label.en}\t{app.title.en}")
            _tell_problem(app)


@plugin_group.command("show")
@click.argument("name")
@pass_context
def show(context: CommandContext, name: str) -> None:
    """Show what a plugin brings, what it has stored, and how its hooks fare."""
    host = context.platform.host
    with context.database.read() as session:
        app = find_app(session, host, name)
        found = preview(session, host, name)
        health = hook_health(session, name)
    click.echo(f"{app.title.en} {app.version}: {app.state.label.en}. {app.state.explanation.en}")
    _tell_problem(app)
    sizes = (f"{t.name} ({'no rows yet' if t.rows is None else t.rows})" for t in found.tables)
    _line("Tables", sizes)
    _line("Pages and API", (f"{'/'.join(r.methods)} {r.rule}" for r in found.routes))
    _line("Permissions", (p.name for p in found.brings.permissions))
    _line("Attributes", (a.key for a in found.brings.attributes))
    _line("Settings", found.settings)
    _line("Jobs", (job.name for job in found.brings.jobs))
    _line("Needs", found.requires)
    _line("Needed by", found.dependants)
    for hook in health:
        p95 = "-" if hook.p95 is None else f"{hook.p95 * 1000:.2f} ms"
        click.echo(f"{hook.hook}: {hook.calls} calls, p95 {p95}, {hook.failures} failures")


@plugin_group.command("new")
@click.argument("name")
@click.option("--title", help="What people read; the name with a capital by default.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where to.")
def new(name: str, title: str | None, folder: Path | None) -> None:
    """Write a new plugin to begin with, whose tests pass."""
    target = folder or Path(f"guanxi-{name.replace('_', '-')}")
    for file in new_plugin(name, title or name.replace("_", " ").capitalize(), target):
        click.echo(file)
    click.echo(f"Go on with: cd {target} && pip install -e . && pytest")


@plugin_group.command("enable")
@click.argument("name")
@pass_context
def enable(context: CommandContext, name: str) -> None:
    """Migrate a plugin's tables and switch it on."""
    host = context.platform.host
    lifecycle.enable(context.database, host, name, actor=context.actor, now=utc_now())
    click.echo(f"{name} is enabled.")


@plugin_group.command("disable")
@click.argument("name")
@click.option("--cascade", is_flag=True, help="Also the enabled plugins that need it.")
@pass_context
def disable(context: CommandContext, name: str, *, cascade: bool) -> None:
    """Switch a plugin off; its data is kept."""
    host = context.platform.host
    names = lifecycle.disable(
        context.database, host, name, actor=context.actor, now=utc_now(), cascade=cascade
    )
    click.echo(f"Disabled: {', '.join(names) or 'nothing, it was not enabled'}.")


@plugin_group.command("uninstall")
@click.argument("name")
@click.option("--data", type=click.Choice([mode.value for mode in Keep]), required=True)
@click.option("--archive", type=click.Path(path_type=Path), help="The ZIP file to export to.")
@click.option("--confirm", default="", help="The plugin's name, where its data is dropped.")
@pass_context
def remove(
    context: CommandContext, name: str, data: str, archive: Path | None, confirm: str
) -> None:
    """Switch a plugin off and keep, export or drop its data. Then run: pip uninstall."""
    host = context.platform.host
    with context.database.read() as session:
        for table in preview(session, host, name).tables:
            click.echo(f"{table.name}: {table.rows or 0} rows")
    uninstall(
        context.database,
        host,
        name,
        Keep(data),
        confirmation=confirm,
        actor=context.actor,
        now=utc_now(),
        archive=archive,
    )
    click.echo(f"{name} is uninstalled; data: {data}.")


@plugin_group.command("quarantine")
@click.argument("name")
@click.argument("reason")
@pass_context
def stop(context: CommandContext, name: str, reason: str) -> None:
    """Switch a plugin off for safety; its events wait."""
    problem = Problem(
        N_("An admin stopped it: %(why)s."),
        N_("Release it when the cause is gone."),
        {"why": reason.rstrip(".")},
    )
    if not quarantine(context.database, name, problem, now=utc_now(), actor=context.actor):
        raise Conflict(N_("%(plugin)s was never enabled, or is in quarantine."), plugin=name)
    click.echo(f"{name} is in quarantine.")


@plugin_group.command("release")
@click.argument("name")
@pass_context
def let_go(context: CommandContext, name: str) -> None:
    """Take a plugin out of quarantine."""
    release(context.database, name, now=utc_now(), actor=context.actor)
    click.echo(f"{name} is released.")


@plugin_group.command("upgrade")
@pass_context
def upgrade(context: CommandContext) -> None:
    """Migrate the tables of enabled plugins after their packages were updated."""
    failed = upgrade_enabled(
        context.database, context.platform.host, now=utc_now(), actor=context.actor
    )
    for name, error in failed.items():
        click.echo(f"{name}: {error}", err=True)
    if failed:
        raise click.exceptions.Exit(1)
    click.echo("All enabled plugins are up to date.")


@plugin_group.command("migration")
@click.argument("name")
@click.argument("message")
@pass_context
def draft_migration(context: CommandContext, name: str, message: str) -> None:
    """Draft a migration from the difference between a plugin's models and this database."""
    plugin = context.platform.host.plugin(name)
    if plugin is None or plugin.migrations is None:
        raise Conflict(N_("%(plugin)s is not loaded, or has no migrations."), plugin=name)
    with context.database.engine.begin() as connection:
        file = history.write_revision(connection, plugin.migrations.history, message)
    click.echo(f"Read it before you use it: {file}")


def _shown(app: App) -> dict[str, object]:
    return {
        "name": app.name,
        "version": app.version,
        "state": app.state.value,
        "title": app.title.en,
        "problem": None if app.problem is None else str(app.problem),
    }


def _tell_problem(app: App) -> None:
    if app.problem is not None:
        click.echo(f"  {app.problem}")


def _line(title: str, values: Iterable[str]) -> None:
    text = ", ".join(values)
    if text:
        click.echo(f"{title}: {text}")
