"""Buy-till-you-die models beside ``lifetimes``: seconds, log-likelihoods, memory, in one run.

Times are the least of some runs in seconds of the processor, which other work on the machine
disturbs least; both sides compute on one. Seconds by the clock and the load stand beside them.

Each side is told the same customers, drawn from the story of the BG/NBD with days as the grain
and weeks as the unit; both log-likelihoods are computed by one function. The claims: BG/NBD at
least 25 times faster at an equal or better likelihood for 2,000, 24,000, 100,000 and a million
customers, and a million within 0.5 s; Pareto/NBD at least 40 times, a million within 10 s;
lifetime value of a million over 12 months at least 8 times faster.

The peer's Pareto/NBD of a million takes five minutes; it is fitted up to 100,000 unless
``GUANXI_BENCH_WHOLE`` is set. ``pymc-marketing`` is measured where it is installed.
"""

import importlib.util
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from guanxi_scoring.btyd import BetaGeo, Lifetimes, ParetoNBD, customer_lifetime_value
from guanxi_scoring.btyd import dropout_likelihood as dropout
from guanxi_scoring.btyd import pareto_likelihood as pareto
from guanxi_scoring.btyd.histories import gathered

SIZES: Final = (2_000, 24_000, 100_000, 1_000_000)
WHOLE: Final = bool(os.environ.get("GUANXI_BENCH_WHOLE"))
PARETO_PEER_UP_TO: Final = 1_000_000 if WHOLE else 100_000
PYMC_UP_TO: Final = 2_000
WEEKS_PER_MONTH: Final = 4.345
"""What the peer holds a month to be."""
STORY: Final = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
_MEMORY: Final = "memory"


class Customers(NamedTuple):
    """Repeat purchases, recency and age in weeks."""

    x: Any
    recency: Any
    T: Any


class Took(NamedTuple):
    """Seconds of the processor, and by the clock."""

    work: float
    clock: float

    def __str__(self) -> str:
        """Both, as they are printed."""
        return f"{self.work:.4f} s (clock {self.clock:.4f})"


def main() -> None:
    """Print what each side takes, and the ratios to the peer and to the limits."""
    warnings.simplefilter("ignore")
    if importlib.util.find_spec("lifetimes") is None:
        print("lifetimes is not installed: nothing to compare with (make extra)")
        return
    if importlib.util.find_spec("pymc_marketing") is None:
        print("pymc-marketing is not installed and not compared with")
    everybody = {size: drawn(size, seed=size) for size in SIZES}
    for size, customers in everybody.items():
        _fit("BG/NBD", BetaGeo, "BetaGeoFitter", customers, size, limit=25)
        _pymc(customers, size)
    for size, customers in everybody.items():
        _fit("Pareto/NBD", ParetoNBD, "ParetoNBDFitter", customers, size, limit=40)
    _value(everybody[SIZES[-1]])
    _one_customer()
    for kind in ("BetaGeo", "ParetoNBD"):
        print(f"memory above the data, 1,000,000 customers, {kind}: {_apart(kind):.0f} MB")
    print(f"memory above the data, 1,000,000 customers, lifetimes' BG/NBD: {_apart('peer'):.0f} MB")


def drawn(n: int, seed: int) -> Customers:
    """Draw customers of the BG/NBD aged 27 to 104 weeks; purchases of one day are one."""
    draw = np.random.default_rng(seed)
    ends = np.floor(draw.uniform(27 * 7, 104 * 7, n))
    rate = draw.gamma(STORY["r"], 1 / STORY["alpha"], n) / 7
    leaves = draw.beta(STORY["a"], STORY["b"], n)
    x, day, now = np.zeros(n), np.zeros(n), np.zeros(n)
    alive = np.arange(n)
    while len(alive):
        now[alive] += draw.exponential(1.0, len(alive)) / rate[alive]
        alive = alive[now[alive] <= ends[alive]]
        today = np.floor(now[alive])
        other = alive[today > day[alive]]
        x[other] += 1
        day[alive] = today
        alive = alive[draw.random(len(alive)) > leaves[alive]]
    return Customers(x, day / 7, ends / 7)


def log_likelihood(model: type[Lifetimes], params: Mapping[str, float], of: Customers) -> float:
    """The same function for both sides."""
    found = gathered(*of)
    scales = [found.scale if name in model.RATES else 1.0 for name in model.NAMES]
    at = np.array([params[name] for name in model.NAMES]) / scales
    evaluate = dropout.Likelihood(found, 0) if model is BetaGeo else pareto.Likelihood(found)
    return float(evaluate(at)[0] - np.log(found.scale) * of.x.sum())


