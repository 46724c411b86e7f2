"""Files that somebody answered with (上传文件): what one is is told by its bytes, not its name."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, new_id
from guanxi_surveys.models import Answer, Upload
from guanxi_surveys.texts import N_

MOST_BYTES: Final = 5 << 20
"""Of one file, where its question names no smaller size."""
MOST_FILES: Final = 10
"""Of one answer."""
_BEGINS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
_NAME: Final = re.compile(r"[^\w.\- ()\u3000-\u9fff]+")


def keep(
    session: Session,
    answer: Answer,
    question: str,
    name: str,
    content: bytes,
    *,
    at: datetime,
    most_bytes: int = 0,
    accepted: str = "",
    anonymous: bool = False,
) -> dict[str, Any]:
    """Keep a file; return what stands among the answers, in SurveyJS's form.

    :param at: of an anonymous survey the day's start.
    :param accepted: as the attribute ``accept`` of HTML names kinds; empty: all that are known.
    :raises Invalid: it is empty, too large, of a kind that is not taken, or one too many.
    """
    most = min(most_bytes or MOST_BYTES, MOST_BYTES)
    if not content or len(content) > most:
        _refuse(question, N_("Choose a file of at most %(most)s kB."), most=most >> 10)
    kind, shown = kind_of(content), _safe(name)
    if kind is None or not _is_accepted(kind, shown, accepted):
        _refuse(
            question,
            N_("This kind of file is not taken: use a picture, a PDF, text, or an Office file."),
        )
    held = session.scalar(select(func.count()).where(Upload.answer_id == answer.id)) or 0
    if held >= MOST_FILES:
        _refuse(question, N_("At most %(most)s files can be sent."), most=MOST_FILES)
    made = Upload(
        id=uuid4() if anonymous else new_id(), answer_id=answer.id, question=question, name=shown,
        kind=kind, size=len(content), content=content, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return {"name": shown, "type": kind, "content": f"upload:{made.id}"}


def only_own(session: Session, answer: Answer, values: Sequence[Any]) -> list[Any]:
    """Return those of a file question's values that were uploaded with this answer."""
    ids = {
        f"upload:{one}"
        for one in session.scalars(select(Upload.id).where(Upload.answer_id == answer.id))
    }
    return [one for one in values if isinstance(one, dict) and one.get("content") in ids]


def find(session: Session, upload_id: UUID) -> Upload | None:
    """Return a file."""
    return session.get(Upload, upload_id)


def kind_of(content: bytes) -> str | None:
    """Return the media type that the bytes tell; None for what is not taken."""
    for begins, kind in _BEGINS:
        if content.startswith(begins):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text or text.lstrip()[:1] == "<" else "text/plain"


def _is_accepted(kind: str, name: str, accepted: str) -> bool:
    wanted = [one.strip().lower() for one in accepted.split(",") if one.strip()]
    return not wanted or any(
        one == kind
        or (one.endswith("/*") and kind.startswith(one[:-1]))
        or (one.startswith(".") and name.lower().endswith(one))
        for one in wanted
    )


def _safe(name: str) -> str:
    plain = re.split(r"[/\\]", name)[-1]
    return _NAME.sub("_", plain).strip(". ")[-120:] or "file"


def _refuse(question: str, message: str, **values: object) -> None:
    raise Invalid(message, fields={question: []}, **values)
