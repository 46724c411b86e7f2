"""The kind ``lifetime``: its parts put together."""

from typing import Final

from guanxi.sdk import Text
from guanxi_scoring.life.contract import Kind
from guanxi_scoring.lifetime.drifting import drift
from guanxi_scoring.lifetime.fitting import fit
from guanxi_scoring.lifetime.options import LifetimeOptions
from guanxi_scoring.lifetime.scoring import score, unscore
from guanxi_scoring.lifetime.worse import worse

LIFETIME: Final = Kind(
    key="lifetime",
    title=Text("Customer lifetime value", "客户终身价值"),
    fit=fit,
    score=score,
    worse=worse,
    drift=drift,
    unscore=unscore,
    options=LifetimeOptions,
)
