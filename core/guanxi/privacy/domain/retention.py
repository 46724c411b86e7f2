"""How long what is known about customers is kept (保存期限), by four domains of data.

Each domain has a period and the consent purpose that it serves, both in the settings. The
nightly job clears what is due and notes in the audit log how much that was, never what.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.audit.models import AuditEntry
from guanxi.i18n import Text
from guanxi.privacy.domain import retention_steps as steps
from guanxi.privacy.domain.retention_steps import Rule

AT_ONCE: Final = 500
RUN: Final = "retention.run"


class Step(NamedTuple):
    """Which rows are due, and what clears them."""

    due: Callable[[Rule, datetime], Select[Any]]
    clear: Callable[[Session, Sequence[UUID], datetime], None]


@dataclass(frozen=True, slots=True)
class DataDomain:
    """One of the four kinds of data about customers (四类客户数据)."""

    key: str
    title: Text
    holds: Text
    rule: Text
    """From when the months count, and what happens then."""
    steps: tuple[Step, ...]


DOMAINS: Final = (
    DataDomain(
        "basic",
        Text("Basic data", "基本信息"),
        Text("Names, addresses, ways to reach them", "姓名、地址、联系方式"),
        Text(
            "Counted from the end of the relation; then everything about the person is erased.",
            "自关系关闭之日起计算；到期后删除该客户的全部个人数据。",
        ),
        (Step(steps.closed_long_ago, steps.erase),),
    ),
    DataDomain(
        "transactions",
        Text("Transactions", "交易历史"),
        Text("Purchases and returns", "购买与退货"),
        Text(
            "Counted from the day of the purchase; then subject and note go, the figures stay.",
            "自交易之日起计算；到期后清除主题与备注，金额与明细保留。",
        ),
        (Step(steps.trade_texts, steps.clear_texts),),
    ),
    DataDomain(
        "preferences",
        Text("Preferences", "偏好"),
        Text("Tags and the fields that you added", "标签与自定义字段"),
        Text(
            "Counted from the last contact; then, or when the consent is withdrawn, they go.",
            "自最近接触之日起计算；到期或客户撤回同意后清除。",
        ),
        (Step(steps.preferences, steps.clear_preferences),),
    ),
    DataDomain(
        "behaviour",
        Text("Behaviour", "行为"),
        Text("Visits, calls, messages and other contacts", "到访、通话、消息等接触记录"),
        Text(
            "Counted from the contact; then, or when the consent is withdrawn, the texts go.",
            "自接触之日起计算；到期或客户撤回同意后清除文字内容。",
        ),
        (
            Step(steps.contact_texts, steps.clear_texts),
            Step(steps.old_messages, steps.clear_messages),
        ),
    ),
)


def rule_of(domain: DataDomain, settings: Mapping[str, Any]) -> Rule:
    """Return a domain's rule as the settings say."""
    return Rule(settings[f"keep_{domain.key}_months"], settings[f"purpose_{domain.key}"])


def count_due(session: Session, domain: DataDomain, rule: Rule, *, now: datetime, cap: int) -> int:
    """Count what is due, each step no further than ``cap``."""
    return sum(_count(session, step.due(rule, now).limit(cap)) for step in domain.steps)


def clear_due(session: Session, domain: DataDomain, rule: Rule, *, now: datetime) -> int:
    """Clear up to some hundred things that are due; return how many, 0 when nothing is left."""
    for step in domain.steps:
        ids = session.scalars(step.due(rule, now).limit(AT_ONCE)).all()
        if ids:
            step.clear(session, ids, now)
            return len(ids)
    return 0


def note_run(session: Session, cleared: Mapping[str, int]) -> None:
    """Note in the audit log how much a run cleared."""
    audit.record(session, RUN, ("retention", "all"), after=cleared)


def last_run(session: Session) -> AuditEntry | None:
    """Return the audit entry of the last run, if there was one."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_kind == "retention", AuditEntry.action == RUN)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()


def _count(session: Session, ids: Select[Any]) -> int:
    return int(session.execute(select(func.count()).select_from(ids.subquery())).scalar_one())
