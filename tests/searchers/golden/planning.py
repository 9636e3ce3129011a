# statsmodels multipletests, TTestPower, TTestIndPower, FTestAnovaPower, NormalIndPower; McNemar's
# power by listing all outcomes with scipy.stats.binom; scipy.stats.bootstrap's BCa and percentile
# intervals on its own replicates; group-sequential levels and the any-time valid t from their integrals,
# by numpy's Gauss-Legendre nodes, 400 to a line. Versions and command: golden.py.
import numpy as np
from scipy import stats
from scipy.optimize import brentq
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import FTestAnovaPower, NormalIndPower, TTestIndPower, TTestPower

from golden import sample, show

corrections, t_power, two_power, anova_power, rates_power, mcnemar, boot, sequential, anytime = ([] for _ in range(9))
SM = {"two-sided": "two-sided", "greater": "larger", "less": "smaller"}
NAMES = {"bonferroni": "bonferroni", "holm": "holm", "hochberg": "simes-hochberg", "benjamini_hochberg": "fdr_bh",
         "benjamini_yekutieli": "fdr_by"}
for p in [[0.01, 0.04, 0.03, 0.005], [0.05], [0.5, 0.5, 0.5], [0.001, 1.0, 0.02, 0.02, 0.9, 0.0], [1e-300, 1e-5, 0.04999]]:
    row = {"p": p}
    for ours, theirs in NAMES.items():
        row[ours] = multipletests(p, 0.05, theirs)[1]
    corrections.append(row)
for effect, n, alpha in [(0.5, 20, 0.05), (1.0, 5, 0.05), (0.2, 200, 0.01), (2.0, 2, 0.05), (0.0, 10, 0.05)]:
    for tail in SM:
        t_power.append({"effect": effect, "n": n, "alpha": alpha, "tail": tail, "power": TTestPower().power(effect, n, alpha, alternative=SM[tail])})
for effect, n, m in [(0.5, 64, 64), (1.2, 5, 9)]:
    for tail in SM:
        two_power.append({"effect": effect, "n": n, "m": m, "tail": tail, "power": TTestIndPower().power(effect, n, 0.05, m / n, alternative=SM[tail])})
for effect, k, n in [(0.25, 4, 20), (0.4, 3, 10), (0.1, 6, 100)]:
    anova_power.append({"effect": effect, "k": k, "n": n, "power": FTestAnovaPower().power(effect, k * n, 0.05, k_groups=k)})
for p1, p2, n, m in [(0.78, 0.86, 100, 100), (0.5, 0.6, 400, 200)]:
    h = 2 * np.arcsin(np.sqrt(p1)) - 2 * np.arcsin(np.sqrt(p2))
    for tail in SM:
        rates_power.append({"p1": p1, "p2": p2, "n": n, "m": m, "tail": tail, "power": NormalIndPower().power(h, n, 0.05, m / n, alternative=SM[tail])})
for p, q, n in [(0.3, 0.1, 40), (0.05, 0.02, 200)]:
    for form in ("exact", "mid_p"):
        power = 0.0
        for m in range(n + 1):
            for b in range(m + 1):
                tail = stats.binom.cdf(min(b, m - b), m, 0.5)
                mid = 1 if 2 * b == m else 2 * tail - stats.binom.pmf(b, m, 0.5)
                if (min(1, 2 * tail) if form == "exact" else mid) < 0.05:
                    power += stats.binom.pmf(m, n, p + q) * stats.binom.pmf(b, m, p / (p + q))
        mcnemar.append({"p": p, "q": q, "n": n, "form": form, "power": power})
for seed, n, statistic in [(211, 12, "mean"), (212, 9, "median"), (213, 15, "sd")]:
    x = np.array(sample(seed, n, digits=1))
    f = {"mean": np.mean, "median": np.median, "sd": lambda v, axis=-1: np.std(v, ddof=1, axis=axis)}[statistic]
    row = {"x": x, "statistic": statistic}
    for method in ("percentile", "BCa"):
        result = stats.bootstrap((x,), f, n_resamples=199, method=method, random_state=seed, axis=-1)
        row[method] = [result.confidence_interval.low, result.confidence_interval.high]
        row["replicates"] = result.bootstrap_distribution
    boot.append(row)

