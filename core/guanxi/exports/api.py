"""Exports by API: a list as CSV in one answer."""

from typing import Any

from flask import Response, request

from guanxi.customers.schemas.conditions import CONDITIONS, ConditionsSchema, refuse_unknown
from guanxi.exports.files import csv_stream
from guanxi.exports.lists import list_of
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.routes import Api

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

    with platform.database.snapshot(person) as session:
        header, rows = one.open(session, platform.catalogue, person, arguments, language)
        body = b"".join(csv_stream(header, rows))
    headers = {"Content-Disposition": f'attachment; filename="{one.key}.csv"'}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)
