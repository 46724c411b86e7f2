"""Every command of ``guanxi`` with its help, from click itself."""

from collections.abc import Iterator

import click

from guanxi.cli import COMMANDS, cli
from reference_pages.markdown import prose, shown, table, whole_page

INTRODUCTION = """
Everything that an admin can do in the web, `guanxi` can do at a terminal; inside a checkout it is
`.venv/bin/guanxi`. Each command works on the installation that the
[configuration](configuration.md) names, whether that is running or not: where the embedded
database is stopped, it is started for as long as the command takes. `-h` after any command shows
its help. The exit status is 0 when all went well, 1 when not, 2 for a wrong call.

An enabled plugin's own commands are called as `guanxi PLUGIN COMMAND`, or by the word that its
manifest names: `guanxi segment list` is `guanxi segmentation list`. `guanxi PLUGIN -h` shows them.
""".strip()


def page() -> str:
    """Return the page."""
    context = click.Context(cli, info_name="guanxi")
    commands = [cli.get_command(context, name) for name in COMMANDS]
    sections = [
        section
        for name, command in zip(COMMANDS, commands, strict=True)
        if command is not None
        for section in _sections(command, name, context, level=2)
    ]
    return whole_page("Commands", INTRODUCTION, *sections)


def _sections(
    command: click.Command, name: str, parent: click.Context, level: int
) -> Iterator[str]:
    context = click.Context(command, parent=parent, info_name=name)
    yield _section(command, context, level)
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            below = command.get_command(context, sub)
            if below is not None and not below.hidden:
                yield from _sections(below, sub, context, level + 1)


def _section(command: click.Command, context: click.Context, level: int) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    title = f"{'#' * level} `{context.command_path}`"
    parts = [title, prose(command.help)]
    if not isinstance(command, click.Group):
        parts += [f"Call: `{usage}`", _options(command, context)]
    return "\n\n".join(part for part in parts if part)


def _options(command: click.Command, context: click.Context) -> str:
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    rows = [_row(option, context) for option in options]
    return table(("option", "meaning", "default"), rows) if rows else ""


def _row(option: click.Option, context: click.Context) -> tuple[str, str, str]:
    name = "`, `".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else f" {option.make_metavar(context)}"
    help_text = option.help or ("Required." if option.required else "")
    return f"`{name}{value}`".replace("|", " or "), help_text, _default(option)


def _default(option: click.Option) -> str:
    if option.is_flag or option.required or option.multiple or callable(option.default):
        return ""
    return "" if option.default is None or _unset(option.default) else shown(option.default)


def _unset(value: object) -> bool:
    return type(value).__name__ == "Sentinel"
