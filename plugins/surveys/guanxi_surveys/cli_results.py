"""``guanxi survey results`` and ``recount``: what answers say, at a terminal."""

from typing import Any, Final

import click

from guanxi.sdk import command_context, web
from guanxi_surveys.api.results import as_plain
from guanxi_surveys.cli_output import as_json as json_option
from guanxi_surveys.cli_output import say, write_json
from guanxi_surveys.figures.counting import count_some, recount
from guanxi_surveys.figures.intervals import Figure
from guanxi_surveys.figures.periods import WEEKS
from guanxi_surveys.figures.report import Report, report
from guanxi_surveys.life.finding import find_survey

_WEEKS: Final = click.Choice([str(one) for one in WEEKS])


@click.command("results")
@click.argument("survey")
@click.option("--weeks", type=_WEEKS, help="Of the last so many weeks; of all time by default.")
@click.option("--by", help="An attribute by which answers are grouped.")
@click.option("--language", default="en", show_default=True, help="Of titles and choices.")
@json_option
def results_command(
    survey: str, weeks: str | None, by: str | None, language: str, *, as_json: bool
) -> None:
    """Write what the answers to SURVEY say, with the intervals of its scores."""
    with command_context().database.read() as session:
        found = report(
            session,
            find_survey(session, survey),
            language=language,
            now=web.utc_now(),
            weeks=int(weeks) if weeks else None,
            attribute=by,
        )
    if as_json:
        write_json(None if found is None else as_plain(found))
    elif found is None:
        click.echo("Nothing was published yet, so there are no results.")
    elif found.hidden:
        click.echo("The survey is anonymous and fewer than five have answered.")
    else:
        _write(found)


@click.command("recount")
@click.argument("survey")
@json_option
def recount_command(survey: str, *, as_json: bool) -> None:
    """Count the answers to SURVEY anew; figures are incomplete until that is done."""
    context = command_context()
    with context.write() as session:
        waiting = recount(session, find_survey(session, survey).id)
    counted = 0
    while True:
        with context.write() as session:
            some = count_some(session)
        if not some:
            break
        counted += some
    say({"waiting": waiting, "counted": counted}, f"{counted} answers counted.", as_json=as_json)


def _write(found: Report) -> None:
    click.echo(f"{found.scores.counts['finished']} answers")
    for name, times, unit in (("nps", 1, ""), ("csat", 100, " %"), ("ces", 100, " %")):
        figure = getattr(found.scores, name)
        if figure is not None:
            click.echo(f"{name.upper():5} {_figure(figure, times)}{unit}")
    for one in found.results:
        click.echo(f"\n{one.title} ({one.answered} of {one.seen} answered)")
        for part in one.parts:
            if part.text:
                click.echo(f"  {part.text}")
            for bar in part.bars:
                click.echo(f"  {bar.percent:3} % {bar.n:7}  {bar.text}")
            if part.mean is not None:
                click.echo(f"  mean {part.mean.value:.2f}")


def _figure(figure: Figure, times: int) -> str:
    value, low, high = (round(times * one, 1) for one in (figure.value, figure.low, figure.high))
    return f"{value:g} ({low:g} to {high:g}, n = {figure.n})"


COMMANDS: Final[tuple[Any, ...]] = (results_command, recount_command)
