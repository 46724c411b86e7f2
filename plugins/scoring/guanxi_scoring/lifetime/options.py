"""What people may choose of the lifetime model."""

from typing import Final

from marshmallow import fields, validate

from guanxi.sdk import Text
from guanxi_scoring.life.options import WatchedOptions, size_of_drift

AUTO: Final = "auto"
DRIFT_PERCENT: Final = 25
FAMILIES: Final = ("bg_nbd", "mbg_nbd", "pareto_nbd")


class LifetimeOptions(WatchedOptions):
    """Which family of models, how much is held out, how future money is discounted."""

    family = fields.String(
        load_default=AUTO,
        validate=validate.OneOf(
            (AUTO, *FAMILIES), labels=("Auto 自动", "BG/NBD", "MBG/NBD", "Pareto/NBD")
        ),
        metadata={
            "title": Text("Family", "模型类型"),
            "help": Text(
                "auto: the one that describes the time before the hold-out best (BIC).",
                "auto：选用对留出期之前的数据描述最好的一种（BIC）。",
            ),
        },
    )
    holdout_percent = fields.Integer(
        strict=True,
        load_default=25,
        validate=validate.Range(10, 50),
        metadata={
            "title": Text("Hold-out (%)", "留出期（%）"),
            "help": Text(
                "So much of the time, at its end, is kept to measure how good the model is.",
                "时间末尾的这一比例用于检验模型好坏。",
            ),
        },
    )
    discount_percent = fields.Float(
        load_default=1.0,
        validate=validate.Range(0, 20),
        metadata={
            "title": Text("Discount per month (%)", "月折现率（%）"),
            "help": Text(
                "So much less is money worth that comes a month later.",
                "晚一个月到账的钱按此比例折减。",
            ),
        },
    )
    drift_percent = size_of_drift(
        DRIFT_PERCENT,
        Text(
            "And the purchases of all must be so many percent more or fewer than expected. 25 is "
            "our choice: who plans by the numbers would plan wrongly by a quarter.",
            "且总购买次数须比预期多或少这么多。25 为我们的取值：据此规划的人会偏差四分之一。",
        ),
    )
