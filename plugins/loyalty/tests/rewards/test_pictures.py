"""Pictures: what a file is is told by its bytes."""

import struct
import zlib

import pytest
from plugins.loyalty.tests.rewards.counter import Counter
from plugins.loyalty.tests.vouchers.shop import NOW
from sqlalchemy import select

from guanxi.sdk import Invalid
from guanxi_loyalty.models import Picture
from guanxi_loyalty.rewards.pictures import MOST_BYTES, drop_unused, keep_picture, picture_id


def png(width: int = 2, height: int = 3) -> bytes:
    """Return a whole PNG picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = zlib.compress(b"".join(b"\0" + b"\xd0\x30\x30" * width for _ in range(min(height, 100))))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def jpeg(width: int, height: int) -> bytes:
    """Return the beginning of a JPEG picture."""
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    frame = b"\xff\xc0" + struct.pack(">HBHH", 17, 8, height, width) + bytes(10)
    return b"\xff\xd8" + app + frame + b"\xff\xd9"


def webp(kind: bytes, body: bytes) -> bytes:
    """Return the beginning of a WebP picture."""
    return b"RIFF" + bytes(4) + b"WEBP" + kind + struct.pack("<I", len(body)) + body


EXAMPLES = {
    "png": (png(2, 3), "png"),
    "jpeg": (jpeg(2, 3), "jpeg"),
    "webp, lossy": (webp(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 2, 3)), "webp"),
    "webp, lossless": (webp(b"VP8L", b"\x2f" + struct.pack("<I", 1 | 2 << 14)), "webp"),
    "webp, extended": (webp(b"VP8X", bytes(4) + b"\x01\0\0\x02\0\0"), "webp"),
}


@pytest.mark.parametrize(("content", "kind"), EXAMPLES.values(), ids=EXAMPLES)
def test_a_picture_is_kept_with_its_size(counter: Counter, content: bytes, kind: str) -> None:
    image = keep_picture(counter.session, content, now=NOW, by="test")

    found = counter.session.get_one(Picture, picture_id(image))
    assert (found.kind, found.width, found.height, found.content) == (kind, 2, 3, content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + bytes(40),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<script>alert(1)</script>",
        png()[:20],
        b"\xff\xd8\xff" + bytes(40),
        b"\xff\xd8\xff\xe0\xff\xff",
        webp(b"VP8X", b""),
        webp(b"VP8L", b"\x2f"),
        b"RIFF1234WAVEfmt " + bytes(30),
        png(6001, 1),
        png(0, 1),
        jpeg(1, 6001),
        png() + bytes(MOST_BYTES),
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_no_picture_or_too_large_is_refused(counter: Counter, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        keep_picture(counter.session, content, now=NOW, by="test")

    assert list(refused.value.fields) == ["picture"]
    assert counter.session.scalars(select(Picture)).all() == []


def test_a_picture_goes_when_the_last_reward_shows_another(counter: Counter) -> None:
    image = keep_picture(counter.session, png(), now=NOW, by="test")
    one, other = counter.reward(image=image), counter.reward(image=image)

    one.image = None
    counter.session.flush()
    drop_unused(counter.session, image)
    assert len(counter.session.scalars(select(Picture)).all()) == 1
    other.image = None
    counter.session.flush()
    drop_unused(counter.session, image)

    assert counter.session.scalars(select(Picture)).all() == []


@pytest.mark.parametrize("image", [None, "https://shop.example/mug.png", "picture:x", "picture:"])
def test_an_address_is_no_picture_of_ours(image: str | None) -> None:
    assert picture_id(image) is None
