"""``guanxi migrate``: bring the core's and the enabled plugins' tables up to date."""

import click

from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.db.migrate import upgrade_core
from guanxi.plugins.upgrading import upgrade_enabled


@click.command("migrate")
@pass_context
def migrate_command(context: CommandContext) -> None:
    """Migrate the database; plugins that cannot be migrated wait and harm nobody."""
    if upgrade_core(context.database_url):
        click.echo("The database has the newest schema now.")
    platform = context.platform
    for name, error in upgrade_enabled(platform.database, platform.host, now=utc_now()).items():
        click.echo(f"The plugin {name} could not be migrated: {error}", err=True)
