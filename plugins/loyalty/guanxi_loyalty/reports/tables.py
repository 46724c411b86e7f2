"""Each report as a table: for export, the command line, and beside its chart."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from guanxi.sdk import NotFound, Text
from guanxi_loyalty.reports.asking import Question
from guanxi_loyalty.reports.campaigns import campaigns
from guanxi_loyalty.reports.comparing import Uplift
from guanxi_loyalty.reports.expiring import expiring_soon
from guanxi_loyalty.reports.liability import liability
from guanxi_loyalty.reports.members import members, tiers
from guanxi_loyalty.reports.months import MOVEMENTS, earn_and_burn, redemption_rate
from guanxi_loyalty.texts import N_

Kind = Literal["text", "month", "instant", "units", "money", "rate"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key for programs, its title, and what its values are.

    ``month``: the first day of a month; ``units``: whole numbers; ``money``: major units of the
    programme's currency; ``rate``: 0.1 is 10 %.
    """

    key: str
    title: Text
    kind: Kind = "units"


@dataclass(frozen=True, slots=True)
class Table:
    """A report with its figures; a value is None where it is not known."""

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]

    def records(self) -> list[dict[str, Any]]:
        """Return the rows by the keys of the columns."""
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Report:
    """A report that can be asked for by its name."""

    name: str
    title: Text
    columns: tuple[Column, ...]
    rows: Callable[[Session, Question], Iterable[tuple[Any, ...]]]


def table_of(session: Session, name: str, question: Question) -> Table:
    """Return a report by its name.

    :raises NotFound: there is no such report.
    """
    report = find_report(name)
    return Table(name, report.columns, list(report.rows(session, question)))


def find_report(name: str) -> Report:
    """Return what a report is.

    :raises NotFound: there is no such report.
    """
    found = REPORTS.get(name)
    if found is None:
        raise NotFound(N_("There is no report %(name)s."), name=name)
    return found


def _members(session: Session, question: Question) -> Iterable[tuple[Any, ...]]:
    for one in members(session, question).months:
        yield one.month, one.joined, one.enrolled, one.active


def _tiers(session: Session, question: Question) -> Iterable[tuple[Any, ...]]:
    yield from tiers(session, question)


def _months(session: Session, question: Question) -> Iterable[tuple[Any, ...]]:
    for one in earn_and_burn(session, question):
        moved = (getattr(one.moved, name) for name in MOVEMENTS)
        yield one.month, one.opening, *moved, one.closing


def _redemption(session: Session, question: Question) -> Iterable[tuple[Any, ...]]:
    found = redemption_rate(session, question)
    for month, rate in found.months.items():
        yield "month", month, rate.issued, rate.redeemed, rate.rate
    for of, rate in (("months", found.within), ("ever", found.ever)):
        yield of, None, rate.issued, rate.redeemed, rate.rate


def _expiring(session: Session, question: Question) -> Iterable[tuple[Any, ...]]:
    for one in expiring_soon(session, question):
        yield one.days, one.before, one.units, one.members, one.worth


def _campaigns(session: Session, question: Question) -> Iterable[tuple[Any, ...]]:
    for one in campaigns(session, question):
        yield (
            one.key, one.title_en, one.title_zh, one.begins, one.ends, one.budget, one.given,
            one.back, one.members, one.cost, *_uplift(one.spent), *_uplift(one.bought)[2:],
        )  # fmt: skip


def _uplift(one: Uplift) -> tuple[Any, ...]:
    said = "too_small" if one.too_small else "rough" if one.rough else "fair"
    return (
        one.treated.number, one.control.number, round(one.treated.mean, 4),
        round(one.control.mean, 4), one.difference, one.low, one.high, said,
    )  # fmt: skip


def _liability(session: Session, question: Question) -> Iterable[tuple[Any, ...]]:
    found = liability(session, question)
    names = (column.key for column in REPORTS["liability"].columns)
    yield tuple(getattr(found, name) for name in names)


def _uplift_columns(name: str, en: str, zh: str, kind: Kind) -> tuple[Column, ...]:
    return (
        Column(f"{name}_treated", Text(f"{en}, members reached", f"{zh}（活动组）"), kind),
        Column(f"{name}_control", Text(f"{en}, held back", f"{zh}（对照组）"), kind),
        Column(f"{name}_uplift", Text(f"{en}, uplift", f"{zh}增量"), kind),
        Column(f"{name}_low", Text(f"{en}, uplift at least", f"{zh}增量下限"), kind),
        Column(f"{name}_high", Text(f"{en}, uplift at most", f"{zh}增量上限"), kind),
        Column(f"{name}_said", Text(f"{en}, how sure", f"{zh}可信度"), "text"),
    )


