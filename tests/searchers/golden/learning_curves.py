# Three-parameter power laws by scipy.optimize.curve_fit (Levenberg-Marquardt), its covariance, and
# the interval of a new score from both. Versions and command: golden.py.
import numpy as np
from scipy import stats
from scipy.optimize import curve_fit

from golden import sample, show


def law(u, limit, gain, rate):
    return limit + gain * u ** -rate


cases = []
for seed, amounts, truth, noise in [
        (301, [1, 2, 4, 8, 16, 32, 64], (0.3, 0.5, 0.6), 0.002),
        (302, list(range(50, 1050, 50)), (2.0, 1.5, 0.35), 0.01),
        (303, [100, 200, 400, 800, 1600], (0.92, -0.1, 0.8), 0.0005),
        (304, [5, 5, 10, 10, 20, 20, 40, 40, 80, 80], (0.0, 3.0, 1.4), 0.05)]:
    unit = max(amounts)
    shares = np.array(amounts) / unit
    scores = [round(float(law(u, *truth)) + e, 6)
              for u, e in zip(shares, sample(seed, len(amounts), digits=6, scale=noise))]
    found, covariance = curve_fit(law, shares, scores, p0=truth, xtol=1e-15, ftol=1e-15, gtol=1e-15,
                                  maxfev=100000)
    residuals = np.array(scores) - law(shares, *found)
    degrees = len(scores) - 3
    deviation = np.sqrt(np.sum(residuals ** 2) / degrees)
    beyond = 2 * unit
    slope = np.array([1, 2 ** -found[2], -found[1] * 2 ** -found[2] * np.log(2)])
    reach = stats.t.ppf(0.975, degrees) * np.sqrt(deviation ** 2 + slope @ covariance @ slope)
    score = law(2.0, *found)
    cases.append({"amounts": amounts, "scores": scores, "limit": found[0], "gain": found[1],
                  "rate": found[2], "deviation": deviation, "beyond": beyond, "score": score,
                  "low": score - reach, "high": score + reach})
show("learning_curves", {"power_law": cases})
