"""Pictures of rewards (奖励图片): what a file is is told by its bytes, never by its name.

PNG: ISO/IEC 15948, IHDR. JPEG: ITU-T T.81, the frame header. WebP: RFC 9649.
"""

import struct
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, new_id
from guanxi_loyalty.models import CatalogueReward, Picture
from guanxi_loyalty.texts import N_

MOST_BYTES: Final = 1 << 20
MOST_SIDE: Final = 6000
PREFIX: Final = "picture:"
MEDIA_TYPES: Final = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of JPEG that say how large the picture is."""
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers of JPEG that stand alone."""


def keep_picture(session: Session, content: bytes, *, now: datetime, by: str) -> str:
    """Keep a picture; return what a reward's ``image`` says of it.

    :raises Invalid: it is none of PNG, JPEG and WebP, too large, or broken at its beginning.
    """
    if len(content) > MOST_BYTES:
        raise Invalid(
            N_("The picture is larger than %(most)s KB."),
            most=MOST_BYTES >> 10,
            fields={"picture": []},
        )
    found = _measure(content)
    if found is None:
        raise Invalid(N_("This is no PNG, JPEG or WebP picture."), fields={"picture": []})
    kind, width, height = found
    if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE):
        raise Invalid(
            N_("A picture is at most %(most)s pixels wide and high."),
            most=MOST_SIDE,
            fields={"picture": []},
        )
    picture = Picture(
        id=new_id(), kind=kind, width=width, height=height, content=content,
        added_at=now, added_by=by,
    )  # fmt: skip
    session.add(picture)
    session.flush()
    return f"{PREFIX}{picture.id}"


def picture_id(image: str | None) -> UUID | None:
    """Return the id in a reward's ``image``; None where it is an address, or nothing."""
    if image is None or not image.startswith(PREFIX):
        return None
    try:
        return UUID(image.removeprefix(PREFIX))
    except ValueError:
        return None


def drop_unused(session: Session, image: str | None) -> None:
    """Delete a picture that no reward shows any more."""
    found = picture_id(image)
    if found is not None:
        shown = exists(select(CatalogueReward.id).where(CatalogueReward.image == image))
        session.execute(delete(Picture).where(Picture.id == found, ~shown))


def _measure(content: bytes) -> tuple[str, int, int] | None:
    for kind, measure in (("png", _png), ("jpeg", _jpeg), ("webp", _webp)):
        try:
            size = measure(content)
        except (struct.error, IndexError):
            size = None
        if size is not None:
            return kind, *size
    return None


def _png(content: bytes) -> tuple[int, int] | None:
    if content[:8] != _PNG or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    if content[:3] != b"\xff\xd8\xff":
        return None
    place = 2
    while content[place] == 0xFF:
        marker = content[place + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        if marker == 0xFF:
            place += 1
        elif marker in _BARE:
            place += 2
        else:
            place += 2 + struct.unpack(">H", content[place + 2 : place + 4])[0]
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    kind, body = content[12:16], content[20:]
    if kind == b"VP8X" and len(body) >= 10:
        wide, high = int.from_bytes(body[4:7], "little"), int.from_bytes(body[7:10], "little")
        return wide + 1, high + 1
    if kind == b"VP8L" and body[0] == 0x2F:
        bits = struct.unpack("<I", body[1:5])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None
