"""``guanxi preset``: list the industries that come along, put one in."""

import click

from guanxi.clock import utc_now
from guanxi.command import CommandContext, pass_context
from guanxi.i18n import LANGUAGES
from guanxi.presets.applying import apply_preset
from guanxi.presets.industries import PRESETS, preset_of


@click.group("preset")
def preset_group() -> None:
    """Presets for five industries: list, apply."""


@preset_group.command("list")
def list_presets() -> None:
    """List the industries and what each brings."""
    for one in PRESETS.values():
        click.echo(f"{one.key}\t{one.title.en} / {one.title.zh}\t{one.about.en}")


@preset_group.command("apply")
@click.argument("name", type=click.Choice(sorted(PRESETS)))
@click.option("--sample", is_flag=True, help="Add a few invented customers, too.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="Of tags, choices and sample texts; else the company's.",
)
@pass_context
def apply(context: CommandContext, *, name: str, sample: bool, language: str | None) -> None:
    """Add the fields, tags and words of an industry. What is there already stays as it is."""
    settings = context.platform.settings.get("core")
    with context.write() as session:
        done = apply_preset(
            session,
            preset_of(name),
            language=language or settings["language"],
            currency=settings["currency"],
            sample=sample,
            now=utc_now(),
        )
    click.echo(
        f"Added: {done.fields} fields, {done.tags} tags, {done.words} words for touchpoints, "
        f"{done.customers} customers, {done.touchpoints} touchpoints."
    )
