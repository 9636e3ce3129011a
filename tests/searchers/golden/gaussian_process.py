# Golden numbers of the kernel, the Gaussian process and the acquisition, from second implementations.
# Debian 12: apt install python3-sklearn python3-scipy python3-mpmath; then
#   python3 tests/searchers/golden/gaussian_process.py > tests/searchers/golden/gaussian_process.json
import json
import mpmath
import numpy
import scipy
import scipy.stats
import sklearn
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern

origin = (f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, mpmath {mpmath.__version__}: "
          "python3 tests/searchers/golden/gaussian_process.py")


def regression(smoothness, lengths, noise):
    rng = numpy.random.default_rng(20)
    X, Z = rng.random((12, 3)), rng.random((5, 3))
    y = numpy.sin(5 * X[:, 0]) + X[:, 1] ** 2 - X[:, 2]
    radial = Matern(lengths, nu=2.5) if smoothness == "matern52" else RBF(lengths)
    model = GaussianProcessRegressor(radial, alpha=noise, optimizer=None).fit(X, y)
    mean, deviation = model.predict(Z, return_std=True)
    # The gradient by ln ℓ.
    value, slope = model.log_marginal_likelihood(numpy.log(lengths), eval_gradient=True)
    left_out = []
    for i in range(len(y)):
        rest = numpy.arange(len(y)) != i
        other = GaussianProcessRegressor(radial, alpha=noise, optimizer=None).fit(X[rest], y[rest])
        m, s = other.predict(X[i:i + 1], return_std=True)
        left_out.append([m[0], s[0] ** 2 + noise])
    return {"smoothness": smoothness, "lengths": lengths, "noise": noise, "X": X.tolist(), "y": y.tolist(),
            "Z": Z.tolist(), "covariances": radial(X, Z).tolist(), "means": mean.tolist(),
            "variances": (deviation ** 2).tolist(), "log_likelihood": value, "slope_by_log_length": slope.tolist(),
            "left_out": left_out}


def normal():
    mpmath.mp.dps = 50
    rows = []
    for z in [-1e6, -1000, -40, -30, -25.5, -24.5, -10, -4, -2, -1.01, -0.99, -0.5, 0, 0.5, 3, 10]:
        x = mpmath.mpf(z)
        if z < -100:  # φ/z² (1 − 3/z² + 15/z⁴ − 105/z⁶): further terms are below 1e-20
            u = 1 / x ** 2
            log_density = -x ** 2 / 2 - mpmath.log(2 * mpmath.pi) / 2
            log_h = log_density + mpmath.log(u * (1 - 3 * u + 15 * u ** 2 - 105 * u ** 3))
            log_below = log_density + mpmath.log((1 - u + 3 * u ** 2 - 15 * u ** 3) / -x)
        else:
            mpmath.mp.dps = 50 + int(x * x / 2)
            below = mpmath.ncdf(x)
            log_h = mpmath.log(mpmath.npdf(x) + x * below)
            log_below = mpmath.log(below)
        rows.append({"z": z, "log_h": float(log_h), "log_below": float(log_below)})
        mpmath.mp.dps = 50
    quantiles = [{"p": p, "z": float(scipy.stats.norm.ppf(p))} for p in [1e-12, 0.001, 0.3, 0.5, 0.9, 1 - 1e-9]]
    return {"logs": rows, "quantiles": quantiles}


print(json.dumps({"origin": origin,
                  "regressions": [regression("matern52", [0.3, 0.7, 1.5], 1e-3),
                                  regression("squared_exponential", [0.4, 0.5, 2.0], 1e-2)],
                  "normal": normal()}, indent=1))
