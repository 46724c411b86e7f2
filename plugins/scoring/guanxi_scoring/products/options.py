"""What people may choose of a model of products; everything has a sensible value of its own."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import fields, validate

from guanxi.sdk import Text
from guanxi_scoring.life.options import ModelOptions

LEARNERS: Final = ("items", "als")
MEASURES: Final = ("cosine", "conditional")


def _whole(usual: int, least: int, most: int, title: Text, helped: Text) -> fields.Integer:
    return fields.Integer(
        strict=True,
        load_default=usual,
        validate=validate.Range(least, most),
        metadata={"title": title, "help": helped},
    )


class ProductsOptions(ModelOptions):
    """Options of the kind ``products``.

    ``history`` and ``most`` bound the work: a customer with 2,000 products would else make two
    million pairs by himself.
    """

    learner = fields.String(
        load_default="items",
        validate=validate.OneOf(LEARNERS),
        metadata={
            "title": Text("Learner", "学习方法"),
            "help": Text(
                "items: products bought by the same customers. als: factors of a matrix; needs the "
                "package “implicit”.",
                "items：由相同客户购买的产品推断；als：矩阵因子分解，需安装软件包 “implicit”。",
            ),
        },
    )
    measure = fields.String(
        load_default="cosine",
        validate=validate.OneOf(MEASURES),
        metadata={
            "title": Text("Similarity", "相似度"),
            "help": Text(
                "cosine, or conditional: how likely the one is with the other, best sellers held "
                "down.",
                "cosine：余弦相似度；conditional：条件概率，并抑制热销品。",
            ),
        },
    )
    neighbours = _whole(
        20,
        1,
        500,
        Text("Neighbours of a product", "每个产品的邻居数"),
        Text("Only the nearest are kept.", "仅保留最相近的产品。"),
    )
    shrinkage = fields.Float(
        load_default=10.0,
        validate=validate.Range(0, 10_000),
        metadata={
            "title": Text("Shrinkage", "收缩"),
            "help": Text(
                "How much pairs are doubted that few customers bought; 0: not at all.",
                "对购买人数少的组合的怀疑程度；0 表示不收缩。",
            ),
        },
    )
    least_together = _whole(
        3,
        1,
        1_000_000,
        Text("Customers who bought both, at least", "同时购买的最少客户数"),
        Text("Pairs of fewer customers do not count.", "人数更少的组合不计。"),
    )
    significance = fields.Float(
        load_default=10.83,
        validate=validate.Range(0, 1_000),
        metadata={
            "title": Text("Certainty", "显著性"),
            "help": Text(
                "The least log-likelihood ratio of a pair; 10.83: once in a thousand by chance.",
                "组合的最小对数似然比；10.83 表示偶然出现的概率为千分之一。",
            ),
        },
    )
    history = _whole(
        100,
        1,
        1_000,
        Text("Products of a customer that speak", "参与推荐的客户已购产品数"),
        Text("The latest that were bought.", "取最近购买的产品。"),
    )
    most = _whole(
        500,
        2,
        5_000,
        Text("Products of a customer to learn from", "参与学习的客户已购产品数"),
        Text(
            "The latest; who bought more is learnt from in part.",
            "取最近购买的；更多的不参与学习。",
        ),
    )
    unsold_days = _whole(
        90,
        1,
        36_500,
        Text("Unavailable after so many days unsold", "多少天未售出视为不可供应"),
        Text("Marks of products win over it.", "产品标记优先。"),
    )
    popular_days = _whole(
        90,
        1,
        36_500,
        Text("Best sellers of so many days", "畅销品的统计天数"),
        Text("Offered where too little is known.", "在信息不足时推荐。"),
    )
    test_days = _whole(
        90,
        1,
        3_650,
        Text("Days to test with", "测试天数"),
        Text(
            "What was bought in the last days is compared with what would have been recommended.",
            "将最近这些天的购买与当时的推荐相比较。",
        ),
    )
    again = fields.Boolean(
        load_default=False,
        metadata={
            "title": Text("Offer again what was bought", "推荐已购产品"),
            "help": Text(
                "Except what is marked as bought once only.", "标记为“仅购买一次”的产品除外。"
            ),
        },
    )


def usual_options() -> Mapping[str, Any]:
    """Return the options where nobody chose any."""
    found: dict[str, Any] = ProductsOptions().load({})
    return found
