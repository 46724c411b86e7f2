"""What every model lets people choose; a kind adds its own fields in a schema that extends this."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate

from guanxi.sdk import Invalid, Text
from guanxi_scoring.texts import N_, _

NOW: Final = "now"
WORSE_ERRORS: Final = 1.645
DRIFT_ERRORS: Final = 4.0
LARGEST_SEED: Final = 2**31 - 1


class AsOfOption(fields.String):
    """``now``, or a fixed instant with its time zone; kept as text, in UTC."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> str:
        told: str = super()._deserialize(value, *rest, **more)
        if told == NOW:
            return NOW
        said = _("Write “now”, or an instant such as 2011-12-10T00:00:00Z.")
        try:
            found = datetime.fromisoformat(told)
            in_utc = found.astimezone(UTC).isoformat().replace("+00:00", "Z")
        except (ValueError, OverflowError):
            raise ValidationError(said) from None
        if found.tzinfo is None:
            raise ValidationError(said)
        return in_utc


class ModelOptions(Schema):
    """As of when, and from what chance; all values are plain JSON once they are loaded."""

    as_of = AsOfOption(
        load_default=NOW,
        metadata={
            "title": Text("As of", "时点"),
            "help": Text(
                "now: scores follow the calendar. An instant such as 2011-12-10T00:00:00Z: nothing "
                "that happened from then on counts; for data that end in the past.",
                "now：评分随日历更新。填写时刻（如 2011-12-10T00:00:00Z）：此后发生的一概不计，"
                "适用于截止于过去的数据。",
            ),
        },
    )
    seed = fields.Integer(
        strict=True,
        load_default=1,
        validate=validate.Range(0, LARGEST_SEED),
        metadata={
            "title": Text("Seed", "随机种子"),
            "help": Text(
                "The same seed and the same data give the same model.",
                "种子与数据相同，得到的模型也相同。",
            ),
        },
    )
    worse_errors = fields.Float(
        load_default=WORSE_ERRORS,
        validate=validate.Range(0, 10),
        metadata={
            "title": Text("Kept back from … standard errors", "相差多少个标准误时保留旧版本"),
            "help": Text(
                "A new version that measures worse by so many standard errors of the difference is "
                "not put in force. 1.645: by chance alone one in twenty would be kept back.",
                "新版本的指标比现行版本差这么多个标准误（差值的）时不启用。"
                "1.645：纯属偶然时每二十次保留一次。",
            ),
        },
    )


class WatchedOptions(ModelOptions):
    """Of kinds that compare what happens with what was expected."""

    drift_errors = fields.Float(
        load_default=DRIFT_ERRORS,
        validate=validate.Range(1, 20),
        metadata={
            "title": Text("Alarm from … standard deviations", "偏差多少个标准差时报警"),
            "help": Text(
                "What happens must differ from what was expected by so many standard deviations. "
                "4: chance alone does that once in 16,000 looks, and a look is taken every day.",
                "实际与预期须相差这么多个标准差。4：纯属偶然时约 1.6 万次检查才出现一次，"
                "而检查每天一次。",
            ),
        },
    )


def size_of_drift(default: int, of: Text) -> fields.Integer:
    """Return the option of how large a difference must be, in percent, before it matters."""
    return fields.Integer(
        strict=True,
        load_default=default,
        validate=validate.Range(1, 100),
        metadata={"title": Text("Alarm from … percent", "偏差百分之几时报警"), "help": of},
    )


def checked(schema: type[Schema], options: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return options as they are stored, with what was left out as usual.

    :raises Invalid: one does not fit, with what is wrong by name.
    """
    try:
        found: dict[str, Any] = schema().load(dict(options))
    except ValidationError as error:
        told = N_("These options of the model do not fit. See what is said about each.")
        faults = error.messages_dict
        raise Invalid(
            told, fields={f"options.{key}": said for key, said in faults.items()}
        ) from None
    if instant_of(found, now) > now:
        told = N_("A model cannot know the future. Choose an instant that has passed, or “now”.")
        raise Invalid(told, fields={"options.as_of": [_(told)]})
    return found


def instant_of(options: Mapping[str, Any], now: datetime) -> datetime:
    """Return the instant as of which options say; it may be fixed."""
    told = options.get("as_of", NOW)
    return now if told == NOW else datetime.fromisoformat(told)


def follows_now(options: Mapping[str, Any]) -> bool:
    """Say whether scores move with the calendar."""
    return bool(options.get("as_of", NOW) == NOW)
