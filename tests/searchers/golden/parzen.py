"""Densities of Optuna's _ParzenEstimator, as golden numbers for models/parzen.

Optuna 3.1 leaves the bandwidth out of a cut normal's density, so that it does not integrate to one
(its issue 5109, corrected by its pull request 5110): put back here.

    /usr/bin/python3 tests/searchers/golden/parzen.py > tests/searchers/golden/parzen.json
"""

import json
import warnings

import numpy
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe import _truncnorm
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

# Ranges of which our unit cube is an affine image: u = x for x, (i + 1/2)/6 for i, the code for c.
SPACE = {
    "x": FloatDistribution(0, 1),
    "i": IntDistribution(0, 5),
    "c": CategoricalDistribution(("a", "b", "c", "d")),
    "y": FloatDistribution(0, 1),
}
PARAMETERS = _ParzenEstimatorParameters(
    consider_prior=True, prior_weight=1.0, consider_magic_clip=True, consider_endpoints=False,
    weights=default_weights, multivariate=True)


without_scale = _truncnorm.logpdf


def log_density_of_cut_normal(x, a, b, loc=0, scale=1):
    return without_scale(x, a, b, loc, scale) - numpy.log(scale)


_truncnorm.logpdf = log_density_of_cut_normal


def sampled(count, rng):
    return {"x": rng.rand(count) ** 2, "i": rng.randint(0, 6, count), "c": rng.randint(0, 4, count),
            "y": rng.rand(count)}


def rows(samples):
    return [[float(x), (int(i) + 0.5) / 6, int(c), float(y)]
            for x, i, c, y in zip(*(samples[name] for name in "xicy"))]


def main():
    cases = []
    for seed, count in enumerate([0, 1, 7, 26, 60]):
        rng = numpy.random.RandomState(seed)
        observations, at = sampled(count, rng), sampled(6, rng)
        estimator = _ParzenEstimator(observations, SPACE, PARAMETERS)
        cases.append({"observations": rows(observations), "at": rows(at),
                      "log_density": estimator.log_pdf(at).tolist()})
    origin = (f"python3-optuna {optuna.__version__}, _ParzenEstimator, multivariate: "
              "tests/searchers/golden/parzen.py")
    lines = ",\n".join(json.dumps(case) for case in cases)
    print(f'{{"origin": {json.dumps(origin)},\n"cases": [\n{lines}\n]}}')


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
