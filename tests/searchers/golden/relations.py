# scipy.stats.pearsonr, spearmanr, kendalltau; exact p-values of Spearman and of Kendall with ties by
# listing all orders; statsmodels OLS with OLSInfluence, variance_inflation_factor, het_breuschpagan.
# Versions and command: golden.py.
import itertools

import numpy as np
import statsmodels.api as sm
from scipy import stats
from scipy.optimize import minimize
from statsmodels.stats.diagnostic import het_breuschpagan
from statsmodels.stats.outliers_influence import OLSInfluence, variance_inflation_factor

from golden import sample, show

TAILS = ["two-sided", "greater", "less"]
pearson, spearman, kendall, ols, surface = [], [], [], [], []
z = stats.norm.ppf(0.975)
for seed, n, slope in [(171, 3, 1.0), (172, 4, 0.0), (173, 12, 0.7), (174, 200, -3.0)]:
    x = sample(seed, n)
    y = [round(v + slope * u, 3) for u, v in zip(x, sample(seed + 50, n))]
    for tail in TAILS:
        test = stats.pearsonr(x, y, alternative=tail)
        ci = stats.pearsonr(x, y).confidence_interval(0.95)
        pearson.append({"x": x, "y": y, "tail": tail, "r": test.statistic, "p": test.pvalue,
                        "low": ci.low, "high": ci.high})


def over_orders(x, y, statistic, tail):
    observed = statistic(x, y)
    values = np.array([statistic(x, order) for order in itertools.permutations(y)])
    return {"greater": np.mean(values >= observed - 1e-9), "less": np.mean(values <= observed + 1e-9),
            "two-sided": np.mean(np.abs(values) >= abs(observed) - 1e-9)}[tail]


def centred_products(x, y):
    a, b = stats.rankdata(x), stats.rankdata(y)
    return float(np.dot(a - a.mean(), b - b.mean()))


def agreement(x, y):
    return sum(np.sign((x[i] - x[j]) * (y[i] - y[j])) for i in range(len(x)) for j in range(i))


for x, y in [([1, 2, 3], [1, 3, 2]), ([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]), ([1, 2, 2, 3, 5, 6], [1, 1, 3, 2, 5, 5]), ([1, 1, 2, 3], [2, 1, 2, 2])]:
    for tail in TAILS:
        spearman.append({"x": x, "y": y, "tail": tail, "rho": stats.spearmanr(x, y).statistic, "p": over_orders(x, y, centred_products, tail)})
        if len(set(x)) < len(x) or len(set(y)) < len(y):
            kendall.append({"x": x, "y": y, "tail": tail, "tau": stats.kendalltau(x, y).statistic, "p": over_orders(x, y, agreement, tail)})
for seed, n, digits in [(181, 10, 3), (182, 25, 3), (183, 30, 0), (184, 100, 1)]:
    x = sample(seed, n, digits=digits, scale=2)
    y = [round(v + 0.4 * u, digits) for u, v in zip(x, sample(seed + 50, n, scale=2))]
    ties = len(set(x)) < n or len(set(y)) < n
    for tail in TAILS:
        test = stats.spearmanr(x, y, alternative=tail)
        rho = test.statistic
        half = z * np.sqrt((1 + rho**2 / 2) / (n - 3))
        spearman.append({"x": x, "y": y, "tail": tail, "rho": rho, "limit": test.pvalue,
                         "low": np.tanh(np.arctanh(rho) - half), "high": np.tanh(np.arctanh(rho) + half)})
        row = {"x": x, "y": y, "tail": tail, "tau": stats.kendalltau(x, y).statistic,
               "limit": stats.kendalltau(x, y, method="asymptotic", alternative=tail).pvalue}
        if not ties:
            row["p"] = stats.kendalltau(x, y, method="exact", alternative=tail).pvalue
        kendall.append(row)
