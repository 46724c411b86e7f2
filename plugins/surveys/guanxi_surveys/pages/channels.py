"""What channels and states of answers are called."""

from collections.abc import Mapping
from typing import Final

from guanxi.sdk import Text, web

STATES: Final[Mapping[str, Text]] = {
    "finished": Text("Finished", "已完成"),
    "begun": Text("Begun", "填写中"),
    "screened_out": Text("Screened out", "已甄别"),
    "quota_full": Text("Quota full", "配额已满"),
    "expired": Text("Not finished in time", "已过期"),
}
CHANNELS: Final[Mapping[str, Text]] = {
    "email": Text("By e-mail", "电子邮件"),
    "personal": Text("Personal link", "个人链接"),
    "public": Text("Public link", "公开链接"),
    "qr": Text("QR code", "二维码"),
    "embed": Text("On a website", "网页嵌入"),
    "event": Text("After an event", "事件触发"),
    "staff": Text("With staff", "员工访谈"),
    "import": Text("Imported", "导入"),
}


def said(words: Mapping[str, Text], key: str) -> str:
    """Return a word in the reader's language."""
    found = words.get(key)
    return key if found is None else found.in_language(web.language())
