"""What people do with segments: make, change, archive, restore, delete, copy.

A segment whose rule is new is *being built* (``Segment.building``) until the job ``build`` has
looked at all customers; until then it keeps the members that it had.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.models import RuleVersion, Segment


def listed(session: Session, *, archived: bool = False) -> Sequence[Segment]:
    """Return the segments that people made, by title; hidden ones are not among them."""
    raise NotImplementedError


def get(session: Session, key: str) -> Segment:
    """Return a segment that people made by its key.

    :raises NotFound: there is none.
    """
    raise NotImplementedError


def create(session: Session, draft: SegmentDraft, *, now: datetime) -> Segment:
    """Make a segment and queue its first build.

    :raises Invalid: key, title or rule do not do, with the place in the rule.
    :raises Conflict: the key is taken, or the rule leads back to itself.
    """
    raise NotImplementedError


def change(
    session: Session,
    key: str,
    changes: Mapping[str, Any],
    *,
    expected_version: int | None = None,
    announce_build: bool = False,
    now: datetime,
) -> Segment:
    """Set ``title_en``, ``title_zh``, ``description``, ``announce`` or ``rule`` of a segment.

    Nothing is written, and the version stays, where nothing differs. A new rule is a new version
    of it; the segment is built anew.

    :param expected_version: the version that the person saw.
    :param announce_build: announce who enters and leaves by the new rule.
    :raises PreconditionFailed: somebody changed it since.
    """
    raise NotImplementedError


def archive(
    session: Session, key: str, *, expected_version: int | None = None, now: datetime
) -> Segment:
    """Put a segment away; its members leave it, its history stays.

    :raises Conflict: other rules use it; the sentence says which.
    """
    raise NotImplementedError


def restore(
    session: Session, key: str, *, expected_version: int | None = None, now: datetime
) -> Segment:
    """Take a segment out of the archive and build it."""
    raise NotImplementedError


def delete(session: Session, key: str, *, now: datetime) -> None:
    """Remove a segment with its history.

    :raises Conflict: other rules use it (the sentence says which), or it has too many members to
        let them leave at once; archive it first.
    """
    raise NotImplementedError


def clone(session: Session, key: str, draft: SegmentDraft, *, now: datetime) -> Segment:
    """Make a segment with the rule of another, and its pins where it is a list by hand.

    ``draft.rule`` does not matter; an empty title becomes that of the original.
    """
    raise NotImplementedError


def rule_versions(session: Session, key: str) -> Sequence[RuleVersion]:
    """Return the rules that a segment had, the latest first."""
    raise NotImplementedError


def ask_build(session: Session) -> None:
    """Queue the job that builds what is new."""
    raise NotImplementedError