def _fit(
    name: str, model: Any, fitter: str, customers: Customers, size: int, *, limit: int
) -> None:
    ours, fitted = _timed(lambda: model().fit(*customers), _runs(size))
    said = f"{name} {size:,}: ours {ours}, {fitted.steps} steps"
    if model is ParetoNBD and size > PARETO_PEER_UP_TO:
        print(f"{said}; limit 10 s; the peer takes minutes, see GUANXI_BENCH_WHOLE{_load()}")
        return
    import lifetimes  # noqa: PLC0415 -- slow

    runs = 1 if size > 100_000 or (model is ParetoNBD and size > 2_000) else 3
    theirs, other = _timed(lambda: getattr(lifetimes, fitter)().fit(*customers), runs)
    better = log_likelihood(model, fitted.params, customers) - log_likelihood(
        model, other.params_.to_dict(), customers
    )
    print(
        f"{said}; lifetimes {theirs}; {theirs.work / ours.work:.0f} times faster (limit {limit}), "
        f"log-likelihood {fitted.log_likelihood:.6f}, {better:+.2e} above the peer's{_load()}"
    )


def _pymc(customers: Customers, size: int) -> None:
    """Print what the peer takes for its most probable parameters, by its own usual priors."""
    if importlib.util.find_spec("pymc_marketing") is None or size > PYMC_UP_TO:
        return
    import pandas as pd  # noqa: PLC0415 -- slow
    from pymc_marketing import clv  # noqa: PLC0415 -- slow

    frame = pd.DataFrame(customers._asdict()).rename(columns={"x": "frequency"})
    frame["customer_id"] = range(size)
    ours, _ = _timed(lambda: BetaGeo().fit(*customers), _runs(size))
    took, _ = _timed(lambda: clv.BetaGeoModel(data=frame).fit(method="map", progressbar=False), 3)
    print(
        f"BG/NBD {size:,}: ours {ours}; pymc-marketing, most probable parameters {took}; "
        f"{took.work / ours.work:.0f} times faster{_load()}"
    )


def _value(customers: Customers) -> None:
    """Value over 12 months of everybody, at a spend of 30 each."""
    import lifetimes  # noqa: PLC0415 -- slow
    import pandas as pd  # noqa: PLC0415 -- slow
    from lifetimes.utils import _customer_lifetime_value  # noqa: PLC0415 -- the peer's own loop

    model = BetaGeo().fit(*customers)
    columns = [pd.Series(column) for column in customers]
    spend = pd.Series(np.full(len(customers.x), 30.0))
    peer = lifetimes.BetaGeoFitter()
    peer.params_ = pd.Series(model.params)
    peer.predict = peer.conditional_expected_number_of_purchases_up_to_time
    ours, found = _timed(
        lambda: customer_lifetime_value(
            model, 30.0, *customers, months=12, time_unit=WEEKS_PER_MONTH, monthly_rate=0.01
        ),
        3,
    )
    theirs, other = _timed(
        lambda: _customer_lifetime_value(peer, *columns, spend, 12, 0.01, freq="W"), 1
    )
    apart = abs(float(found.sum()) / float(other.sum()) - 1)
    print(
        f"value over 12 months, {len(spend):,}: ours {ours}, lifetimes {theirs}; "
        f"{theirs.work / ours.work:.1f} times faster (limit 8), "
        f"sums differ by {apart:.1e} of it{_load()}"
    )


def _one_customer() -> None:
    """Scores of one customer after one purchase, from stored parameters."""
    model = BetaGeo.from_params(STORY)

    def scored() -> None:
        model.probability_alive(3, 20.0, 30.0)
        model.expected_purchases(13.0, 3, 20.0, 30.0)
        customer_lifetime_value(model, 30.0, 3, 20.0, 30.0, time_unit="weeks", monthly_rate=0.01)

    took, _ = _timed(lambda: [scored() for _ in range(100)], 3)
    each = took.work * 10
    print(f"alive, purchases and 12 months' value of one customer: {each:.2f} ms (limit 5 ms)")


def _timed(work: Callable[[], Any], runs: int) -> tuple[Took, Any]:
    """Return the least times of some runs, and what the last returned."""
    took, result = [], None
    for _ in range(runs):
        begun, worked = time.perf_counter(), time.process_time()
        result = work()
        took.append(Took(time.process_time() - worked, time.perf_counter() - begun))
    return Took(*(min(part) for part in zip(*took, strict=True))), result


def _runs(size: int) -> int:
    return 9 if size < 1_000_000 else 3


def _load() -> str:
    return f" [load {os.getloadavg()[0]:.1f}]"


def _apart(kind: str) -> float:
    """Return the peak memory (MB) that a fit of a million needs above its data, in a process."""
    command = [sys.executable, "-m", "bench.scoring_btyd", _MEMORY, kind]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(told.split()[-1])


def _measured_memory(kind: str) -> None:
    import tracemalloc  # noqa: PLC0415 -- only here

    warnings.simplefilter("ignore")
    customers = drawn(SIZES[-1], seed=1)
    fit: Any = {"BetaGeo": BetaGeo().fit, "ParetoNBD": ParetoNBD().fit}.get(kind)
    if fit is None:
        import lifetimes  # noqa: PLC0415 -- slow

        fit = lifetimes.BetaGeoFitter().fit
    tracemalloc.start()
    fit(*customers)
    print(tracemalloc.get_traced_memory()[1] / 2**20)


def _called(arguments: Sequence[str]) -> None:
    if arguments[:1] == [_MEMORY]:
        _measured_memory(arguments[1])
    else:
        main()


if __name__ == "__main__":
    _called(sys.argv[1:])
