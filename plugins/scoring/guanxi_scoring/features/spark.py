"""Expressions on Apache Spark over the lake: on this machine, or on a cluster by its master.

Spark takes seconds to start and hundreds of megabytes while it runs, so it runs for as long as it
is needed and no longer.
"""

import shutil
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from guanxi_scoring.features.columns import from_arrow, kind_of
from guanxi_scoring.features.engines import Opened
from guanxi_scoring.features.lake import (
    MANIFEST,
    TABLES,
    Manifest,
    fresh,
    missing_files,
    no_lake,
    parsed,
    read_manifest,
)
from guanxi_scoring.features.tables import LINES, TOUCHPOINTS, of_lake
from guanxi_scoring.life.contract import CannotFit
from guanxi_scoring.texts import N_

if TYPE_CHECKING:
    from guanxi_scoring.features.columns import Columns

PATIENCE: Final = 5.0
"""Seconds in which a master has to answer."""
_SETTINGS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
    # Instants of the lake are in UTC and carry no zone.
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
_TYPES: Final = {"uuid": "binary", "string": "string", "timestamp('UTC', 6)": "timestamp_ntz"}
_COLUMNS: Final = {"touchpoints": TOUCHPOINTS, "lines": LINES}


@contextmanager
def open_spark(place: str, *, master: str, as_of: datetime) -> Iterator[Opened]:
    """Open Spark over a lake.

    :param place: a folder that all workers see under this name, or an address such as ``hdfs://``.
    :param master: ``local[2]``, ``spark://host:7077``, ``yarn``...
    :raises CannotFit: Spark, Java, the master or the lake is not there.
    """
    _require_spark()
    _require_master(master)
    if not place:
        raise no_lake()
    remote = "://" in place
    manifest = None if remote else read_manifest(place, as_of=as_of)
    with _session(master) as spark, _told(place, manifest):
        known = manifest or _remote_manifest(spark, place, as_of)
        for table in TABLES:
            _show(spark, table, place, known)
        yield Opened("spark", of_lake("binary"), lambda one: _fetch(spark, one))


def _require_spark() -> None:
    if find_spec("pyspark") is None:
        raise CannotFit(
            N_(
                "Spark is not installed here. Run pip install 'guanxi-scoring[spark]', or choose "
                "another engine."
            )
        )
    home = environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        raise CannotFit(
            N_(
                "Spark needs Java 17 or later, which is not installed here or not where JAVA_HOME "
                "says. Install it, or choose another engine."
            )
        )


def _require_master(master: str) -> None:
    """Ask whether the master of a cluster answers; Spark itself would wait for a minute."""
    if not master.startswith("spark://"):
        return
    try:
        hosts = [urlsplit(f"spark://{one}") for one in master[8:].split(",")]
        addresses = [(one.hostname or "", one.port or 7077) for one in hosts]
    except ValueError:
        addresses = []
    for address in addresses:
        try:
            socket.create_connection(address, timeout=PATIENCE).close()
        except OSError:
            continue
        return
    raise CannotFit(
        N_(
            "No Spark master answers at %(master)s. See that the cluster is up and that this "
            "machine reaches it, or write another address into the settings of scoring."
        ),
        master=master,
    )


@contextmanager
def _session(master: str) -> Iterator[Any]:
    with warnings.catch_warnings():
        # It warns of versions of pandas, which is not used here.
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession  # noqa: PLC0415 -- heavy, and an extra

        builder = SparkSession.builder.appName("guanxi-scoring").master(master)
        for name, value in _SETTINGS.items():
            builder = builder.config(name, value)
        try:
            spark = builder.getOrCreate()
        except Exception as error:
            raise CannotFit(
                N_(
                    "Spark did not start with the master %(master)s: %(error)s. Look at its log, "
                    "or choose another engine."
                ),
                master=master,
                error=_first_line(error),
            ) from error
        try:
            yield spark
        finally:
            _stop(spark)


def _stop(spark: Any) -> None:
    """Stop Spark and its Java process, which would stay for as long as ours."""
    context = type(spark.sparkContext)
    gateway = context._gateway  # noqa: SLF001 -- there is no public way
    spark.stop()
    gateway.shutdown()
    process = getattr(gateway, "proc", None)
    if process is not None:
        process.stdin.close()
        process.wait()
    context._gateway = context._jvm = None  # noqa: SLF001 -- so that the next one starts anew


def _remote_manifest(spark: Any, place: str, as_of: datetime) -> Manifest:
    found = spark.read.option("wholetext", "true").text(f"{place.rstrip('/')}/{MANIFEST}").first()
    return fresh(parsed(found[0] if found else "", place), place, as_of=as_of)


def _show(spark: Any, table: str, place: str, manifest: Manifest) -> None:
    types = (f"{name} {_TYPES.get(kind, kind)}" for name, kind in _COLUMNS[table].items())
    schema = ", ".join(types)
    files = [f"{place.rstrip('/')}/{one}" for one in manifest.files(table)]
    found = (
        spark.read.schema(schema).parquet(*files) if files else spark.createDataFrame([], schema)
    )
    found.createOrReplaceTempView(table)


def _fetch(spark: Any, expression: Any) -> "Columns":
    kinds = {name: kind_of(dtype) for name, dtype in expression.schema().items()}
    return from_arrow(spark.sql(_statement(expression)).toArrow(), kinds)


def _statement(expression: Any) -> str:
    """Return the statement of an expression, written without Ibis' own connection to Spark.

    That one would need pandas; what it lacks is the option that the connection brings.
    """
    import ibis  # noqa: PLC0415 -- heavy

    if ibis.options.pyspark is None:
        ibis.options.pyspark = type(
            "Options",
            (ibis.config.Config,),
            {"__annotations__": {"treat_nan_as_null": bool}, "treat_nan_as_null": False},
        )()
    return str(ibis.to_sql(expression, dialect="pyspark"))


@contextmanager
def _told(place: str, manifest: Manifest | None) -> Iterator[None]:
    """Turn what Spark says of files and memory into what to do."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 -- as above
    from pyspark.errors import PySparkException  # noqa: PLC0415 -- as above

    try:
        yield
    except (Py4JError, PySparkException) as error:
        files = [one for table in TABLES for one in manifest.files(table)] if manifest else []
        raise missing_files(place, files) or CannotFit(
            N_(
                "Spark cannot work on the lake in %(place)s: %(error)s. See that its workers can "
                "read it, or choose another engine."
            ),
            place=place,
            error=_first_line(error),
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
