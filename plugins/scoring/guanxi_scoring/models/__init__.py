"""Tables of scoring, by what they are about; all share one base."""

from guanxi_scoring.models.base import Base
from guanxi_scoring.models.churn import (
    LapsePolicy,
    LapseThreshold,
    Rhythm,
    RhythmPopulation,
    SilenceScore,
)
from guanxi_scoring.models.features import PurchaseSummary, SummaryBasis
from guanxi_scoring.models.insight import Analysis, Anomaly, BoardReport, Potential
from guanxi_scoring.models.life import Model, Version
from guanxi_scoring.models.lifetime import LifetimeScore
from guanxi_scoring.models.products import (
    Cluster,
    Insight,
    Neighbour,
    NextProduct,
    Offer,
    Popular,
    Preference,
    PreferenceShare,
    Product,
    ProductRule,
)
from guanxi_scoring.models.propensity import Case, Count, Propensity
from guanxi_scoring.models.risk import (
    Agency,
    AppetiteAnswers,
    CardScore,
    CaseFile,
    Mitigation,
    Rating,
    RiskChange,
    RiskStanding,
)
from guanxi_scoring.models.rounds import FitOrder, ScoreRound, ThresholdSide

__all__ = [
    "Agency",
    "Analysis",
    "Anomaly",
    "AppetiteAnswers",
    "Base",
    "BoardReport",
    "CardScore",
    "Case",
    "CaseFile",
    "Cluster",
    "Count",
    "FitOrder",
    "Insight",
    "LapsePolicy",
    "LapseThreshold",
    "LifetimeScore",
    "Mitigation",
    "Model",
    "Neighbour",
    "NextProduct",
    "Offer",
    "Popular",
    "Potential",
    "Preference",
    "PreferenceShare",
    "Product",
    "ProductRule",
    "Propensity",
    "PurchaseSummary",
    "Rating",
    "Rhythm",
    "RhythmPopulation",
    "RiskChange",
    "RiskStanding",
    "ScoreRound",
    "SilenceScore",
    "SummaryBasis",
    "ThresholdSide",
    "Version",
]
