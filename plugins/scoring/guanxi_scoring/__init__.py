"""The manifest of Scoring; what it does is in ``hooks``."""

from guanxi.sdk import Manifest, Text

PLUGIN = Manifest(
    name="scoring",
    title=Text("Scores and forecasts", "评分与预测"),
    summary=Text(
        "Says what each customer will probably do next, how sure that is, and why",
        "预测每位客户接下来可能的行为，并说明把握程度与理由",
    ),
    migrations="migrations",
)
