"""Generations of Debian's python3-cmaes, as golden numbers for models/covariance_adaptation.

    /usr/bin/python3 tests/searchers/golden/covariance_adaptation.py \
        > tests/searchers/golden/covariance_adaptation.json
"""

import json

import cmaes
import numpy


def trajectory(dimension, population, generations, seed):
    """Samples of ours, not of the optimiser's: both are told the same points."""
    rng = numpy.random.RandomState(seed)
    mean, sigma = rng.rand(dimension), 0.3
    optimizer = cmaes.CMA(mean=mean.copy(), sigma=sigma, population_size=population)
    steps = []
    for _ in range(generations):
        points = [rng.normal(mean, sigma) for _ in range(population)]
        losses = [float(sum(10.0 ** j * (x - 0.3) ** 2 for j, x in enumerate(p))) for p in points]
        optimizer.tell(list(zip(points, losses)))
        ranked = [points[k].tolist() for k in numpy.argsort(losses)]
        optimizer._eigen_decomposition()
        steps.append({"ranked": ranked, "mean": optimizer._mean.tolist(),
                      "step_size": float(optimizer._sigma), "covariance": optimizer._C.tolist()})
        mean, sigma = optimizer._mean.copy(), float(optimizer._sigma)
    return {"mean": rng_start(dimension, seed), "step_size": 0.3, "population": population, "steps": steps}


def rng_start(dimension, seed):
    return numpy.random.RandomState(seed).rand(dimension).tolist()


def main():
    cases = [trajectory(2, 6, 6, 1), trajectory(4, 8, 5, 2), trajectory(3, 12, 5, 3)]
    origin = f"python3-cmaes {cmaes.__version__}, CMA.tell: tests/searchers/golden/covariance_adaptation.py"
    lines = ",\n".join(json.dumps(case) for case in cases)
    print(f'{{"origin": {json.dumps(origin)},\n"cases": [\n{lines}\n]}}')


if __name__ == "__main__":
    main()
