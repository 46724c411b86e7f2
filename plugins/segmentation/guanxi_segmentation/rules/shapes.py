"""The outer shape of JSON in a rule: objects with known keys, words of a fixed set, lists."""

from collections.abc import Collection, Mapping
from typing import Any

from guanxi_segmentation.rules.faults import InvalidRule, shown
from guanxi_segmentation.rules.values import MAX_LIST, text_at


def object_at(given: Any, place: str) -> Mapping[str, Any]:
    """Return a JSON object.

    :raises InvalidRule: it is none.
    """
    if not isinstance(given, dict):
        raise InvalidRule(
            "%(place)s: an object is needed here, not %(value)s.", place=place, value=shown(given)
        )
    return given


def only(found: Mapping[str, Any], place: str, *known: str, needed: Collection[str] = ()) -> None:
    """Check an object's keys.

    :raises InvalidRule: one is unknown, or one that is needed is not there.
    """
    for key in found:
        if key not in known:
            raise InvalidRule(
                "%(place)s: %(value)s is unknown here. Known are %(known)s.",
                place=place,
                value=shown(key),
                known=", ".join(known),
            )
    for key in needed:
        if key not in found:
            raise InvalidRule("%(place)s: %(key)s is missing.", place=place, key=key)


def misplaced(place: str, key: str) -> InvalidRule:
    """Return the refusal of a key that says nothing in this condition."""
    return InvalidRule("%(place)s: %(key)s has no place here.", place=f"{place}.{key}", key=key)


def given_value(found: Mapping[str, Any], place: str, *, wanted: bool) -> Any:
    """Return the ``value`` of a comparison; None where it takes none.

    :raises InvalidRule: it is missing, or has no place there.
    """
    if not wanted:
        if "value" in found:
            raise misplaced(place, "value")
        return None
    if "value" not in found:
        raise InvalidRule("%(place)s: %(key)s is missing.", place=place, key="value")
    return found["value"]


def word_at(given: Any, place: str, known: Collection[str]) -> str:
    """Return one of the words that are known there.

    :raises InvalidRule: it is another.
    """
    if not isinstance(given, str) or given not in known:
        raise InvalidRule(
            "%(place)s: %(value)s is not offered. Choose one of %(known)s.",
            place=place,
            value=shown(given),
            known=", ".join(known),
        )
    return given


def list_at(given: Any, place: str, *, length: int | None = None) -> list[Any]:
    """Return a list of values that is not empty and not too long.

    :raises InvalidRule: it is none.
    """
    if not isinstance(given, list) or not given:
        raise InvalidRule("%(place)s: a list of values is needed here.", place=place)
    if len(given) > MAX_LIST:
        raise InvalidRule(
            "%(place)s: a list may have at most %(most)s values.", place=place, most=MAX_LIST
        )
    if length is not None and len(given) != length:
        raise InvalidRule(
            "%(place)s: exactly %(length)s values are needed here.", place=place, length=length
        )
    return given


def texts_at(given: Any, place: str) -> tuple[str, ...]:
    """Return different texts in the order given.

    :raises InvalidRule: it is no list of texts.
    """
    texts = (text_at(one, f"{place}[{i}]") for i, one in enumerate(list_at(given, place)))
    return tuple(dict.fromkeys(texts))
