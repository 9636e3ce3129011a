# scipy.stats.f_oneway, levene, shapiro, studentized_range; statsmodels anova_oneway (Welch),
# AnovaRM, pairwise p-values of Nemenyi and Conover from their formulae with scipy's distributions;
# Greenhouse-Geisser and Huynh-Feldt from the covariance matrix; intervals of η² with scipy.stats.ncf.
# Tails of the studentized range that scipy 1.10 gives to fewer digits: the double trapezoidal rule
# below, which agrees with mpmath.quad to 14 digits. Versions and command: golden.py.
import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq
from scipy.special import gammaln, ndtr
from statsmodels.stats.anova import AnovaRM
from statsmodels.stats.oneway import anova_oneway

from golden import sample, show

anova, repeated, spread, shapiro, ranges, post_hoc = [], [], [], [], [], []


def f_noncentrality(f, d1, d2, probability):
    g = lambda x: stats.ncf.cdf(f, d1, d2, x) - probability
    if stats.f.cdf(f, d1, d2) <= probability:
        return 0.0
    high = 1.0
    while g(high) > 0:
        high *= 2
    return brentq(g, 1e-10, high, xtol=1e-12, rtol=1e-14)


for seed, sizes, scales in [(101, (4, 5, 6), (1, 1, 1)), (102, (20, 3, 8, 15), (1, 3, 0.5, 1)), (103, (2, 2), (1, 2)), (104, (6, 6, 6), (1, 1, 1))]:
    groups = [sample(seed * 10 + i, n, scale=scales[i], shift=0.8 * i) for i, n in enumerate(sizes)]
    test = stats.f_oneway(*groups)
    welch = anova_oneway([np.array(g) for g in groups], use_var="unequal", welch_correction=True)
    n, k = sum(sizes), len(sizes)
    lam = [f_noncentrality(test.statistic, k - 1, n - k, q) for q in (0.975, 0.025)]
    anova.append({"groups": groups, "f": test.statistic, "p": test.pvalue, "low": lam[0] / (lam[0] + n), "high": lam[1] / (lam[1] + n),
                  "welch_f": welch.statistic, "welch_p": welch.pvalue, "welch_df": welch.df_denom})
    spread.append({"groups": groups, **{name: value for centre in ("mean", "median")
                   for name, value in zip((centre, centre + "_p"), stats.levene(*groups, center=centre))}})
for seed, n, k in [(111, 5, 2), (112, 10, 3), (113, 8, 5), (114, 4, 4)]:
    rows = np.array([sample(seed * 10 + i, k, shift=0.5 * i) for i in range(n)]) + np.linspace(0, 1, k)
    rows = np.round(rows, 3)
    table = pd.DataFrame([{"block": i, "arm": j, "y": rows[i, j]} for i in range(n) for j in range(k)])
    result = AnovaRM(table, "y", "block", within=["arm"]).fit().anova_table
    f, p = result["F Value"][0], result["Pr > F"][0]
    s = np.cov(rows.T)
    centred = s - s.mean(0) - s.mean(1)[:, None] + s.mean()
    gg = np.trace(centred) ** 2 / ((k - 1) * np.sum(centred**2))
    rest = n - 1 - (k - 1) * gg
    hf = min(1, (n * (k - 1) * gg - 2) / ((k - 1) * rest)) if rest > 0 else 1
    hf = max(hf, gg)
    df = k - 1, (k - 1) * (n - 1)
    repeated.append({"rows": rows, "f": f, "p": p, "gg": gg, "hf": hf, "gg_p": stats.f.sf(f, gg * df[0], gg * df[1]),
                     "hf_p": stats.f.sf(f, hf * df[0], hf * df[1])})
for seed, n in [(121, 3), (122, 4), (123, 5), (124, 6), (125, 11), (126, 12), (127, 30), (128, 200)]:
    for law in ("normal", "exponential"):
        x = sample(seed, n)
        x = [round(float(np.exp(v)), 3) for v in x] if law == "exponential" else x
        test = stats.shapiro(x)
        shapiro.append({"x": x, "w": test.statistic, "p": test.pvalue})


def range_upper(q, k, v, nt=4001, nz=1201):
    t, weight = np.array([0.0]), np.array([1.0])
    if np.isfinite(v):
        sd = 1 / np.sqrt(2 * v)
        t = np.linspace(-np.log1p(q) - 60 / v - 40 * sd, 14 * sd, nt)
        log_density = v / 2 * np.log(v / 2) + np.log(2) - gammaln(v / 2) + v * t - v * np.exp(2 * t) / 2
        weight = np.exp(log_density) * (t[1] - t[0])
    total = 0.0
    for ti, wi in zip(t, weight):
        if wi < 1e-320:
            continue
        w = q * np.exp(ti)
        z = np.linspace(w / 2 - 10, w / 2 + 10, nz)
        below = ndtr(z)
        with np.errstate(all="ignore"):
            outside = -np.expm1((k - 1) * np.log1p(-np.minimum(1, ndtr(z - w) / below)))
            density = k * np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * below ** (k - 1) * outside
        total += wi * np.nansum(density) * (z[1] - z[0])
    return total


for q, k, v in [(3.5, 3, 10), (3.5, 3, np.inf), (1, 2, 1), (0.1, 3, 5), (3.3, 40, 60), (4, 5, 20), (2.5, 8, np.inf), (5, 100, 4)]:
    ranges.append({"q": q, "k": k, "v": v, "p": stats.studentized_range.sf(q, k, v), "by": "scipy"})
for q, k, v in [(20, 5, 3), (100, 5, 3), (10, 10, np.inf), (12, 4, 200), (1000, 2, 1), (6, 3, 1000)]:
    ranges.append({"q": q, "k": k, "v": v, "p": range_upper(q, k, v), "by": "trapezoidal rule"})
critical = [{"p": p, "k": k, "v": v, "q": stats.studentized_range.isf(p, k, v)} for p, k, v in [(0.05, 3, 10), (0.05, 5, np.inf), (0.01, 10, np.inf), (0.1, 2, 4)]]
for seed, n, k, digits in [(131, 10, 4, 3), (132, 15, 3, 0)]:
    rows = [[round(v + 0.6 * j, digits) for j, v in enumerate(sample(seed * 100 + i, k))] for i in range(n)]
    ranks = np.array([stats.rankdata(row) for row in rows])
    means, sums, a = ranks.mean(0), ranks.sum(0), np.sum(ranks**2)
    scale = np.sqrt(2 * (n * a - np.sum(sums**2)) / ((n - 1) * (k - 1)))
    row = {"rows": rows, "nemenyi": [], "conover": [],
           "cd": stats.studentized_range.isf(0.05, k, np.inf) / np.sqrt(2) * np.sqrt(k * (k + 1) / (6 * n))}
    for i in range(k):
        for j in range(i + 1, k):
            q = abs(means[i] - means[j]) / np.sqrt(k * (k + 1) / (12 * n))
            row["nemenyi"].append(stats.studentized_range.sf(q, k, np.inf))
            row["conover"].append(2 * stats.t.sf(abs(sums[i] - sums[j]) / scale, (n - 1) * (k - 1)))
    post_hoc.append(row)
show("groups", {"anova": anova, "repeated": repeated, "spread": spread, "shapiro": shapiro, "ranges": ranges, "critical": critical,
                "post_hoc": post_hoc})
