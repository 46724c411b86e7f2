"""The manifest of Surveys; what it does is in ``hooks``."""

from guanxi.sdk import Manifest, Text

PLUGIN = Manifest(
    name="surveys",
    title=Text("Surveys", "客户调查"),
    summary=Text(
        "Ask customers, listen, and answer every unhappy one",
        "询问客户、倾听反馈，并回应每一位不满意的客户",
    ),
    command="survey",
    migrations="migrations",
)
