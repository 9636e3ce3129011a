# Cohen's d and Hedges' g from their formulae; intervals by inverting noncentral t, computed with
# mpmath (an integral over the standard deviation). Newcombe's interval (2006, method 5) by mpmath's
# root finder; Vargha-Delaney's A by counting. Versions and command: golden.py.
import numpy as np
from mpmath import exp, findroot, gamma, log, loggamma, mp, mpf, ncdf, quad, sqrt

from golden import sample, show

mp.dps = 20
mean_d, two, noncentral, dominance = [], [], [], []


def upper(t, v, delta):
    """P(T >= t) of noncentral t."""
    t, v, delta = mpf(t), mpf(v), mpf(delta)
    log_constant = log(2) + v / 2 * log(v / 2) - loggamma(v / 2)
    density = lambda s: exp(log_constant + (v - 1) * log(s) - v * s * s / 2) if s > 0 else mpf(0)
    sd = 1 / sqrt(2 * v)
    # Places where the deviation's density or the step of the normal distribution may turn.
    places = {max(mpf(0), 1 + k * sd) for k in (-40, -10, -4, -2, 0, 2, 4, 10, 20, 40)}
    if t != 0 and delta / t > 0:
        places |= {max(mpf(0), delta / t + k / abs(t)) for k in (-12, -6, -2, 0, 2, 6, 12)}
    low, high = max(mpf(0), 1 - 40 * sd), 1 + 40 * sd
    inside = sorted(p for p in places if low <= p <= high)
    return quad(lambda s: ncdf(delta - t * s) * density(s), [low] + [p for p in inside if low < p < high] + [high])


def interval(t, v):
    near = max(2, abs(t) / 2)
    solve = lambda p, guess: findroot(lambda d: upper(t, v, d) - p, (guess, guess + mpf("0.5")), solver="secant", tol=1e-28)
    return solve(mpf("0.025"), mpf(t) - 2), solve(mpf("0.975"), mpf(t) + 2)


def correction(v):
    return gamma(mpf(v) / 2) / (sqrt(mpf(v) / 2) * gamma((mpf(v) - 1) / 2))


for seed, n, shift in [(141, 3, 0.5), (142, 10, 0.8), (143, 30, -0.3), (144, 12, 3.0)]:
    x = sample(seed, n, shift=shift)
    d = mpf(np.mean(x)) / mpf(np.std(x, ddof=1))
    low, high = interval(d * sqrt(n), n - 1)
    j = correction(n - 1)
    mean_d.append({"x": x, "d": d, "g": j * d, "low": low / sqrt(n), "high": high / sqrt(n)})
for seed, n, m in [(151, 2, 3), (152, 8, 12), (153, 40, 25)]:
    x, y = sample(seed, n, shift=0.7), sample(seed + 50, m)
    pooled = sqrt(mpf(((n - 1) * np.var(x, ddof=1) + (m - 1) * np.var(y, ddof=1)) / (n + m - 2)))
    d, root = mpf(np.mean(x) - np.mean(y)) / pooled, sqrt(mpf(n * m) / (n + m))
    low, high = interval(d * root, n + m - 2)
    two.append({"x": x, "y": y, "d": d, "g": correction(n + m - 2) * d, "low": low / root, "high": high / root})
for t, v, delta in [(2, 4, 1), (30, 99, 25), (-1, 5, 3), (200, 1000, 195), (2000, 5000, 1980), (1500, 20, 1200), (0.5, 3, 0)]:
    noncentral.append({"t": t, "v": v, "delta": delta, "upper": upper(t, v, delta)})
z = mpf("1.959963984540054235524594430520551527")
for x, y in [([1, 2, 3, 4], [0, 1, 2]), ([5, 6, 7], [1, 2, 3, 4]), ([1, 1, 2], [1, 1, 1, 3]), (sample(161, 20, shift=0.5), sample(162, 30))]:
    n, m = len(x), len(y)
    a = mpf(sum((p > q) + 0.5 * (p == q) for p in x for q in y)) / (n * m)
    star = mpf(n + m) / 2 - 1
    f = lambda t: (a - t) ** 2 - z**2 * t * (1 - t) * (1 + star * ((1 - t) / (2 - t) + t / (1 + t))) / (n * m)
    solve = lambda lo, hi: findroot(f, (lo, hi), solver="anderson", tol=1e-30, verify=False)
    low = solve(mpf("1e-9"), a if a < 1 else mpf(1) - mpf("1e-9"))
    high = mpf(1) if a == 1 else solve(a, 1 - mpf("1e-9"))
    dominance.append({"x": x, "y": y, "a": a, "low": low, "high": high})
show("effect_sizes", {"mean": mean_d, "two": two, "noncentral": noncentral, "dominance": dominance})
