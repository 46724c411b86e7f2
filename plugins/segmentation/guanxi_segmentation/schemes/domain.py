"""What people do with schemes: make, change, archive, restore, make primary.

Nobody is sorted here: the job ``rebuild``, which each change asks for, works everybody out.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, attributes_of, new_id, record, write_context
from guanxi_segmentation.membership.drafts import checked_titles
from guanxi_segmentation.membership.locking import edit_definitions
from guanxi_segmentation.models import Scheme, SchemeClass
from guanxi_segmentation.schemes.class_rules import checked_class_rule
from guanxi_segmentation.schemes.drafts import (
    ClassDraft,
    SchemeDraft,
    checked_classes,
    checked_key,
)
from guanxi_segmentation.schemes.editing import add, locked, settle, touch
from guanxi_segmentation.schemes.finding import get_scheme, list_schemes
from guanxi_segmentation.schemes.options import (
    check_attributes,
    checked_mapping,
    followed,
    no_options,
    plain,
    tier_options,
)
from guanxi_segmentation.schemes.sorting import classes_of
from guanxi_segmentation.schemes.telling import told
from guanxi_segmentation.schemes.treatments import set_treatment
from guanxi_segmentation.texts import N_

__all__ = [
    "CHANGEABLE",
    "archive_scheme",
    "change_scheme",
    "checked_options",
    "create_scheme",
    "get_scheme",
    "list_schemes",
    "make_primary",
    "restore_scheme",
]

CHANGEABLE: Final = frozenset({"title_en", "title_zh", "options", "classes"})


def create_scheme(session: Session, draft: SchemeDraft, *, now: datetime) -> Scheme:
    """Make a scheme with its classes and their treatments; the first scheme becomes primary.

    :raises Invalid: something of it does not do; the fields say what.
    :raises Conflict: the key is taken.
    """
    edit_definitions(session)
    if draft.kind not in ("tiers", "rules", "mapped"):
        raise Invalid(N_("A scheme is computed, by rules, or mapped."), fields={"kind": [""]})
    title_en, title_zh = checked_titles(draft.title_en, draft.title_zh)
    classes = checked_classes(draft.kind, draft.classes)
    keys = [one.key for one in classes]
    scheme = Scheme(
        id=new_id(),
        key=checked_key(draft.key),
        kind=draft.kind,
        title_en=title_en,
        title_zh=title_zh,
        is_primary=not list_schemes(session),
        state="active",
        options=checked_options(session, draft.kind, draft.options, keys),
        created_at=now,
        changed_at=now,
        changed_by=write_context(session).actor.name,
        version=1,
    )
    add(session, scheme)
    _put_classes(session, scheme, classes, now=now)
    record(
        session, "segmentation.scheme_created", ("scheme", scheme.key), after=told(session, scheme)
    )
    settle(session, scheme, now=now)
    return scheme


def change_scheme(
    session: Session,
    key: str,
    changes: Mapping[str, Any],
    *,
    expected_version: int | None = None,
    now: datetime,
) -> Scheme:
    """Set ``title_en``, ``title_zh``, ``options`` or ``classes`` (all of them, as drafts).

    Options that are not named stay, and so does a treatment. A class that is left out is
    archived: whoever was in it is sorted anew, its history stays.

    :raises PreconditionFailed: somebody changed it since ``expected_version`` was read.
    """
    edit_definitions(session)
    scheme = locked(session, key, expected_version)
    unknown = sorted(changes.keys() - CHANGEABLE)
    if unknown:
        raise Invalid(N_("%(name)s of a scheme cannot be changed."), name=unknown[0][:80])
    before = told(session, scheme)
    if "title_en" in changes or "title_zh" in changes:
        scheme.title_en, scheme.title_zh = checked_titles(
            changes.get("title_en", scheme.title_en), changes.get("title_zh", scheme.title_zh)
        )
    classes = changes.get("classes")
    if classes is not None:
        _put_classes(session, scheme, checked_classes(scheme.kind, classes), now=now)
        _require_followers(session, scheme)
    if "options" in changes or classes is not None:
        options = {**scheme.options, **changes.get("options", {})}
        keys = [one.key for one in classes_of(session, scheme)]
        scheme.options = checked_options(session, scheme.kind, options, keys)
    touch(session, scheme, "segmentation.scheme_changed", before=before, now=now)
    settle(session, scheme, now=now)
    return scheme


def archive_scheme(
    session: Session, key: str, *, expected_version: int | None = None, now: datetime
) -> Scheme:
    """Put a scheme away: nobody is sorted by it any more, its history stays.

    :raises Conflict: it is the primary one, or another scheme follows it.
    :raises PreconditionFailed: as :func:`change_scheme`.
    """
    edit_definitions(session)
    scheme = locked(session, key, expected_version)
    if scheme.is_primary:
        raise Conflict(N_("Make another scheme the primary one first."))
    followers = [one.key for one in _followers(session, scheme)]
    if followers:
        raise Conflict(N_("%(keys)s follows this scheme. Archive it first."), keys=followers[0])
    before = told(session, scheme)
    scheme.state = "archived"
    touch(session, scheme, "segmentation.scheme_archived", before=before, now=now)
    settle(session, scheme, now=now)
    return scheme


def restore_scheme(
    session: Session, key: str, *, expected_version: int | None = None, now: datetime
) -> Scheme:
    """Take a scheme out of the archive.

    :raises Invalid: a rule of its classes asks for what is not there any more, or its mapping
        does not fit the classes of the scheme that it follows any more.
    :raises Conflict: the scheme that it follows is in the archive.
    :raises PreconditionFailed: as :func:`change_scheme`.
    """
    edit_definitions(session)
    scheme = locked(session, key, expected_version)
    classes = classes_of(session, scheme)
    if scheme.kind == "mapped":
        _require_source(session, scheme)
        checked_options(session, scheme.kind, scheme.options, [one.key for one in classes])
    for one in classes:
        if one.rule is not None:
            draft = ClassDraft(one.key, one.title_en, one.title_zh, one.rule)
            checked_class_rule(session, scheme, draft)
    before = told(session, scheme)
    scheme.state = "active"
    touch(session, scheme, "segmentation.scheme_restored", before=before, now=now)
    settle(session, scheme, now=now)
    return scheme


def make_primary(
    session: Session, key: str, *, expected_version: int | None = None, now: datetime
) -> Scheme:
    """Let the classes of this scheme decide how customers are treated.

    :raises Conflict: it is archived.
    :raises PreconditionFailed: as :func:`change_scheme`.
    """
    edit_definitions(session)
    scheme = locked(session, key, expected_version)
    if scheme.state != "active":
        raise Conflict(N_("This scheme is in the archive. Restore it first."))
    if not scheme.is_primary:
        before = told(session, scheme)
        other = update(Scheme).where(Scheme.is_primary)
        session.execute(other.values(is_primary=False, version=Scheme.version + 1))
        scheme.is_primary = True
        touch(session, scheme, "segmentation.scheme_made_primary", before=before, now=now)
        settle(session, scheme, now=now)
    return scheme


def checked_options(
    session: Session, kind: str, given: Mapping[str, Any], keys: Sequence[str]
) -> dict[str, Any]:
    """Return the options as they are stored.

    :param keys: of the scheme's own classes.
    :raises Invalid: something of them does not do.
    """
    if kind == "tiers":
        options = tier_options(given)
        check_attributes(options, attributes_of(session))
        return plain(options)
    if kind == "rules":
        return no_options(given)
    source = get_scheme(session, followed(given))
    if source.kind == "mapped" or source.state != "active":
        raise Invalid(
            N_("A scheme follows one that is active and computed or by rules."),
            fields={"of": [source.key]},
        )
    theirs = frozenset(one.key for one in classes_of(session, source))
    return {"of": source.key, "map": checked_mapping(given.get("map"), theirs, frozenset(keys))}


def _put_classes(
    session: Session, scheme: Scheme, drafts: Sequence[ClassDraft], *, now: datetime
) -> None:
    known = {
        one.key: one
        for one in session.scalars(select(SchemeClass).where(SchemeClass.scheme_id == scheme.id))
    }
    for place, draft in enumerate(drafts):
        rule = None if draft.rule is None else checked_class_rule(session, scheme, draft)
        found = known.pop(draft.key, None)
        if found is None:
            found = SchemeClass(id=new_id(), scheme_id=scheme.id, key=draft.key, archived=False)
            session.add(found)
        found.title_en, found.title_zh = draft.title_en, draft.title_zh
        found.position, found.rule, found.archived = place, rule, False
        session.flush()
        if draft.treatment:
            set_treatment(session, scheme, found, draft.treatment, now=now)
    for left_out in known.values():
        left_out.archived = True
    session.flush()


def _require_followers(session: Session, scheme: Scheme) -> None:
    """Refuse to take away or add a class of which a scheme that follows knows nothing."""
    keys = {one.key for one in classes_of(session, scheme)}
    for one in _followers(session, scheme):
        if set(one.options["map"]) != keys:
            raise Conflict(
                N_("%(key)s follows this scheme class by class. Change its mapping with it."),
                key=one.key,
            )


def _require_source(session: Session, scheme: Scheme) -> None:
    source = get_scheme(session, scheme.options["of"])
    if source.state != "active":
        raise Conflict(
            N_("%(key)s, which this scheme follows, is in the archive. Restore it first."),
            key=source.key,
        )


def _followers(session: Session, scheme: Scheme) -> list[Scheme]:
    mapped = session.scalars(
        select(Scheme).where(Scheme.kind == "mapped", Scheme.state == "active")
    )
    return [one for one in mapped if one.options["of"] == scheme.key]
