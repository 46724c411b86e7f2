"""The settings of scoring; what belongs to one model stands in its own options."""

from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, fields, validate

from guanxi.sdk import Text
from guanxi_scoring.life.threshold_lines import check_threshold
from guanxi_scoring.risk.setting_lines import check_factor


def about(
    en: str, zh: str, help_en: str = "", help_zh: str = "", group: str = ""
) -> dict[str, Any]:
    """Return what the form of settings shows beside a field."""
    return {"title": Text(en, zh), "help": Text(help_en, help_zh), "group": group}


class ScoringSettings(Schema):
    """Time zone of days."""

    time_zone = fields.String(
        load_default="",
        validate=validate.OneOf(["", *sorted(available_timezones())]),
        metadata=about(
            "Time zone", "时区",
            "In which days and months begin; empty: the company's.",
            "用于划分日和月；留空则使用公司时区。",
        ),
    )  # fmt: skip
    engine = fields.String(
        load_default="postgres",
        validate=validate.OneOf(["postgres", "duckdb", "spark"]),
        metadata=about(
            "Engine", "计算引擎",
            "Where features are computed unless somebody asks for another one. duckdb and spark "
            "read the lake that guanxi scoring export-lake writes.",
            "默认在哪里计算特征。duckdb 与 spark 读取由 guanxi scoring export-lake 写出的数据湖。",
            group="engines",
        ),
    )  # fmt: skip
    lake = fields.String(
        load_default="",
        validate=[validate.Length(max=500), validate.Regexp(r"^$|^/|^[a-z][a-z0-9+.-]*://")],
        metadata=about(
            "Lake", "数据湖",
            "Folder of Parquet files on this machine, as a whole path such as /srv/lake; or for "
            "Spark an address that its workers can read, such as hdfs://... or s3a://...",
            "本机上存放 Parquet 文件的文件夹的完整路径，如 /srv/lake；使用 Spark 时也可填写其"
            "工作节点可读取的地址，如 hdfs://... 或 s3a://...",
            group="engines",
        ),
    )  # fmt: skip
    spark_master = fields.String(
        load_default="local[*]",
        validate=validate.Length(min=1, max=300),
        metadata=about(
            "Spark master", "Spark 主节点",
            "local[*] runs Spark on this machine; a cluster has an address such as "
            "spark://host:7077.",
            "local[*] 表示在本机运行 Spark；集群请填写如 spark://host:7077 的地址。",
            group="engines",
        ),
    )  # fmt: skip

    rhythm_signs = fields.String(
        load_default="contacts",
        validate=validate.OneOf(("contacts", "purchases")),
        metadata=about(
            "Rhythm: what counts as coming",
            "节奏：以什么为准",
            "contacts: everything that the customer takes part in; purchases: only these.",
            "contacts：客户参与的一切接触；purchases：仅购买。",
            group="rhythm",
        ),
    )
    rhythm_min_gaps = fields.Integer(
        strict=True,
        load_default=3,
        validate=validate.Range(2, 50),
        metadata=about(
            "Rhythm: least number of gaps",
            "节奏：最少间隔数",
            "Who came on fewer days has no rhythm of their own yet.",
            "来访天数更少的客户尚无自己的节奏。",
            group="rhythm",
        ),
    )
    rhythm_quantile = fields.Integer(
        strict=True,
        load_default=95,
        validate=validate.Range(60, 99),
        metadata=about(
            "Rhythm: how rare a gap warns",
            "节奏：多罕见才预警",
            "In percent: the gap is longer than so many of the customer's own.",
            "百分比：当前间隔长于该客户自身间隔的这一比例。",
            group="rhythm",
        ),
    )
    rhythm_news_days = fields.Integer(
        strict=True,
        load_default=30,
        validate=validate.Range(1, 3650),
        metadata=about(
            "Rhythm: for how long a break is news",
            "节奏：中断多久内算新消息",
            "In days: events tell of no break that began earlier, as when this is new.",
            "天数：更早开始的中断不再发送事件，例如刚启用本插件时。",
            group="rhythm",
        ),
    )
    next_control_percent = fields.Integer(
        strict=True,
        load_default=10,
        validate=validate.Range(0, 90),
        metadata=about(
            "Next product: held back to compare",
            "下一产品：对照组比例",
            "In percent of the customers: what is offered to them is only noted, never made, so "
            "that one sees what they would have bought anyway.",
            "客户百分比：对这些客户仅记录而不实际推荐，以便了解他们本来会购买多少。",
            group="products",
        ),
    )
    next_offer_days = fields.Integer(
        strict=True,
        load_default=30,
        validate=validate.Range(1, 365),
        metadata=about(
            "Next product: days of an offer",
            "下一产品：推荐有效天数",
            "It counts as taken up if the product is bought within so many days.",
            "在这些天内购买该产品即视为转化。",
            group="products",
        ),
    )
    risk_scorecard = fields.String(
        load_default="",
        validate=validate.Length(max=60),
        metadata=about(
            "Risk: scorecard that counts", "风险：采用的评分卡",
            "Its key; empty: the oldest one in force.", "填写其标识；留空则采用最早生效的评分卡。",
            group="risk",
        ),
    )  # fmt: skip
    risk_medium_from = fields.Decimal(
        places=6,
        load_default=Decimal("0.1"),
        validate=validate.Range(0, 1),
        metadata=about(
            "Risk: medium from", "风险：中等起点",
            "A coefficient from 0 to 1.", "风险系数，0 至 1。", group="risk",
        ),
    )  # fmt: skip
    risk_high_from = fields.Decimal(
        places=6,
        load_default=Decimal("0.3"),
        validate=validate.Range(0, 1),
        metadata=about(
            "Risk: high from", "风险：高等起点",
            "A coefficient from 0 to 1.", "风险系数，0 至 1。", group="risk",
        ),
    )  # fmt: skip
    risk_needs_default = fields.Boolean(
        load_default=True,
        metadata=about(
            "Risk: only with a probability of default", "风险：须有违约概率",
            "Without a rating or a scorecard the risk is unknown; otherwise other factors do.",
            "没有评级或评分卡时风险为未知；否则仅凭其他因素计算。", group="risk",
        ),
    )  # fmt: skip
    risk_weight_concentration = fields.Decimal(
        places=4,
        load_default=Decimal("0.3"),
        validate=validate.Range(0, 1),
        metadata=about(
            "Risk: weight of concentration", "风险：集中度权重",
            "How much the customer's share of the revenue counts, from 0 to 1.",
            "该客户占收入的比例所占权重，0 至 1。", group="risk",
        ),
    )  # fmt: skip
    risk_weight_returns = fields.Decimal(
        places=4,
        load_default=Decimal("0.3"),
        validate=validate.Range(0, 1),
        metadata=about(
            "Risk: weight of returns", "风险：退货权重",
            "How much returns per purchase count, from 0 to 1.",
            "退货与购买之比所占权重，0 至 1。", group="risk",
        ),
    )  # fmt: skip
    risk_factors = fields.List(
        fields.String(validate=[validate.Length(max=100), check_factor]),
        load_default=(),
        validate=validate.Length(max=20),
        metadata=about(
            "Risk: further factors", "风险：其他因素",
            "One per line: an attribute that is a number from 0 to 1, and its weight, such as "
            "custom.late_share 0.4.",
            "每行一个：取值 0 至 1 的属性及其权重，如 custom.late_share 0.4。", group="risk",
        ),
    )  # fmt: skip
    risk_appetite_attribute = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata=about(
            "Risk appetite from an attribute", "风险偏好取自属性",
            "Its key; it holds the name of a class. Empty: the questionnaire.",
            "填写属性标识，其值为类别名称；留空则用问卷。", group="risk",
        ),
    )  # fmt: skip
    risk_appetite_days = fields.Integer(
        strict=True,
        load_default=365,
        validate=validate.Range(1, 3660),
        metadata=about(
            "Risk appetite: answers count for", "风险偏好：问卷有效期",
            "In days.", "天数。", group="risk",
        ),
    )  # fmt: skip
    mining_least_customers = fields.Integer(
        strict=True,
        load_default=20,
        validate=validate.Range(5, 1_000_000),
        metadata=about(
            "Mining: customers of a finding, at least",
            "数据挖掘：最少客户数",
            "What holds for fewer customers is not put forward.",
            "仅适用于更少客户的规律不予提出。",
            group="mining",
        ),
    )
    mining_days = fields.Integer(
        strict=True,
        load_default=60,
        validate=validate.Range(1, 3650),
        metadata=about(
            "Mining: days of a sequence",
            "数据挖掘：序列天数",
            "One product follows another if it is bought within so many days after it.",
            "在购买某产品后的这些天内购买另一产品，即视为先后关系。",
            group="mining",
        ),
    )
    mining_traits = fields.List(
        fields.String(validate=validate.Length(max=200)),
        load_default=("customers.country", "customers.kind"),
        validate=validate.Length(max=20),
        metadata=about(
            "Mining: traits",
            "数据挖掘：客户特征",
            "Attributes, one per line, whose values are compared with what is bought: yes or no, "
            "choices, and texts with few values.",
            "每行一个属性，将其取值与购买情况相比较：是/否、选项，或取值较少的文本。",
            group="mining",
        ),
    )
    insight_days = fields.Integer(
        strict=True,
        load_default=90,
        validate=validate.Range(7, 3650),
        metadata=about(
            "Mining: days until an insight expires",
            "数据挖掘：洞察有效天数",
            "It ends if it is not found again in so many days.",
            "在这些天内未再次发现即失效。",
            group="mining",
        ),
    )
    thresholds = fields.List(
        fields.String(validate=[validate.Length(max=100), check_threshold]),
        load_default=(),
        validate=validate.Length(max=20),
        metadata=about(
            "Thresholds", "阈值",
            "One per line, like scoring.p_alive < 0.5: an event is sent whenever a customer "
            "begins or ceases to meet it.",
            "每行一个，如 scoring.p_alive < 0.5；客户开始或不再满足时发出事件。",
        ),
    )  # fmt: skip
