# scipy.stats.ttest_1samp, ttest_rel, ttest_ind; statsmodels CompareMeans, ttost_paired, ttost_ind;
# corrected and correlated t from their formulae with scipy.stats.t. Versions and command: golden.py.
import numpy as np
from scipy import stats
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW, ttost_ind, ttost_paired

from golden import sample, show

TAILS = ["two-sided", "greater", "less"]
one, paired, welch, equal_paired, equal_welch, corrected, posterior = [], [], [], [], [], [], []
for seed, n, shift in [(1, 2, 0.0), (2, 3, 0.4), (3, 10, 0.3), (4, 30, -0.2), (5, 10, 8.0), (6, 7, 0.0)]:
    x = sample(seed, n, shift=shift)
    for tail in TAILS:
        test = stats.ttest_1samp(x, 0.1, alternative=tail)
        ci = test.confidence_interval(0.9)
        one.append({"x": x, "tail": tail, "t": test.statistic, "p": test.pvalue, "low": ci.low, "high": ci.high})
for seed, n in [(11, 2), (12, 5), (13, 12)]:
    x, y = sample(seed, n, shift=0.5), sample(seed + 50, n)
    for tail in TAILS:
        test = stats.ttest_rel(x, y, alternative=tail)
        paired.append({"x": x, "y": y, "tail": tail, "t": test.statistic, "p": test.pvalue})
    if n > 2:
        p, (t1, p1, _), (t2, p2, _) = ttost_paired(np.array(x), np.array(y), -0.6, 0.9)
        equal_paired.append({"x": x, "y": y, "low": -0.6, "high": 0.9, "p": p, "p1": p1, "p2": p2, "t1": t1, "t2": t2})
for seed, n, m, scale in [(21, 2, 2, 1.0), (22, 3, 20, 5.0), (23, 15, 8, 0.2), (24, 200, 40, 3.0)]:
    x, y = sample(seed, n, shift=0.4), sample(seed + 50, m, scale=scale)
    for tail in TAILS:
        test = stats.ttest_ind(x, y, equal_var=False, alternative=tail)
        compare = CompareMeans(DescrStatsW(x), DescrStatsW(y))
        name = {"two-sided": "two-sided", "greater": "larger", "less": "smaller"}[tail]
        low, high = compare.tconfint_diff(0.05, name, "unequal")
        dof = compare.dof_satt()
        welch.append({"x": x, "y": y, "tail": tail, "t": test.statistic, "p": test.pvalue, "df": dof, "low": low, "high": high})
    if n < 100:
        p, (_, p1, _), (_, p2, _) = ttost_ind(np.array(x), np.array(y), -1, 2, usevar="unequal")
        equal_welch.append({"x": x, "y": y, "low": -1, "high": 2, "p": p, "p1": p1, "p2": p2})
for seed, n, ratio in [(31, 10, 1 / 9), (32, 5, 0.25)]:
    x = sample(seed, n, scale=0.01, shift=0.006, digits=4)
    se = np.sqrt((1 / n + ratio) * np.var(x, ddof=1))
    t = np.mean(x) / se
    corrected.append({"x": x, "ratio": ratio, "t": t, "p": 2 * stats.t.sf(abs(t), n - 1)})
    rho = 1 / n
    scale = np.sqrt((1 / n + rho / (1 - rho)) * np.var(x, ddof=1))
    law = stats.t(n - 1, loc=np.mean(x), scale=scale)
    posterior.append({"x": x, "rho": rho, "rope": 0.005, "below": law.cdf(-0.005), "above": law.sf(0.005),
                      "inside": law.cdf(0.005) - law.cdf(-0.005), "low": law.ppf(0.025), "high": law.ppf(0.975)})
show("means", {"one_sample": one, "paired": paired, "welch": welch, "equivalence_paired": equal_paired,
               "equivalence_welch": equal_welch, "corrected": corrected, "posterior": posterior})
