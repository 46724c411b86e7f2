"""Engines by name: where an expression runs, and the sentence if it cannot run there.

``postgres`` is the CRM's own database and needs nothing. ``duckdb`` and ``spark`` read the lake
that ``guanxi scoring export-lake`` writes; Spark, where the master in the settings says.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.features.tables import Tables
from guanxi_scoring.life.contract import CannotFit, Engine
from guanxi_scoring.texts import N_

if TYPE_CHECKING:
    from guanxi_scoring.features.columns import Columns


@dataclass(frozen=True, slots=True)
class Opened:
    """An engine at work.

    :param tables: what expressions begin with.
    :param fetch: runs an Ibis expression and returns its columns; see ``columns`` for their types.
    """

    name: Engine
    tables: Tables
    fetch: "Callable[[Any], Columns]"


@contextmanager
def opened(
    session: Session, *, as_of: datetime, engine: str = "", location: str = ""
) -> Iterator[Opened]:
    """Open an engine for as long as the block lasts.

    :param as_of: up to which instant it has to know everything.
    :param engine: empty: the one of the settings.
    :param location: a folder with a lake, or for Spark its address; empty: the one of the settings.
    :raises CannotFit: the engine is not there, or its lake; the sentence says what to do.
    """
    settings = company(session).settings
    name = engine or settings["engine"]
    place = location or settings["lake"]
    if name == "postgres":
        from guanxi_scoring.features.postgres import open_postgres  # noqa: PLC0415 -- as below

        yield open_postgres(session)
    elif name == "duckdb":
        from guanxi_scoring.features.duck import open_duckdb  # noqa: PLC0415 -- heavy

        with open_duckdb(place, as_of=as_of) as found:
            yield found
    elif name == "spark":
        from guanxi_scoring.features.spark import open_spark  # noqa: PLC0415 -- heavy

        with open_spark(place, master=settings["spark_master"], as_of=as_of) as found:
            yield found
    else:
        raise CannotFit(
            N_("There is no engine %(engine)s. Choose postgres, duckdb or spark."), engine=name
        )
