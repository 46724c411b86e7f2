"""The same figures at 50 digits, by mpmath, from the definitions: slow, and never wrong for range.

Mostly integrals and sums of the story behind each model, rather than the closed forms of papers.
"""

from mpmath import beta, exp, gamma, hyp2f1, inf, log, mpf, quad, workdps

DIGITS = 50


def bg_terms(params: tuple[float, ...], x: int, recency: float, T: float, chances: int) -> list:
    """Likelihood of being alive, and of having dropped out at the last purchase."""
    with workdps(DIGITS):
        r, alpha, a, b = map(mpf, params)
        k = x + chances
        buys = gamma(r + x) / gamma(r) * alpha**r
        alive = buys * beta(a, b + k) / beta(a, b) / (alpha + mpf(T)) ** (r + x)
        if not k:
            return [alive, mpf(0)]
        dead = buys * beta(a + 1, b + k - 1) / beta(a, b) / (alpha + mpf(recency)) ** (r + x)
        return [alive, dead]


def pareto_terms(params: tuple[float, ...], x: int, recency: float, T: float) -> list:
    """Likelihood of being alive, and of having died at any time since the last purchase."""
    with workdps(DIGITS):
        r, alpha, s, b = map(mpf, params)
        t, end = mpf(recency), mpf(T)
        buys = gamma(r + x) / gamma(r) * alpha**r * b**s
        alive = buys / (alpha + end) ** (r + x) / (b + end) ** s
        fast = (r + x) / (alpha + t) + (s + 1) / (b + t)
        bounds = [t, *(t + part / fast for part in (1, 4, 16, 64) if t + part / fast < end), end]
        since = quad(lambda y: (alpha + y) ** -(r + x) * (b + y) ** -(s + 1), bounds)
        return [alive, buys * s * since]


def bg_purchases(params: tuple[float, ...], x: int, T: float, t: float, chances: int) -> mpf:
    """Expected purchases within t of somebody alive at T, by the paper's closed form.

    Where that is 0/0 (a = 1), a hair beside it: 25 of the 50 digits remain.
    """
    with workdps(DIGITS):
        r, alpha, a, b = map(mpf, params)
        hair = mpf(10) ** -25
        c = a + b + x + chances - 1
        a = a + hair if a == 1 or c == 0 else a
        c = a + b + x + chances - 1
        z = mpf(t) / (alpha + mpf(T))
        return c / (a - 1) * (1 - hyp2f1(r + x, a - 1, c, -z))


def bg_purchases_by_story(
    params: tuple[float, ...], x: int, T: float, t: float, chances: int
) -> mpf:
    """The same as the mean over dropout probabilities p: E[(1 - (1 + pz)^-s) / p]."""
    with workdps(DIGITS):
        r, alpha, a, b = map(mpf, params)
        z, s, k = mpf(t) / (alpha + mpf(T)), r + x, b + x + chances
        middle = a / (a + k)
        bounds = [0, *(middle * part for part in (mpf(1) / 9, mpf(1) / 2, 1, 2, 5, 20)), 1]
        bounds = [bound for bound in bounds if bound <= 1]
        inside = quad(lambda p: p ** (a - 2) * (1 - p) ** (k - 1) * (1 - (1 + p * z) ** -s), bounds)
        return inside / beta(a, k)


def discounted_life(s: float, time: float, rate: float) -> mpf:
    """Expected discounted time that somebody lives whose rate of leaving is Gamma(s, time)."""
    with workdps(DIGITS):
        tail = lambda t: exp(-mpf(rate) * t) * (1 + t / mpf(time)) ** -mpf(s)  # noqa: E731
        return quad(tail, [0, 1 / mpf(rate), 10 / mpf(rate), inf])


def bgbb_terms(params: tuple[float, ...], x: int, last: int, periods: int) -> list:
    """Likelihood of being alive at the end, and of having left after each period since the last."""
    with workdps(DIGITS):
        alpha, b, g, d = map(mpf, params)
        stays = [
            beta(alpha + x, b + m - x) / beta(alpha, b) * beta(g + 1, d + m) / beta(g, d)
            for m in range(last, periods)
        ]
        alive = (
            beta(alpha + x, b + periods - x) / beta(alpha, b) * beta(g, d + periods) / beta(g, d)
        )
        return [alive, *stays]


def spend(params: tuple[float, ...], x: int, z: float) -> float:
    """Log-density of a mean spend z over x purchases: Gamma(px, nu x) mixed over nu."""
    with workdps(DIGITS):
        p, q, v = map(mpf, params)
        n, mean = mpf(x), mpf(z)
        parts = gamma(p * n + q) / (gamma(p * n) * gamma(q)) * v**q * mean ** (p * n - 1)
        return float(log(parts * n ** (p * n) / (n * mean + v) ** (p * n + q)))


def logarithm(terms: list) -> float:
    """Log-likelihood of the sum."""
    with workdps(DIGITS):
        return float(log(sum(terms)))


def share(terms: list) -> float:
    """How much of the sum is the first term: the probability of being alive."""
    with workdps(DIGITS):
        return float(terms[0] / sum(terms))
