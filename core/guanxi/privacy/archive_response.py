"""The archive of an export as an answer; never cached, always saved rather than shown."""

from flask import Response, send_from_directory

from guanxi.errors import NotFound
from guanxi.http import current
from guanxi.privacy.files import privacy_folder
from guanxi.privacy.models import PrivacyRequest


def send_archive(request: PrivacyRequest) -> Response:
    """Send the archive of a request.

    :raises NotFound: there is none, not yet or no more.
    """
    folder = privacy_folder(current.platform())
    name = request.file_name
    if name is None or not (folder / name).is_file():
        raise NotFound("There is no file for this request: it is not done yet, or too old.")
    response = send_from_directory(
        folder, name, as_attachment=True, download_name=f"personal-data-{request.customer_id}.zip"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
