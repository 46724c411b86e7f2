"""Where the pictures of rewards are to be seen."""

from flask import url_for

from guanxi_loyalty.rewards.pictures import picture_id


def picture_url(image: str | None) -> str | None:
    """Return the address of a picture that is kept here; None for one elsewhere, or none.

    Pages show no pictures of other sites: those would learn who looks at what.
    """
    found = picture_id(image)
    return None if found is None else url_for("loyalty.picture", found_id=found)


def address_of(image: str | None) -> str | None:
    """Return the whole address of a reward's picture, wherever it is, for shops and tills."""
    found = picture_id(image)
    if found is None:
        return image
    return url_for("loyalty.picture", found_id=found, _external=True)