for seed, n, d in [(191, 6, 1), (192, 20, 3), (193, 60, 5)]:
    x = np.array([sample(seed * 100 + i, d, scale=3, shift=10) for i in range(n)])
    if d == 3:
        x[:, 2] = np.round(x[:, 0] + x[:, 1] + 0.05 * x[:, 2], 3)  # nearly determined
    y = np.round(x @ np.linspace(1, -1, d) + np.array(sample(seed, n)), 3)
    fit = sm.OLS(y, sm.add_constant(x)).fit()
    influence = OLSInfluence(fit)
    row = {"x": x, "y": y, "beta": fit.params, "se": fit.bse, "t": fit.tvalues, "p": fit.pvalues, "low": fit.conf_int()[:, 0],
           "high": fit.conf_int()[:, 1], "r2": fit.rsquared, "adjusted": fit.rsquared_adj, "f": fit.fvalue, "f_p": fit.f_pvalue,
           "aic": fit.aic, "bic": fit.bic, "sigma": np.sqrt(fit.scale), "leverage": influence.hat_matrix_diag,
           "studentised": influence.resid_studentized_external, "cooks": influence.cooks_distance[0],
           "predicted_r2": 1 - np.sum(influence.resid_press**2) / fit.centered_tss,
           "vif": [variance_inflation_factor(sm.add_constant(x), j + 1) for j in range(d)],
           "bp": het_breuschpagan(fit.resid, sm.add_constant(x))[:2]}
    new = np.round(x.mean(0) + 1, 3)
    frame = fit.get_prediction(np.concatenate([[1], new])[None, :]).summary_frame(0.05)
    row.update({"new": new, "predicted": frame["mean"][0], "mean_low": frame["mean_ci_lower"][0], "mean_high": frame["mean_ci_upper"][0],
                "obs_low": frame["obs_ci_lower"][0], "obs_high": frame["obs_ci_upper"][0]})
    ols.append(row)
for seed, d, n, centre, sign in [(201, 2, 20, 0.4, 1), (202, 3, 30, 0.7, 1), (203, 2, 25, 0.5, -1)]:
    x = np.round(np.random.RandomState(seed).rand(n, d), 2)
    x[-4:] = x[:4]  # repeats, for the lack of fit
    y = np.round(sign * np.sum((x - centre) ** 2, axis=1) + 0.5 * x[:, 0] * x[:, 1] + 0.02 * np.array(sample(seed, n)), 4)
    pairs = [(i, j) for i in range(d) for j in range(i, d)]
    terms = np.column_stack([x] + [x[:, i] * x[:, j] for i, j in pairs])
    fit = sm.OLS(y, sm.add_constant(terms)).fit()
    b, m = fit.params[1:d + 1], np.zeros((d, d))
    for (i, j), value in zip(pairs, fit.params[d + 1:]):
        m[i, j] += value / 2
        m[j, i] += value / 2
    starts = [np.array(s) for s in itertools.product([0.02, 0.5, 0.98], repeat=d)]
    best = min((minimize(lambda v: b @ v + v @ m @ v, s, jac=lambda v: b + 2 * m @ v, bounds=[(0, 1)] * d, method="L-BFGS-B",
                         options={"ftol": 1e-16, "gtol": 1e-13}) for s in starts), key=lambda r: r.fun)
    unique = {tuple(row) for row in x}
    pure = sum(np.sum((y[[tuple(r) == u for r in x]] - y[[tuple(r) == u for r in x]].mean()) ** 2) for u in unique)
    df1, df2 = len(unique) - len(fit.params), n - len(unique)
    f = (fit.ssr - pure) / df1 / (pure / df2)
    surface.append({"x": x, "y": y, "beta": fit.params, "stationary": np.linalg.solve(-2 * m, b), "curvatures": np.linalg.eigvalsh(m),
                    "best": best.x, "value": best.fun + fit.params[0], "f": f, "f_p": stats.f.sf(f, df1, df2)})
show("relations", {"pearson": pearson, "spearman": spearman, "kendall": kendall, "ols": ols, "surface": surface})
