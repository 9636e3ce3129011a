# What the scripts beside this one share: data of fixed seeds, and JSON with a row a line.
#
# Packages: Debian 12's python3-scipy 1.10.1-2, python3-statsmodels 0.13.5+dfsg-7, python3-mpmath
# 1.2.1-2, with /usr/bin/python3 3.11. They are no dependencies of the project, and python3-scipy
# cannot be installed beside libboost1.81-dev: run the scripts on another Debian 12, or unpack the
# packages with `dpkg -x` and name the place in PYTHONPATH.
#
# Each script prints one JSON object: `python3 NAME.py > NAME.json`.
import json
import math

import mpmath
import numpy
import scipy.special
import scipy.stats
import statsmodels

mpmath.mp.dps = 50

rough_stdtrit = scipy.special.stdtrit


def stdtrit(degrees, p):
    """Quantiles of Student's t. SciPy's, which all its intervals and statsmodels' powers take, end a
    search at an error of some 1e-9: Newton's steps on the distribution function make them exact."""
    t = rough_stdtrit(degrees, p)
    for _ in range(3):
        t = t - (scipy.special.stdtr(degrees, t) - p) / scipy.stats.t.pdf(t, degrees)
    return t


scipy.special.stdtrit = stdtrit


def sample(seed, n, digits=3, scale=1.0, shift=0.0):
    """n normal values, rounded so that the JSON is easy to read."""
    values = numpy.random.RandomState(seed).standard_normal(n) * scale + shift
    return [round(float(v), digits) for v in values]


def plain(value):
    """Numbers of any library as JSON has them; infinities as text."""
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(v) for v in value]
    if isinstance(value, (bool, numpy.bool_)):
        return bool(value)
    if isinstance(value, (int, numpy.integer)):
        return int(value)
    if isinstance(value, str):
        return value
    number = float(value)
    assert not math.isnan(number)
    return ("inf" if number > 0 else "-inf") if math.isinf(number) else number


def show(script, groups):
    """groups: name → list of cases, printed with a case a line."""
    origin = (f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}, "
              f"mpmath {mpmath.__version__}, numpy {numpy.__version__}; "
              f"command: python3 {script}.py > {script}.json")
    lines = [f'"origin": {json.dumps(origin)}']
    for name, cases in groups.items():
        rows = ",\n  ".join(json.dumps(plain(case)) for case in cases)
        lines.append(f'"{name}": [\n  {rows}\n]')
    print("{\n" + ",\n".join(lines) + "\n}")