nodes, weights = np.polynomial.legendre.leggauss(400)
z_of = lambda level: stats.norm.isf(level / 2)  # two-sided


def line(low, high):
    return (low + high) / 2 + (high - low) / 2 * nodes, (high - low) / 2 * weights


def chance(bounds, times):
    """P(first outside at the last look) of a Brownian motion."""
    steps = np.sqrt(np.diff(np.concatenate([[0.0], times])))
    s, mass = np.array([0.0]), np.array([1.0])
    for bound, step in zip(bounds[:-1], steps):
        u, w = line(-bound, bound)
        mass = w * (stats.norm.pdf((u[:, None] - s) / step) / step @ mass)
        s = u
    return mass @ (stats.norm.sf((bounds[-1] - s) / steps[-1]) + stats.norm.cdf((-bounds[-1] - s) / steps[-1]))


for kind, times in [("obrien_fleming", [0.5, 1]), ("obrien_fleming", [0.2, 0.4, 0.6, 0.8, 1]), ("pocock", [0.3, 1]), ("pocock", [0.25, 0.6, 1])]:
    spent = [0.05 * np.log1p((np.e - 1) * t) if kind == "pocock" else 2 * stats.norm.sf(z_of(0.05) / np.sqrt(t)) for t in times]
    bounds, levels = [], []
    for k, t in enumerate(times):
        want = spent[k] - (spent[k - 1] if k else 0)
        b = brentq(lambda v: np.log(chance(bounds + [v], times[:k + 1]) / want), 0.5 * np.sqrt(t), 9 * np.sqrt(t), xtol=1e-14, rtol=1e-14)
        bounds.append(b)
        levels.append(2 * stats.norm.sf(b / np.sqrt(t)))
    sequential.append({"kind": kind, "times": times, "spent": spent, "levels": levels})
pocock = []
for looks in (2, 5, 10):
    times = np.arange(1, looks + 1) / looks
    total = lambda z: sum(chance(list(z * np.sqrt(times[:k + 1])), times[:k + 1]) for k in range(looks)) - 0.05
    pocock.append({"looks": looks, "level": 2 * stats.norm.sf(brentq(total, 1.9, 3, xtol=1e-14, rtol=1e-14))})
for seed, n, mu, c2 in [(221, 2, 0.0, 1), (222, 10, 0.3, 1), (223, 30, -0.2, 4)]:
    x = np.array(sample(seed, n, shift=0.5))
    y = x - mu
    # Integrals over the deviation (right Haar prior; its logarithm u about √(Σy²/n)) and the standardised
    # mean d (normal, precision c²) of the likelihood, over that of d = 0.
    d, wd = line(-9, 9)
    u, wu = line(-4, 30 / n + 4)
    deviation = np.sqrt(np.sum(y**2) / n) * np.exp(u)
    log_like = lambda d: -n * u - (np.sum(y**2) / deviation**2 - 2 * d * np.sum(y) / deviation + n * d**2) / 2 + n / 2
    mixed = sum(w * np.exp(log_like(v)) * np.sqrt(c2 / (2 * np.pi)) * np.exp(-c2 * v * v / 2) for v, w in zip(d, wd))
    anytime.append({"x": x, "mu": mu, "c2": c2, "e": (wu @ mixed) / (wu @ np.exp(log_like(0)))})
show("planning", {"corrections": corrections, "t_power": t_power, "two_power": two_power, "anova_power": anova_power,
                  "rates_power": rates_power, "mcnemar_power": mcnemar, "bootstrap": boot, "sequential": sequential, "pocock": pocock, "anytime": anytime})
