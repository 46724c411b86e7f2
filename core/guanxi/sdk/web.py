"""What a plugin's pages and API need of the request: ``from guanxi.sdk import web``.

``answer``, ``expected_version`` and ``form_version`` are for versions of things (``ETag``,
``If-Match``, the field ``version`` of a form), the
cursors for long lists, ``language`` and ``zone`` for what the reader sees. ``neutralise`` keeps a
text in a file from acting as a formula; ``table_file`` makes a whole file, CSV or XLSX.
"""

from guanxi.clock import storable, utc_now
from guanxi.customers.api.blueprint import answer
from guanxi.customers.pages.blueprint import sentence
from guanxi.customers.schemas.fields import CleanText, Cursor, Day, Flag, Limit, Object
from guanxi.exports.files.download import table_file
from guanxi.exports.files.formulas import neutralise
from guanxi.http.etag import expected_version, form_version
from guanxi.http.language import current_language as language
from guanxi.http.language import zone
from guanxi.http.paging import DEFAULT_LIMIT, MAX_LIMIT, decode_cursor, encode_cursor
from guanxi.http.redirects import safe_path
from guanxi.http.transaction import drop_transaction
from guanxi.touchpoints.schemas.fields import Number

__all__ = [
    "DEFAULT_LIMIT",
    "MAX_LIMIT",
    "CleanText",
    "Cursor",
    "Day",
    "Flag",
    "Limit",
    "Number",
    "Object",
    "answer",
    "decode_cursor",
    "drop_transaction",
    "encode_cursor",
    "expected_version",
    "form_version",
    "language",
    "neutralise",
    "safe_path",
    "sentence",
    "storable",
    "table_file",
    "utc_now",
    "zone",
]
