"""Scores of drawn rows with any number of labels, and mean reciprocal ranks of rows with one, by scikit-learn; for
tests/trainer/metrics_test.cpp.

Writes label_sets.json:  /usr/bin/python3 label_sets.py > label_sets.json   (Debian's python3-sklearn)
Of one label a row the label ranking average precision is the mean reciprocal rank.
"""
import json

import numpy
import sklearn
from sklearn import metrics

ROWS, CLASSES = 30, 5


def sets(seed):
    draw = numpy.random.RandomState(seed)
    members = draw.rand(ROWS, CLASSES) < [0.5, 0.3, 0.2, 0.1, 0.0]  # the last class never occurs
    predicted = members ^ (draw.rand(ROWS, CLASSES) < [0.2, 0.2, 0.1, 0.1, 0.0])
    scores = {"accuracy": metrics.accuracy_score(members, predicted)}
    for average in ("micro", "macro"):
        for name in ("precision", "recall", "f1"):
            score = getattr(metrics, f"{name}_score")
            scores[f"{average}_{name}"] = score(members, predicted, average=average, zero_division=0)
    return {"members": members.astype(int).flatten().tolist(), "predicted": predicted.astype(int).flatten().tolist(),
            "scores": {name: float(score) for name, score in scores.items()}}


def ranks(seed):
    draw = numpy.random.RandomState(seed)
    labels = draw.randint(0, CLASSES, ROWS)
    probabilities = numpy.round(draw.dirichlet(numpy.ones(CLASSES), ROWS), 1)  # ties among them
    mrr = metrics.label_ranking_average_precision_score(numpy.eye(CLASSES)[labels], probabilities)
    return {"labels": labels.tolist(), "probabilities": probabilities.flatten().tolist(), "mrr": float(mrr)}


print(json.dumps({
    "origin": f"label_sets.py with scikit-learn {sklearn.__version__} and numpy {numpy.__version__}",
    "classes": CLASSES, "sets": [sets(1), sets(2)], "ranks": [ranks(3), ranks(4)]}))
