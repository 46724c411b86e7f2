"""Exports by API: a list as CSV in one answer."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final

from flask import Response, request

from guanxi.customers.schemas.conditions import CONDITIONS, ConditionsSchema, refuse_unknown
from guanxi.exports.files import csv_stream
from guanxi.exports.lists import list_of
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.routes import Api

CSV: Final = "text/csv; charset=utf-8"
api = Api("exports", __name__, description="Lists as files")


class ExportQuerySchema(ConditionsSchema):
    """Which customers are wanted, in which order; other lists are exported whole."""


@api.get("/<what>.csv", permission="exports.run")
@api.doc(**{"x-parameters": [CONDITIONS]})
@api.arguments(ExportQuerySchema(), location="query")
@api.response(200, {"type": "string"}, content_type="text/csv")
def csv_file(query: dict[str, Any], what: str) -> Response:
    """A list as CSV; ``columns``, ``sort`` and conditions as in the list of customers."""
    person, platform = current.principal(), current.platform()
    one = list_of(what)
    person.require(one.permission)
    refuse_unknown(query, ExportQuerySchema)
    arguments = list(request.args.items(multi=True))
    language = current_language()

    with ExitStack() as stack:
        session = stack.enter_context(platform.database.snapshot(person))
        header, rows = one.open(session, platform.catalogue, person, arguments, language)
        stack.callback(rows.close)
        headers = {"Content-Disposition": f'attachment; filename="{one.key}.csv"'}
        kept = stack.pop_all()
    answer = Response(_sent(csv_stream(header, rows), kept), content_type=CSV, headers=headers)
    answer.call_on_close(kept.close)
    return answer


def _sent(pieces: Iterator[bytes], kept: ExitStack) -> Iterator[bytes]:
    """Yield the pieces and give the connection back, also when nobody reads to the end."""
    with kept:
        yield from pieces
