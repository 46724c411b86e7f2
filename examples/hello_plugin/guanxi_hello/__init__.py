"""The manifest of Hello; what it does is in ``hooks``."""

from guanxi.sdk import Manifest, Text

PLUGIN = Manifest(
    name="hello",
    title=Text("Hello", "你好"),
    summary=Text("Greets customers, counts contacts by day", "向客户问好，按天统计接触次数"),
    migrations="migrations",
)
