"""Pictures of rewards, for everybody: the catalogue is no secret, and the ids cannot be guessed."""

from uuid import UUID

from flask import Response

from guanxi.sdk import NotFound, current
from guanxi_loyalty.models import Picture
from guanxi_loyalty.pages.blueprint import pages
from guanxi_loyalty.rewards.pictures import MEDIA_TYPES
from guanxi_loyalty.texts import N_


@pages.get("/pictures/<uuid:found_id>", public=True)
def picture(found_id: UUID) -> Response:
    """One picture; it never changes under its address."""
    found = current.session().get(Picture, found_id)
    if found is None:
        raise NotFound(N_("There is no such picture."))
    response = Response(found.content, mimetype=MEDIA_TYPES[found.kind])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
