"""A company on which every page of scoring has something to show."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Flask
from plugins.scoring.tests.risk.loans import NAMES, table
from plugins.scoring.tests.risk.office import GRADES, Office
from plugins.scoring.tests.shop import Shop
from sqlalchemy import insert, select, text
from werkzeug.routing import Rule

from guanxi.sdk import Customer, new_id
from guanxi.testkit.factories import Factories
from guanxi_scoring.churn.jobs import rhythms, threshold
from guanxi_scoring.churn.policy import change
from guanxi_scoring.company import company
from guanxi_scoring.insight import anomalies
from guanxi_scoring.insight.analyses import keeping
from guanxi_scoring.insight.board.freezing import freeze
from guanxi_scoring.life.ordering import waiting_orders
from guanxi_scoring.mining.insights import Decider
from guanxi_scoring.mining.jobs import mine, prefer
from guanxi_scoring.models import Analysis, Anomaly, CaseFile, Insight, LifetimeScore
from guanxi_scoring.products.rules import mark_products
from guanxi_scoring.propensity.managing import GoalDraft, create_goal
from guanxi_scoring.risk.appetite import record_answers
from guanxi_scoring.risk.questionnaire import QUESTIONS

_COUNTRIES = text(
    "UPDATE customers SET country = CASE WHEN hashtext(id::text) % 3 = 0 THEN 'FR' ELSE 'GB' END"
)
_LINES = text(
    """
    INSERT INTO touchpoint_lines (touchpoint_id, number, product, description, quantity, unit_price)
    SELECT t.id, n.number, n.product, n.product || ' 茶杯', 1, t.amount / 2
    FROM touchpoints t CROSS JOIN LATERAL (
        SELECT 1 AS number, 'P' || abs(hashtext(t.id::text) % 5) AS product
        UNION ALL SELECT 2, 'CUP' WHERE hashtext(t.customer_id::text) % 2 = 0
        UNION ALL SELECT 3, 'TEA' WHERE hashtext(t.customer_id::text) % 2 = 0
    ) n WHERE t.kind = 'purchase'
    """
)
_RUSH = text(
    """
    INSERT INTO touchpoints (id, customer_id, channel, kind, direction, occurred_at, amount,
                             currency, source, created_at, updated_at)
    SELECT gen_random_uuid(), :buyer, 'store', 'purchase', 'in',
           CAST(:monday AS date) + interval '1 day' * (n % 5) + interval '12 hours', 20, 'GBP',
           'rush', now(), now()
    FROM generate_series(1, 400) n
    """
)
CARD: Mapping[str, Any] = {
    "characteristics": [{"key": f"custom.{name}"} for name in ("status", "duration", "age")],
    "outcome": {"by": "attribute", "attribute": "custom.defaulted", "value": "true"},
}
COLUMNS = [*("work" if one == "job" else one for one in NAMES), "class"]
"""Of the file; a “job” would look like a text that is not translated."""
OF_FILE: Mapping[str, Any] = {
    "characteristics": [{"key": name} for name in ("status", "duration", "savings", "age")],
    "outcome": {"by": "column", "column": "class", "bad": ["2"]},
}


NO_PAGES = frozenset({"scoring.churn_why"})
"""A part of a page, which is drawn where it is asked for."""
KEYS: Mapping[str, str] = {
    "/propensity/": "repurchase", "/scorecards/": "loans", "/agencies/": "acme",
    "/models/": "lifetime",
}  # fmt: skip
STATES: Sequence[str] = (
    "/scoring/?state=archived",
    "/scoring/mining?state=rejected",
    "/scoring/insight/weeks?state=explained",
    "/scoring/models/silence",
    "/scoring/models/next_product",
    "/scoring/models/propensity_repurchase",
    "/scoring/models/loans",
    "/scoring/models/silence/edit",
    "/scoring/models/next_product/edit",
    "/scoring/risk/scorecards/past_loans",
    "/scoring/risk/scorecards/past_loans/edit",
    "/scoring/customers/{borrower}/risk",
    "/scoring/customers/{refuser}/risk",
    "/scoring/customers/{refuser}/preferences",
    "/customers/{borrower}",
    "/",
)
"""Pages again, of something else; and pages of the core on which scoring has a part."""


class Bazaar(Shop):
    """A shop with everything that pages of scoring can show; ``values`` are parts of addresses."""

    admin: UUID
    values: dict[str, Any]

    def open(self) -> None:
        """Let everything happen."""
        self.values = {}
        self.admin = Factories(self.platform.database, self.now).user("admin")
        self._trade()
        self._models()
        self._lapse()
        self._mining()
        self._risk()
        self._insight()
        self.deliver()
        self._name_parts()

    def addresses(self, site: Flask) -> dict[str, str]:
        """Return the address of every page of scoring by its endpoint, and further states.

        A page that is new and asks for something that nothing here names fails the test.
        """
        rules = [one for one in site.url_map.iter_rules() if self._is_page(one)]
        with site.test_request_context():
            found = {
                one.endpoint: site.url_for(
                    one.endpoint, **{name: self._value(one, name) for name in one.arguments}
                )
                for one in rules
            }
        return {**found, **{state: state.format(**self.values) for state in STATES}}

    @staticmethod
    def _is_page(rule: Rule) -> bool:
        return (
            rule.rule.startswith("/scoring/")
            and "GET" in (rule.methods or ())
            and rule.endpoint not in NO_PAGES
            and "." not in rule.rule  # a file
        )

    def _value(self, rule: Rule, name: str) -> Any:
        """Return a part of an address; keys are of models, goals, cards or agencies."""
        if name != "key":
            return self.values[name]
        return next(key for part, key in KEYS.items() if part in rule.rule)

    def _trade(self) -> None:
        buyers = self.trade(260, days=330)
        with self.write() as session:
            monday = company(session).day(self.now)
            monday -= timedelta(days=monday.weekday() + 7)
            session.execute(_RUSH, {"buyer": buyers[0], "monday": monday})
            session.execute(_LINES)
            session.execute(_COUNTRIES)
            mark_products(session, "P0", "ignored", reason="Postage 邮费", now=self.now)

    def _models(self) -> None:
        self.run("score")
        with self.write() as session:
            options = {"question": "buy", "within_days": 30, "min_each": 5, "min_cases": 20}
            draft = GoalDraft("repurchase", "Buys again", "再次购买", options)
            create_goal(session, draft, may=lambda _: True, now=self.now)
        while self._waits():
            self.run("fit")
        for _ in range(5):
            self.run("score")

    def _waits(self) -> bool:
        with self.read() as session:
            return bool(waiting_orders(session))

    def _lapse(self) -> None:
        costs = {"contact_cost": Decimal(1), "wasted_cost": Decimal(0), "save_rate": Decimal("0.2")}
        with self.write() as session:
            change(session, costs, now=self.now)
            rhythms(session, self.now)
            threshold(session, self.now)

    def _mining(self) -> None:
        with self.write() as session:
            mine(session, self.now)
            prefer(session, self.now)

    def _risk(self) -> None:
        office = Office(self.platform, self.write, self.now)
        for name, type_ in {"status": "text", "duration": "number", "age": "number"}.items():
            office.field(name, type_)
        office.field("defaulted", "boolean")
        with self.write() as session:
            session.execute(insert(Customer), [self._borrower(row) for row in table()])
            file = CaseFile(
                id=new_id(), title="Loans of 1994 贷款", file_name="loans.csv",
                columns=COLUMNS, cases=1000, uploaded_at=self.now, uploaded_by="Li Na",
                rows=[[place, *row] for place, row in enumerate(table(), 2)],
            )  # fmt: skip
            session.add(file)
            session.flush()
            file_id = str(file.id)
        office.card(CARD, "loans")
        office.card({**OF_FILE, "file": file_id}, "past_loans")
        office.agency("acme", GRADES)
        borrower = self.values["borrower"] = office.customer("Anna 安娜", country="GB")
        self.values["refuser"] = office.customer("Ben", consent=False)
        self.buy(borrower, self.now - timedelta(days=3))
        office.rate(borrower, "B", on=f"{self.now.date() - timedelta(days=30)}")
        office.rate(borrower, "A", on="2020-01-01")
        office.mitigate(borrower, "0.5")
        with self.write() as session:
            answers = {one.key: "c" for one in QUESTIONS}
            record_answers(session, borrower, answers, now=self.now)

    def _borrower(self, row: list[str]) -> dict[str, Any]:
        custom: dict[str, Any] = {"status": row[NAMES.index("status")], "defaulted": row[-1] == "2"}
        custom |= {name: int(row[NAMES.index(name)]) for name in ("duration", "age")}
        named = {"display_name": "Borrower 借款人", "sort_name": "borrower"}
        made = {"created_at": self.now, "updated_at": self.now, "country": "GB"}
        return {"id": new_id(), "kind": "person", "custom": custom, **named, **made}

    def _insight(self) -> None:
        by_country = {"measure": "count", "by": "customers.country"}
        with self.write() as session:
            anomalies.find(session, as_of=self.now)
            made = keeping.make(
                session, "Customers by country 各国客户", by_country, Decider("Li Na", self.admin),
                now=self.now,
            )  # fmt: skip
            keeping.run(session, made.id, Decider("Li Na"), scope="all", now=self.now)
            freeze(session, "Third quarter 第三季度", as_of=self.now, by="Li Na", now=self.now)

    def _name_parts(self) -> None:
        with self.read() as session:
            best = select(LifetimeScore.customer_id).order_by(LifetimeScore.clv_12m.desc())
            anomaly = session.scalars(select(Anomaly).order_by(Anomaly.week_on.desc())).first()
            insight = session.scalars(select(Insight.id).order_by(Insight.id)).first()
            analysis = session.scalars(select(Analysis.id)).first()
            customer = session.scalars(best.limit(1)).one()
        assert anomaly is not None
        self.values |= {
            "customer_id": customer, "insight_id": insight, "analysis_id": analysis,
            "figure": anomaly.figure, "week_on": anomaly.week_on, "number": 1,
        }  # fmt: skip
