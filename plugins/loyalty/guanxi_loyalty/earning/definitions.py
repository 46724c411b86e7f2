"""What an earning rule says (规则定义): conditions, reward, limits; read from JSON and checked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, get_args

from guanxi.sdk import Invalid
from guanxi_loyalty.texts import N_

RewardWay = Literal["per_amount", "per_item", "per_line", "fixed", "multiplier"]
Period = Literal["day", "week", "month", "year", "ever"]
Stacking = Literal["stack", "exclusive"]
Op = Literal["is", "is_not", "at_least", "at_most", "has", "has_not", "filled", "empty"]
MOST: Final = Decimal(10**9)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an attribute of the catalogue has to be; ``has`` asks one of several choices."""

    key: str
    op: Op
    value: Any = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a rule applies (条件); what is empty asks for nothing.

    :param products: codes of which one line must have one; ``85*`` is a category of all codes
        that begin so. Rewards by amount, item or line count these lines only.
    :param minimum: the least amount of the purchase, in the programme's currency.
    :param nth: only this purchase of the member, 1 for the first (首购).
    :param every: only each so-manieth purchase.
    :param since, until: days in the programme's zone, both included.
    :param weekdays: 1 for Monday to 7 for Sunday.
    :param hours: from the first full hour until before the second; over midnight if it is less.
    """

    channels: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    minimum: Decimal | None = None
    nth: int | None = None
    every: int | None = None
    since: date | None = None
    until: date | None = None
    weekdays: tuple[int, ...] = ()
    hours: tuple[int, int] | None = None
    attributes: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Reward:
    """What a rule gives (奖励).

    ``per_amount``: ``units`` for each ``per`` of the currency, in part too unless ``whole``.
    ``per_item``: for each piece, ``per_line``: for each line, ``fixed``: once. ``multiplier``:
    ``units`` times what the other rules give, so 2 doubles it.
    """

    way: RewardWay = "per_amount"
    units: Decimal = Decimal(1)
    per: Decimal = Decimal(1)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """How often, and how much, one member gets by a rule in a period (限额)."""

    period: Period
    times: int | None = None
    units: int | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """All that a rule says.

    :param stacking: ``exclusive``: with no other rule of the same unit on the same occasion.
    :param stop: once it has fired, later rules of the same unit are not looked at.
    """

    conditions: Conditions = field(default_factory=Conditions)
    reward: Reward = field(default_factory=Reward)
    limits: tuple[Limit, ...] = ()
    stacking: Stacking = "stack"
    stop: bool = False


def read_definition(stored: Mapping[str, Any]) -> Definition:
    """Return the definition in a JSON object; what it leaves out has its default.

    :raises Invalid: an unknown name or a value that does not do; says which.
    """
    top = _named(stored, Definition, "")
    definition = Definition(
        conditions=_conditions(_object(top.get("conditions"), "conditions")),
        reward=_reward(_object(top.get("reward"), "reward")),
        limits=tuple(
            _limit(_object(one, f"limits.{n}"), f"limits.{n}.")
            for n, one in enumerate(_list(top.get("limits"), "limits"))
        ),
        stacking=_choice(top.get("stacking", "stack"), Stacking, "stacking"),
        stop=_flag(top.get("stop", False), "stop"),
    )
    if len({limit.period for limit in definition.limits}) < len(definition.limits):
        raise Invalid(N_("Give one limit for a period."), fields={"limits": []})
    if definition.reward.way == "multiplier" and definition.stacking == "exclusive":
        raise Invalid(
            N_("A multiplier goes together with what it multiplies."), fields={"stacking": []}
        )
    return definition


def write_definition(definition: Definition) -> dict[str, Any]:
    """Return the JSON object that :func:`read_definition` reads; defaults are left out."""
    plain: dict[str, Any] = _plain(asdict(definition), asdict(Definition()))
    return plain


def _plain(value: Any, default: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _plain(one, default.get(name) if isinstance(default, dict) else None)
            for name, one in value.items()
            if not isinstance(default, dict) or name not in default or one != default[name]
        }
    if isinstance(value, list | tuple):
        return [_plain(one, None) for one in value]
    return str(value) if isinstance(value, Decimal | date) else value


def _conditions(stored: Mapping[str, Any]) -> Conditions:
    found = _named(stored, Conditions, "conditions.")
    return Conditions(
        **{
            name: tuple(_word(one, name) for one in _list(found.get(name), name))
            for name in ("channels", "outcomes", "products")
        },
        minimum=_maybe(found, "minimum", lambda v: _number(v, "minimum")),
        nth=_maybe(found, "nth", lambda v: _whole(v, "nth", 1)),
        every=_maybe(found, "every", lambda v: _whole(v, "every", 2)),
        since=_maybe(found, "since", lambda v: _day(v, "since")),
        until=_maybe(found, "until", lambda v: _day(v, "until")),
        weekdays=tuple(
            _whole(one, "weekdays", 1, 7) for one in _list(found.get("weekdays"), "weekdays")
        ),
        hours=_maybe(found, "hours", _hours),
        attributes=tuple(_wanted(one) for one in _list(found.get("attributes"), "attributes")),
    )


def _reward(stored: Mapping[str, Any]) -> Reward:
    found = _named(stored, Reward, "reward.")
    reward = Reward(
        way=_choice(found.get("way", "per_amount"), RewardWay, "reward.way"),
        units=_number(found.get("units", "1"), "reward.units"),
        per=_number(found.get("per", "1"), "reward.per"),
        whole=_flag(found.get("whole", False), "reward.whole"),
    )
    if not reward.units:
        raise _wrong("reward.units")
    if not reward.per:
        raise _wrong("reward.per")
    if reward.way == "multiplier" and reward.units <= 1:
        raise Invalid(N_("A multiplier is above 1."), fields={"reward.units": []})
    return reward


def _limit(stored: Mapping[str, Any], prefix: str) -> Limit:
    found = _named(stored, Limit, prefix)
    limit = Limit(
        period=_choice(found.get("period"), Period, f"{prefix}period"),
        times=_maybe(found, "times", lambda v: _whole(v, f"{prefix}times", 1)),
        units=_maybe(found, "units", lambda v: _whole(v, f"{prefix}units", 1)),
    )
    if limit.times is None and limit.units is None:
        raise Invalid(N_("A limit says how often or how much."), fields={prefix + "times": []})
    return limit


def _wanted(stored: Any) -> Wanted:
    found = _named(_object(stored, "attributes"), Wanted, "attributes.")
    op = _choice(found.get("op"), Op, "attributes.op")
    value = found.get("value")
    if op in ("at_least", "at_most"):
        value = value if isinstance(value, str) and "-" in value else str(_number(value, "value"))
    elif op not in ("filled", "empty") and not isinstance(value, str | bool | int | list):
        raise _wrong("attributes.value")
    return Wanted(_word(found.get("key"), "attributes.key"), op, value)


def _named(stored: Mapping[str, Any], kind: Any, prefix: str) -> Mapping[str, Any]:
    names = {one.name for one in fields(kind)}
    for name in stored:
        if name not in names:
            raise Invalid(
                N_("A rule has no %(name)s."), name=f"{prefix}{name}", fields={"definition": []}
            )
    return stored


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _wrong(name)
    return value


def _list(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise _wrong(name)
    return list(value)


def _maybe(found: Mapping[str, Any], name: str, read: Any) -> Any:
    return None if found.get(name) is None else read(found[name])


def _word(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(name)
    return value.strip()


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(name)
    return value


def _choice(value: Any, choices: Any, name: str) -> Any:
    if value not in get_args(choices):
        raise _wrong(name)
    return value


def _whole(value: Any, name: str, least: int, most: int = 10**12) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(name)
    return value


def _number(value: Any, name: str) -> Decimal:
    if isinstance(value, float | bool):
        raise _wrong(name)
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise _wrong(name) from None
    exponent = number.as_tuple().exponent
    if not number.is_finite() or not 0 <= number <= MOST or not -6 <= int(exponent) <= 9:
        raise _wrong(name)
    return number


def _day(value: Any, name: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _wrong(name) from None


def _hours(value: Any) -> tuple[int, int]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise _wrong("hours")
    begins, ends = _whole(value[0], "hours", 0, 23), _whole(value[1], "hours", 0, 24)
    if begins == ends:
        raise _wrong("hours")
    return begins, ends


def _wrong(name: str) -> Invalid:
    return Invalid(N_("%(name)s has no valid value."), name=name, fields={"definition": []})
