"""Tags (标签): a tag is known from its first use on; the admin colours, renames, removes them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, delete, func, select, update
from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.customers.domain.drafts import MAX_TAG
from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.text import clean_text
from guanxi.customers.models import Customer, Tag
from guanxi.db.inserting import Rows, insert_rows
from guanxi.errors import NotFound
from guanxi.events.vocabulary import CustomerChanged

COLOURS: Final = ("blue", "teal", "green", "yellow", "red", "grey")
_TAGS: Final[Table] = Tag.__table__  # type: ignore[assignment]
_CUSTOMERS: Final[Table] = Customer.__table__  # type: ignore[assignment]


def make_known(session: Session, tags: Iterable[str]) -> None:
    """Add tags that nobody used before to the list."""
    rows = [(tag,) for tag in sorted(set(tags))]
    insert_rows(session, Rows(_TAGS, ("name",), rows, skip_existing=True))


def all_tags(session: Session) -> Sequence[Tag]:
    """Return the list of tags by name."""
    return session.scalars(select(Tag).order_by(Tag.name)).all()


def set_colour(session: Session, name: str, colour: str) -> None:
    """Give a tag a colour, making it known if it is not.

    :raises InvalidCustomer: a colour that is not offered, or an empty name.
    """
    name = _checked_name(name)
    if colour not in COLOURS:
        raise InvalidCustomer("Choose one of the colours offered.", field="colour")
    make_known(session, [name])
    before = session.execute(select(_TAGS.c.colour).where(_TAGS.c.name == name)).scalar_one()
    if before != colour:
        session.execute(update(_TAGS).where(_TAGS.c.name == name).values(colour=colour))
        audit.record(
            session,
            "tag.changed",
            ("tag", name),
            before={"colour": before},
            after={"colour": colour},
        )


def rename_tag(session: Session, name: str, new_name: str, *, now: datetime) -> int:
    """Rename a tag on all customers, out of sight ones too; return how many had it.

    If ``new_name`` is a tag already, the two become one.

    :raises NotFound: there is no such tag.
    """
    new_name = _checked_name(new_name)
    colour = _colour_of(session, name)
    if new_name == name:
        return 0
    insert_rows(session, Rows(_TAGS, ("name", "colour"), [(new_name, colour)], skip_existing=True))
    tags = _CUSTOMERS.c.tags
    changed = _rewrite(session, func.array_remove(tags, name), now, _has(name), _has(new_name))
    changed += _rewrite(session, func.array_replace(tags, name, new_name), now, _has(name))
    session.execute(delete(_TAGS).where(_TAGS.c.name == name))
    audit.record(
        session, "tag.renamed", ("tag", name), before={"name": name}, after={"name": new_name}
    )
    return changed


def delete_tag(session: Session, name: str, *, now: datetime) -> int:
    """Take a tag from all customers and from the list; return how many had it.

    :raises NotFound: there is no such tag.
    """
    _colour_of(session, name)
    changed = _rewrite(session, func.array_remove(_CUSTOMERS.c.tags, name), now, _has(name))
    session.execute(delete(_TAGS).where(_TAGS.c.name == name))
    audit.record(session, "tag.deleted", ("tag", name), before={"name": name, "customers": changed})
    return changed


def _rewrite(
    session: Session, tags: ColumnElement[Any], now: datetime, *conditions: ColumnElement[bool]
) -> int:
    changed = session.scalars(
        update(_CUSTOMERS)
        .where(*conditions)
        .values(tags=tags, version=_CUSTOMERS.c.version + 1, updated_at=now)
        .returning(_CUSTOMERS.c.id)
    ).all()
    for customer_id in changed:
        events.append(session, CustomerChanged(customer_id=customer_id, fields=("tags",)))
    return len(changed)


def _has(tag: str) -> ColumnElement[bool]:
    return _CUSTOMERS.c.tags.contains([tag])


def _colour_of(session: Session, name: str) -> str:
    colour = session.scalar(select(Tag.colour).where(Tag.name == name).with_for_update())
    if colour is None:
        raise NotFound("There is no tag %(name)s.", name=name)
    return colour


def _checked_name(name: str) -> str:
    cleaned = clean_text(name, MAX_TAG)
    if not cleaned:
        raise InvalidCustomer("A tag needs a name.", field="name")
    return cleaned
