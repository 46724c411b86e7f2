"""``guanxi ...`` at the terminal, on one test's database."""

from collections.abc import Callable
from contextlib import nullcontext

import pytest
from click.testing import CliRunner

from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.platform import Platform

Guanxi = Callable[..., list[str]]


@pytest.fixture
def guanxi(platform: Platform) -> Guanxi:
    """``guanxi("user", "list")`` runs a command and returns its lines."""
    address = platform.database.url.replace("+psycopg", "")

    def run(*arguments: object, given: str = "") -> list[str]:
        platform.host.refresh_from(platform.database)
        context = CommandContext(
            platform.config, lambda *_: platform, lambda _: nullcontext(address)
        )
        result = CliRunner().invoke(
            cli, [*map(str, arguments)], obj=context, input=given, catch_exceptions=False
        )
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    return run
