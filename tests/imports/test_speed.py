"""What an import leaves behind so that pages stay quick."""

from sqlalchemy import text
from sqlalchemy.orm import Session
from tests.imports.conftest import Prepare

from guanxi.imports.domain.running import ENOUGH


def test_a_large_import_tells_the_planner_how_much_there_is(
    prepare: Prepare, session: Session
) -> None:
    names = [f"Ada {n}" for n in range(ENOUGH + 1)]

    prepare("customers", "\n".join(["name", *names])).execute()

    known = text("SELECT reltuples FROM pg_class WHERE relname = 'customers'")
    tokens = text("SELECT count(*) FROM pg_stats WHERE attname = 'search_tokens'")
    assert session.execute(known).scalar_one() == ENOUGH + 1
    assert session.execute(tokens).scalar_one() == 1
