"""Read single conditions; those on touchpoints have a file of their own."""

from collections.abc import Callable, Mapping
from typing import Any

from guanxi_segmentation.rules.faults import InvalidRule, shown
from guanxi_segmentation.rules.operators import ALL, OPERATORS, Wants
from guanxi_segmentation.rules.shapes import (
    given_value,
    list_at,
    misplaced,
    object_at,
    only,
    word_at,
)
from guanxi_segmentation.rules.touchpoint_reading import read_touchpoints
from guanxi_segmentation.rules.tree import AttributeIs, Bucket, ConsentIs, InSegment, Leaf, Value
from guanxi_segmentation.rules.values import boolean_at, number_at, text_at

_WANTS: Mapping[str, frozenset[Wants]] = {
    op: frozenset(ops[op] for ops in OPERATORS.values() if op in ops) for op in ALL
}


def read_attribute(found: Mapping[str, Any], place: str) -> AttributeIs:
    """Return a condition on an attribute; whether its type has the operator is seen later."""
    only(found, place, "attribute", "is", "value", "missing", needed=("attribute", "is"))
    key = text_at(found["attribute"], f"{place}.attribute")
    op = word_at(found["is"], f"{place}.is", sorted(ALL))
    wants = next(iter(_WANTS[op]))
    value = value_at(found, place, wants)
    missing = boolean_at(found["missing"], f"{place}.missing") if "missing" in found else None
    if wants == "nothing" and missing is not None:
        raise misplaced(place, "missing")
    return AttributeIs(key, op, value, missing)


def value_at(found: Mapping[str, Any], place: str, wants: Wants) -> Value:
    """Return the value of a comparison, in its outer shape."""
    value, at = given_value(found, place, wanted=wants != "nothing"), f"{place}.value"
    if wants == "nothing":
        return None
    if wants in ("list", "pair"):
        given = list_at(value, at, length=2 if wants == "pair" else None)
        return tuple(scalar_at(one, f"{at}[{i}]") for i, one in enumerate(given))
    return scalar_at(value, at)


def scalar_at(value: Any, place: str) -> str | int | float | bool:
    """Return a single value that JSON can hold again.

    :raises InvalidRule: it is none.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text_at(value, place)
    if isinstance(value, (int, float)):
        number_at(value, place)
        return value
    raise InvalidRule(
        "%(place)s: a single value is needed here, not %(value)s.",
        place=place,
        value=shown(value),
    )


def read_segment(found: Mapping[str, Any], place: str) -> InSegment:
    """Return a condition on membership of another segment."""
    only(found, place, "segment", "is", needed=("segment", "is"))
    word = word_at(found["is"], f"{place}.is", ("member", "not_member"))
    return InSegment(text_at(found["segment"], f"{place}.segment"), word == "member")


def read_bucket(found: Mapping[str, Any], place: str) -> Bucket:
    """Return a random part of the customers."""
    only(found, place, "bucket", needed=("bucket",))
    at = f"{place}.bucket"
    bucket = object_at(found["bucket"], at)
    only(bucket, at, "salt", "from", "to", needed=("salt", "from", "to"))
    low, high = _percent(bucket["from"], f"{at}.from"), _percent(bucket["to"], f"{at}.to")
    if low >= high:
        raise InvalidRule("%(place)s: from has to be less than to.", place=at)
    return Bucket(text_at(bucket["salt"], f"{at}.salt"), low, high)


def _percent(value: Any, place: str) -> int | float:
    number = None if isinstance(value, str) else number_at(value, place)
    if number is None or not 0 <= number <= 100 or number * 100 != int(number * 100):
        raise InvalidRule(
            "%(place)s: percent from 0 to 100 with at most two decimals are needed here, "
            "not %(value)s.",
            place=place,
            value=shown(value),
        )
    found: int | float = value
    return found


def read_consent(found: Mapping[str, Any], place: str) -> ConsentIs:
    """Return a condition on what the customer agreed to."""
    only(found, place, "consent", needed=("consent",))
    at = f"{place}.consent"
    consent = object_at(found["consent"], at)
    only(consent, at, "channel", "purpose", "is", needed=("channel", "purpose", "is"))
    word_at(consent["is"], f"{at}.is", ("given", "refused", "unasked"))
    return ConsentIs(
        text_at(consent["channel"], f"{at}.channel"),
        text_at(consent["purpose"], f"{at}.purpose"),
        consent["is"],
    )


LEAVES: Mapping[str, Callable[[Mapping[str, Any], str], Leaf]] = {
    "attribute": read_attribute,
    "touchpoints": read_touchpoints,
    "segment": read_segment,
    "bucket": read_bucket,
    "consent": read_consent,
}
"""By the key that tells what a condition is about."""
