"""``guanxi demo``: import the demo's data; ``guanxi run`` calls it at every start."""

import click

from guanxi.command import CommandContext, pass_context
from guanxi.demo.load import load_demo
from guanxi.garbage import settle

_WORDS = {"customers": "Customers with invented names", "touchpoints": "A year of real trade"}


@click.command("demo")
@pass_context
def demo_command(context: CommandContext) -> None:
    """Import the demo's data once: real trade of a British gift shop, invented names."""
    shown: dict[str, int] = {}

    def show(what: str, done: int, total: int) -> None:
        percent = 100 * done // max(total, 1)
        if shown.get(what) != percent:
            shown[what] = percent
            bar = "#" * (percent // 4)
            click.echo(f"\r{_WORDS[what]}: [{bar:<25}] {percent:3} %", nl=percent == 100)

    platform = context.platform
    settle()
    load_demo(platform, show)