_MONTH: Final = Column("month", Text("Month", "月份"), "month")
REPORTS: Final[Mapping[str, Report]] = {
    one.name: one
    for one in (
        Report("members", Text("Members", "会员"), (
            _MONTH,
            Column("joined", Text("Joined", "新入会")),
            Column("enrolled", Text("Enrolled", "在册会员")),
            Column("active", Text("Active", "活跃会员")),
        ), _members),
        Report("tiers", Text("Tiers", "等级"), (
            Column("tier", Text("Tier", "等级键"), "text"),
            Column("title_en", Text("Title in English", "英文名称"), "text"),
            Column("title_zh", Text("Title in Chinese", "中文名称"), "text"),
            Column("members", Text("Members", "会员数")),
        ), _tiers),
        Report("months", Text("Earned and spent by month", "积分收支月报"), (
            _MONTH,
            Column("opening", Text("Opening", "期初余额")),
            Column("issued", Text("Issued", "发放")),
            Column("taken_back", Text("Issued, reversed", "发放冲正")),
            Column("redeemed", Text("Redeemed", "兑换")),
            Column("given_back", Text("Redeemed, reversed", "兑换冲正")),
            Column("expired", Text("Expired", "过期")),
            Column("adjusted", Text("Adjusted", "调整")),
            Column("written_off", Text("Of erased customers", "注销核销")),
            Column("closing", Text("Closing", "期末余额")),
        ), _months),
        Report("redemption", Text("Redemption rate", "兑换率"), (
            Column("of", Text("Time", "期间"), "text"),
            _MONTH,
            Column("issued", Text("Issued, net", "净发放")),
            Column("redeemed", Text("Redeemed, net", "净兑换")),
            Column("rate", Text("Redemption rate", "兑换率"), "rate"),
        ), _redemption),
        Report("expiring", Text("Expiring soon", "即将过期"), (
            Column("days", Text("Within days", "天数内")),
            Column("before", Text("Until", "截至"), "instant"),
            Column("units", Text("Points", "积分")),
            Column("members", Text("Members", "会员数")),
            Column("worth", Text("Worth", "价值"), "money"),
        ), _expiring),
        Report("campaigns", Text("Campaigns", "活动"), (
            Column("campaign", Text("Campaign", "活动键"), "text"),
            Column("title_en", Text("Title in English", "英文名称"), "text"),
            Column("title_zh", Text("Title in Chinese", "中文名称"), "text"),
            Column("begins", Text("From", "开始"), "instant"),
            Column("ends", Text("Until", "结束"), "instant"),
            Column("budget", Text("Budget", "预算")),
            Column("given", Text("Points given", "已发积分")),
            Column("back", Text("Points taken back", "已冲正积分")),
            Column("members", Text("To members", "获得会员数")),
            Column("cost", Text("Cost", "成本"), "money"),
            Column("treated", Text("Members reached", "活动组人数")),
            Column("control", Text("Members held back", "对照组人数")),
            *_uplift_columns("spent", "Spent", "人均消费", "money"),
            *_uplift_columns("bought", "Bought again", "复购率", "rate"),
        ), _campaigns),
        Report("liability", Text("Liability", "积分负债"), (
            Column("issued", Text("Issued, net", "净发放")),
            Column("adjusted", Text("Adjusted", "调整")),
            Column("redeemed", Text("Redeemed, net", "净兑换")),
            Column("gone", Text("Expired and written off", "过期与核销")),
            Column("outstanding", Text("Outstanding", "未兑换")),
            Column("ledger", Text("Sum of the ledger", "账本合计")),
            Column("still_expected", Text("Expected to be redeemed", "预计将兑换")),
            Column("sold", Text("Points of purchases", "消费所得积分")),
            Column("free", Text("Other points", "其他积分")),
            Column("price", Text("Paid for the purchases", "消费金额"), "money"),
            Column("allocated", Text("Allocated to points", "分摊至积分"), "money"),
            Column("recognised", Text("Recognised as revenue", "已确认收入"), "money"),
            Column("breakage", Text("Of it breakage", "其中失效收入"), "money"),
            Column("deferred", Text("Contract liability", "合同负债"), "money"),
            Column("deferred_free", Text("For other points", "其他积分预计成本"), "money"),
            Column("total", Text("Liability in all", "负债合计"), "money"),
        ), _liability),
    )
}  # fmt: skip


def titles(columns: Sequence[Column], language: str) -> list[str]:
    """Return the titles of columns in a language."""
    return [column.title.in_language(language) for column in columns]
