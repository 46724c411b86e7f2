"""Exports by API: a list as CSV in one answer."""

from flask import Response, request

from guanxi.exports.files import csv_stream
from guanxi.exports.lists import list_of
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.routes import Api

api = Api("exports", __name__, description="Lists as files")


@api.get("/<what>.csv", permission="exports.run")
@api.response(200, content_type="text/csv")
def csv_file(what: str) -> Response:
    """A list as CSV; ``columns``, ``sort`` and conditions as in the list of customers."""
    person, platform = current.principal(), current.platform()
    one = list_of(what)
    person.require(one.permission)
    arguments = list(request.args.items(multi=True))
    language = current_language()

    with platform.database.snapshot(person) as session:
        header, rows = one.open(session, platform.catalogue, person, arguments, language)
        body = b"".join(csv_stream(header, rows))
    headers = {"Content-Disposition": f'attachment; filename="{one.key}.csv"'}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)
