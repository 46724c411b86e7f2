"""What a scheme is set to: thresholds of tiers, the mapping of a mapped scheme; checked, typed.

The options of a scheme are JSON; here they are read and refused with a sentence.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from guanxi.sdk import Attribute, Invalid
from guanxi_segmentation.texts import N_

OWN: Final = frozenset(
    f"segmentation.{name}"
    for name in (
        "observed_value", "total_value", "net_value", "recent_value", "potential_value",
        "value_index", "product_value", "service_value", "emotional_value",
        "rfm_r", "rfm_f", "rfm_m",
    )
)  # fmt: skip
"""Attributes of our own that are there before classes are: the others would turn in a circle."""
_GREATEST: Final = Decimal(10**12)


@dataclass(frozen=True, slots=True)
class TierOptions:
    """How tiers are computed from present value (现有价值) and potential (潜力).

    :param present, potential: attributes, numbers or money.
    :param by: whether the thresholds are values, or shares of all customers in percent.
    :param hysteresis: percent below a threshold at which who was above it leaves.
    :param minimum_stay_days: nobody goes down sooner after entering a class.
    """

    present: str = "segmentation.net_value"
    potential: str = "segmentation.potential_value"
    by: Literal["share", "value"] = "share"
    present_at: Decimal = Decimal(20)
    potential_at: Decimal = Decimal(30)
    hysteresis: Decimal = Decimal(10)
    minimum_stay_days: int = 30


def tier_options(stored: Mapping[str, Any]) -> TierOptions:
    """Return the options as stored.

    :raises Invalid: something in it is not what it should be.
    """
    given = {**asdict(TierOptions()), **stored}
    unknown = sorted(given.keys() - {field.name for field in fields(TierOptions)})
    if unknown:
        raise Invalid(N_("Tiers have no option %(name)s."), name=unknown[0][:80])
    by = given["by"]
    if by not in ("share", "value"):
        raise _wrong("by", N_("Thresholds are shares or values."))
    most = Decimal(100) if by == "share" else _GREATEST
    return TierOptions(
        present=_key(given, "present"),
        potential=_key(given, "potential"),
        by=by,
        present_at=_number(given, "present_at", most),
        potential_at=_number(given, "potential_at", most),
        hysteresis=_number(given, "hysteresis", Decimal(100), least=Decimal(0)),
        minimum_stay_days=_days(given["minimum_stay_days"]),
    )


def plain(options: TierOptions) -> dict[str, Any]:
    """Return the options as they are stored."""
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in asdict(options).items()
    }


def check_attributes(options: TierOptions, offered: Mapping[str, Attribute]) -> None:
    """Check that somebody offers both attributes, as numbers, and that they are no classes.

    :raises Invalid: with the one that does not do.
    """
    for name in ("present", "potential"):
        key = getattr(options, name)
        if (key.startswith("segmentation.") and key not in OWN) or key not in offered:
            raise _wrong(name, N_("There is no attribute for this: %(value)s."), value=key)
        if offered[key].type not in ("number", "money"):
            raise _wrong(name, N_("Only numbers and money can be compared: %(value)s."), value=key)


def followed(given: Mapping[str, Any]) -> str:
    """Return the key of the scheme that a mapped one follows.

    :raises Invalid: the options name none, or have more in them than that and the mapping.
    """
    unknown = sorted(given.keys() - {"of", "map"})
    if unknown:
        raise Invalid(N_("A scheme after another has no option %(name)s."), name=unknown[0][:80])
    of = given.get("of")
    if not isinstance(of, str) or not of:
        raise _wrong("of", N_("Name the scheme that it follows by its key."))
    return of


def no_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a scheme by rules.

    :raises Invalid: it has none, but something is given.
    """
    if given:
        raise Invalid(N_("A scheme by rules has no option %(name)s."), name=min(given)[:80])
    return {}


def checked_mapping(given: Any, source: frozenset[str], own: frozenset[str]) -> dict[str, str]:
    """Return the mapping from each class of the source to one of our own.

    :raises Invalid: a class of the source is missing, or one of our own is not there.
    """
    if not isinstance(given, Mapping) or set(given) != source:
        raise _wrong(
            "map", N_("Say for each class of the other scheme which class it becomes: %(value)s."),
            value=", ".join(sorted(source)),
        )  # fmt: skip
    for target in given.values():
        if not isinstance(target, str) or target not in own:
            raise _wrong("map", N_("There is no class %(value)s here."), value=str(target)[:80])
    return dict(given)


def _key(given: Mapping[str, Any], name: str) -> str:
    value = given[name]
    if not isinstance(value, str) or len(value) > 100 or "." not in value:
        raise _wrong(name, N_("Name an attribute by its key."))
    return value


def _number(
    given: Mapping[str, Any], name: str, most: Decimal, least: Decimal | None = None
) -> Decimal:
    """Return a number above zero, or from ``least``, up to ``most``, with up to four decimals."""
    value = given[name]
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    fits = number.is_finite() and number <= most
    fits = fits and (number > 0 if least is None else number >= least)
    if not fits or number != round(number, 4):
        raise _wrong(name, N_("Write a number up to %(value)s."), value=f"{most:f}")
    return number


def _days(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 3660:
        raise _wrong("minimum_stay_days", N_("Write whole days, up to %(value)s."), value="3660")
    return value


def _wrong(name: str, message: str, **params: str) -> Invalid:
    return Invalid(message, fields={name: [message % params]}, **params)
