# statsmodels proportions_ztest, proportion_confint, confint_proportions_2indep, mcnemar;
# scipy.stats.binomtest, fisher_exact, contingency.odds_ratio, chi2_contingency, chisquare. Exact
# McNemar from fractions; Bonett and Price's interval and Cramér's V from their formulae, the latter's
# interval with mpmath's noncentral χ² below. Versions and command: golden.py.
import numpy as np
from scipy import stats
from scipy.optimize import brentq
from scipy.stats.contingency import odds_ratio
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from golden import show

SM = {"two-sided": "two-sided", "greater": "larger", "less": "smaller"}
TAILS = list(SM)
one, two, paired, fisher, chi, fit = [], [], [], [], [], []
for k, n, p0 in [(0, 3, 0.5), (3, 3, 0.5), (65, 100, 0.5), (7, 10, 0.9), (120, 1000, 0.1), (1, 1, 0.3), (300, 100000, 0.004)]:
    for tail in TAILS:
        z, p = proportions_ztest(k, n, p0, SM[tail], prop_var=p0)
        exact = stats.binomtest(k, n, p0, alternative=tail)
        wilson = proportion_confint(k, n, 0.05, "wilson")
        beta = stats.binomtest(k, n, p0).proportion_ci(0.95, "exact")
        one.append({"k": k, "n": n, "p0": p0, "tail": tail, "z": z, "p": p, "exact_p": exact.pvalue,
                    "wilson": [max(0, wilson[0]), min(1, wilson[1])], "clopper": [beta.low, beta.high]})
for a, n, b, m in [(78, 100, 86, 100), (780, 1000, 860, 1000), (1, 5, 4, 6), (0, 10, 3, 10), (9870, 10000, 9820, 10000)]:
    for tail in TAILS:
        z, p = proportions_ztest([a, b], [n, m], alternative=SM[tail])
        low, high = confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff")
        two.append({"a": a, "n": n, "b": b, "m": m, "tail": tail, "z": z, "p": p, "low": low, "high": high})
z = stats.norm.ppf(0.975)
for b, c, n in [(3, 9, 50), (0, 6, 20), (40, 25, 500), (0, 0, 10)]:
    p1, p2 = (b + 1) / (n + 2), (c + 1) / (n + 2)
    half = z * np.sqrt((p1 + p2 - (p1 - p2) ** 2) / (n + 2))
    share = stats.binomtest(b, b + c).proportion_ci(0.95, "exact") if b + c else None
    paired.append({"b": b, "c": c, "n": n, "low": p1 - p2 - half, "high": p1 - p2 + half,
                   "odds_low": share.low / (1 - share.low) if share else 0,
                   "odds_high": share.high / (1 - share.high) if share and share.high < 1 else np.inf,
                   "greater": stats.binom.cdf(c, b + c, 0.5) if b + c else 1.0,
                   "less": stats.binom.cdf(b, b + c, 0.5) if b + c else 1.0})
for t in [[[8, 2], [1, 5]], [[3, 0], [0, 3]], [[10, 10], [10, 10]], [[100, 2], [1000, 5]], [[1, 9], [11, 3]], [[0, 5], [4, 0]],
          [[190, 800], [200, 900]], [[2, 3], [4, 31]], [[4000, 3900], [4100, 4200]]]:
    for tail in TAILS:
        _, p = stats.fisher_exact(t, tail)
        estimate = odds_ratio(t, kind="conditional")
        ci = estimate.confidence_interval(0.95)
        fisher.append({"table": t, "tail": tail, "p": p, "odds": estimate.statistic, "low": ci.low, "high": ci.high})


def noncentrality(statistic, dof, probability):
    f = lambda x: stats.ncx2.cdf(statistic, dof, x) - probability
    if stats.chi2.cdf(statistic, dof) <= probability:
        return 0.0
    high = 1.0
    while f(high) > 0:
        high *= 2
    return brentq(f, 0 if f(1e-12) > 0 else 1e-12, high, xtol=1e-13, rtol=1e-14)


for t in [[[10, 20], [30, 5]], [[1, 2, 3], [4, 0, 9]], [[12, 15, 9], [14, 12, 12], [8, 10, 16]], [[1000, 1200], [900, 1300]]]:
    plain = stats.chi2_contingency(t, correction=False)
    n, most = np.sum(t), np.sum(t) * (min(np.shape(t)) - 1)
    ends = [np.sqrt(min(1, noncentrality(plain[0], plain[2], q) / most)) for q in (0.975, 0.025)]
    row = {"table": t, "chi2": plain[0], "p": plain[1], "df": plain[2], "least": plain[3].min(),
           "v": np.sqrt(plain[0] / most), "low": ends[0], "high": ends[1]}
    if np.shape(t) == (2, 2):
        yates = stats.chi2_contingency(t, correction=True)
        row.update({"yates": yates[0], "yates_p": yates[1]})
    chi.append(row)
for counts, shares in [([10, 20, 30], None), ([16, 18, 16, 14, 12, 12], None), ([44, 56], [0.5, 0.5]), ([5, 1, 90], [0.1, 0.1, 0.8])]:
    expected = None if shares is None else np.array(shares) * sum(counts)
    test = stats.chisquare(counts, expected)
    fit.append({"counts": counts, "shares": shares or [], "chi2": test.statistic, "p": test.pvalue})
show("proportions", {"one": one, "two": two, "paired": paired, "fisher": fisher, "chi_squared": chi, "fit": fit})
