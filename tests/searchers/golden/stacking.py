# scikit-learn's multinomial LogisticRegression on members' probabilities, differences to the first
# class. Its softmax has coefficients for every class and penalises them all: ours, with the first
# class as reference, is fitted here by scipy.optimize.minimize on the same sum, and scikit-learn's is
# the check on the loss for two classes, where the two models are one (a binary one has no reference).
# Packages: python3-sklearn 1.2.1+dfsg-1 beside those of golden.py.
import json

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from golden import plain

rng = np.random.RandomState(7)
cases = []
for n, classes, members, penalty in [(60, 2, 3, 0.01), (90, 3, 2, 0.1)]:
    labels = rng.randint(0, classes, n)
    tables = []
    for m in range(members):
        scores = rng.standard_normal((n, classes)) + 1.2 * np.eye(classes)[labels]
        table = np.exp(scores)
        tables.append(np.round(table / table.sum(axis=1, keepdims=True), 4))
    for table in tables:
        table[:, -1] = np.round(1 - table[:, :-1].sum(axis=1), 4)
    x = np.hstack([np.ones((n, 1))] + [table[:, 1:] for table in tables])
    k = classes - 1

    def loss(flat):
        b = flat.reshape(k, -1).T
        scores = np.hstack([np.zeros((n, 1)), x @ b])
        top = scores.max(axis=1, keepdims=True)
        log_p = scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True))
        return -log_p[np.arange(n), labels].mean() + penalty / 2 * (b[1:] ** 2).sum()

    found = minimize(loss, np.zeros(x.shape[1] * k), method="BFGS", options={"gtol": 1e-10})
    coefficients = found.x.reshape(k, -1).T
    case = {"labels": labels, "members": tables, "penalty": penalty, "coefficients": coefficients,
            "loss": found.fun}
    if classes == 2:
        theirs = LogisticRegression(C=1 / (n * penalty), tol=1e-12, max_iter=10000)
        theirs.fit(x[:, 1:], labels)
        case["sklearn"] = np.concatenate([theirs.intercept_, theirs.coef_[0]])
    cases.append(case)
rows = ",\n  ".join(json.dumps(plain(case)) for case in cases)
origin = "scipy 1.10.1, scikit-learn 1.2.1, numpy 1.24.2; command: python3 stacking.py > stacking.json"
print('{\n"origin": ' + json.dumps(origin) + ',\n"cases": [\n  ' + rows + "\n]\n}")
