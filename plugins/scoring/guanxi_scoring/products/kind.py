"""The kind of model ``products``: fitted on who bought what, compared with best sellers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from guanxi.sdk import Text, write_context
from guanxi_scoring.company import company
from guanxi_scoring.life.contract import CannotFit, Fit, FitRequest, Kind, Sentence
from guanxi_scoring.life.scoring import options_of
from guanxi_scoring.models import Model, Neighbour, NextProduct, Popular, Product, Version
from guanxi_scoring.products import catalogue, recommending
from guanxi_scoring.products.bought import histories
from guanxi_scoring.products.options import ProductsOptions
from guanxi_scoring.texts import N_

KEY: Final = "products"
LEAST_CUSTOMERS: Final = 20
LEAST_TESTED: Final = 30
_STORE: Final = text(
    """
    INSERT INTO scoring_product_neighbours
        (product, neighbour, model_id, number, similarity, together)
    SELECT p, n, CAST(:model_id AS uuid), :number, s, t
    FROM unnest(CAST(:products AS text[]), CAST(:neighbours AS text[]),
        CAST(:similarities AS float8[]), CAST(:together AS int[])) AS u (p, n, s, t)
    """
)
_AT_ONCE: Final = 50_000


def fit(session: Session, model: Model, request: FitRequest) -> Fit:
    """Learn what goes with what, and compare it with best sellers on the last days.

    :raises CannotFit: there is too little to learn from.
    """
    from guanxi_scoring.products import learning  # noqa: PLC0415 -- it needs SciPy

    options = model.options
    everything = learning.baskets(histories(session, request.as_of, most=options["most"]))
    _require_enough(everything)
    found = learning.learn(everything, options, seed=request.seed)
    if not found.similarity.nnz:
        raise CannotFit(
            N_(
                "No two products are bought together more often than by chance. Wait for more "
                "purchases with product lines, or lower the certainty."
            )
        )
    measures, pictures = _tested(session, request, options)
    day = company(session).day
    return Fit(
        sample=len(everything.customers),
        fingerprint=everything.fingerprint,
        parameters={
            "products": len(everything.products),
            "pairs": int(found.similarity.nnz),
            "with_neighbours": int((found.similarity.getnnz(axis=1) > 0).sum()),
        },
        metrics=measures,
        window_until=day(request.as_of),
        fit={"learner": options["learner"], "measure": options["measure"]},
        pictures=pictures,
        warnings=[*_of_engine(request), *_warnings(measures)],
    )


def score(session: Session, model: Model, version: Version, as_of: datetime) -> int:
    """Store neighbours, catalogue and recommendations of everybody; return of how many.

    What is learnt knows nothing from ``as_of`` on. What a customer owns counts up to now: a
    product is not offered to who has it because a model looks at the past.
    """
    options = options_of(version)
    _store_neighbours(session, model, version, options)
    catalogue.fill(session, as_of, options)
    now = write_context(session).now
    session.execute(delete(NextProduct))
    customers = recommending.buyers(session, now)
    recommending.store(session, customers, now, options, model_id=model.id, number=version.number)
    return len(customers)


def worse(
    candidate: Mapping[str, Any], current: Mapping[str, Any], least: float
) -> Sentence | None:
    """Say that surely fewer customers bought something recommended than with the one in force.

    :param least: by how many standard errors of the difference of two shares.
    """
    ours, theirs = candidate.get("hit_rate"), current.get("hit_rate")
    if ours is None or theirs is None or theirs <= 0:
        return None
    spread = sum(
        one["hit_rate"] * (1 - one["hit_rate"]) / one["customers"] for one in (candidate, current)
    )
    if theirs - ours <= least * spread**0.5:
        return None
    return Sentence(
        N_(
            "Only %(ours)s of the customers would have bought one of the ten products "
            "recommended, with the version in force %(theirs)s."
        ),
        {"ours": {"share": ours}, "theirs": {"share": theirs}},
    )


def unscore(session: Session, model: Model) -> None:
    """Remove what the model recommends and what that came from."""
    session.execute(delete(NextProduct).where(NextProduct.model_id == model.id))
    session.execute(delete(Neighbour).where(Neighbour.model_id == model.id))
    for table in (Popular, Product):
        session.execute(delete(table))


def _require_enough(found: Any) -> None:
    if not found.products:
        raise CannotFit(
            N_("No purchase names a product. Record purchases with their lines, then fit again.")
        )
    if len(found.customers) < LEAST_CUSTOMERS or len(found.products) < 2:
        raise CannotFit(
            N_(
                "%(customers)s customers bought %(products)s products: too few to learn from. At "
                "least %(least)s customers and two products are needed."
            ),
            customers=len(found.customers),
            products=len(found.products),
            least=LEAST_CUSTOMERS,
        )


def _tested(
    session: Session, request: FitRequest, options: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return how good it would have been in the last days."""
    from guanxi_scoring.products import holding_out, learning, testing  # noqa: PLC0415 -- SciPy

    split = request.as_of - timedelta(days=options["test_days"])
    before = learning.baskets(histories(session, split, most=options["most"]))
    if len(before.customers) < LEAST_CUSTOMERS or len(before.products) < 2:
        return {"customers": 0}, {}
    case = holding_out.case_of(session, before, split, request.as_of, options)
    nearest = learning.learn(before, options, seed=request.seed)
    return testing.compare(case, nearest, options["history"])


