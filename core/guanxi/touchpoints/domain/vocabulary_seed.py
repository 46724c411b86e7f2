"""The channels, kinds and outcomes that an installation starts with; see ``vocabulary.py``."""

from typing import Final

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from guanxi.i18n import Text
from guanxi.touchpoints.domain.vocabulary import Word, ensure

CHANNELS: Final = (
    Word("website", Text("Website", "网站")),
    Word("social_media", Text("Social media", "社交媒体")),
    Word("store", Text("Store", "门店")),
    Word("service_desk", Text("Service desk", "服务台")),
    Word("phone", Text("Phone", "电话")),
    Word("sms", Text("SMS", "短信")),
    Word("email", Text("E-mail", "电子邮件")),
    Word("wechat", Text("WeChat", "微信")),
    Word("meeting", Text("Meeting", "会面")),
    Word("other", Text("Other", "其他")),
)

KINDS: Final = (
    Word("purchase", Text("Purchase", "购买")),
    Word("return", Text("Return", "退货")),
    Word("call", Text("Call", "通话")),
    Word("message", Text("Message", "消息")),
    Word("visit", Text("Visit", "到访")),
    Word("complaint", Text("Complaint", "投诉")),
    Word("inquiry", Text("Inquiry", "咨询")),
    Word("survey", Text("Survey", "调查")),
    Word("meeting", Text("Meeting", "会面")),
    Word("care", Text("Care contact", "客户关怀")),
    Word("note", Text("Note", "备注")),
    Word("other", Text("Other", "其他")),
)

OUTCOMES: Final = (
    Word("reached", Text("Reached", "已联系上"), success=True),
    Word("no_answer", Text("No answer", "无人接听"), success=False),
    Word("left_message", Text("Left a message", "已留言")),
    Word("interested", Text("Interested", "有意向"), success=True),
    Word("not_interested", Text("Not interested", "无意向"), success=False),
    Word("agreed", Text("Agreed", "达成一致"), success=True),
    Word("resolved", Text("Resolved", "已解决"), success=True),
    Word("unresolved", Text("Not resolved", "未解决"), success=False),
    Word("follow_up", Text("To be followed up", "待跟进")),
)


def seed_vocabulary(session: Session | Connection) -> None:
    """Write the built-in words that are missing; the baseline migration calls it."""
    ensure(session, "channel", CHANNELS)
    ensure(session, "kind", KINDS)
    ensure(session, "outcome", OUTCOMES)