def _of_engine(request: FitRequest) -> list[Sentence]:
    """Say that lines are read from the database where another engine was asked for."""
    if request.engine == "postgres":
        return []
    return [
        Sentence(
            N_("Product lines are read from the database; the engine %(engine)s was not used."),
            {"engine": request.engine},
        )
    ]


def _warnings(measures: Mapping[str, Any]) -> list[Sentence]:
    tested = measures["customers"]
    if tested < LEAST_TESTED:
        return [
            Sentence(
                N_(
                    "Only %(customers)s customers bought something new in the days that it was "
                    "tested with: nobody knows how good it is."
                ),
                {"customers": tested},
            )
        ]
    if measures["better_p"] > 0.05:
        return [
            Sentence(
                N_(
                    "It is not surely better than offering everybody the best sellers "
                    "(%(ours)s against %(usual)s)."
                ),
                {
                    "ours": {"share": measures["hit_rate"]},
                    "usual": {"share": measures["popular_hit_rate"]},
                },
            )
        ]
    return []


def _store_neighbours(
    session: Session, model: Model, version: Version, options: Mapping[str, Any]
) -> None:
    """Learn the neighbours of a version again and store them, unless they are there."""
    from guanxi_scoring.products import learning  # noqa: PLC0415 -- it needs SciPy

    there = select(Neighbour.number).where(Neighbour.model_id == model.id).limit(1)
    if session.scalar(there) == version.number:
        return
    session.execute(delete(Neighbour))
    found = learning.baskets(histories(session, version.as_of, most=options["most"]))
    if not found.products:
        return
    nearest = learning.learn(found, options, seed=version.seed)
    pairs, both = nearest.similarity.tocoo(), nearest.together.tocoo()
    for begin in range(0, pairs.nnz, _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        session.execute(
            _STORE,
            {
                "model_id": model.id,
                "number": version.number,
                "products": [found.products[one] for one in pairs.row[some]],
                "neighbours": [found.products[one] for one in pairs.col[some]],
                "similarities": pairs.data[some].tolist(),
                "together": both.data[some].astype(int).tolist(),
            },
        )
    session.execute(text("ANALYZE scoring_product_neighbours"))


PRODUCTS: Final = Kind(
    KEY,
    Text("Next best product", "下一最佳产品"),
    fit,
    score,
    worse,
    unscore=unscore,
    options=ProductsOptions,
)
