"""Scores of drawn labels, predictions and probabilities by scikit-learn, for tests/trainer/metrics_test.cpp.

Writes metrics.json:  /usr/bin/python3 metrics.py > metrics.json   (Debian's python3-sklearn)
ECE is not in scikit-learn: it is written out here from Guo et al. 2017, equation 5.
"""
import json
import sys

import numpy
import sklearn
from sklearn import metrics

ROWS = 40


def ece(labels, probabilities, bins=15):
    confidence, predicted = probabilities.max(1), probabilities.argmax(1)
    total = 0.0
    for k in range(bins):
        inside = (confidence > k / bins) & (confidence <= (k + 1) / bins)
        if inside.any():
            total += inside.mean() * abs((predicted == labels)[inside].mean() - confidence[inside].mean())
    return total


def case(seed, classes):
    draw = numpy.random.RandomState(seed)
    labels = draw.randint(0, classes, ROWS)
    logits = draw.normal(size=(ROWS, classes)) + 1.2 * numpy.eye(classes)[labels]
    logits = numpy.round(logits, 1)  # ties among scores
    probabilities = numpy.exp(logits) / numpy.exp(logits).sum(1, keepdims=True)
    probabilities = numpy.round(probabilities, 7)
    predicted = probabilities.argmax(1)
    scores = {
        "accuracy": metrics.accuracy_score(labels, predicted),
        "macro_f1": metrics.f1_score(labels, predicted, average="macro"),
        "micro_f1": metrics.f1_score(labels, predicted, average="micro"),
        "macro_precision": metrics.precision_score(labels, predicted, average="macro", zero_division=0),
        "macro_recall": metrics.recall_score(labels, predicted, average="macro", zero_division=0),
        "micro_precision": metrics.precision_score(labels, predicted, average="micro"),
        "micro_recall": metrics.recall_score(labels, predicted, average="micro"),
        "mcc": metrics.matthews_corrcoef(labels, predicted),
        "ece": ece(labels, probabilities),
        "brier": ((probabilities - numpy.eye(classes)[labels]) ** 2).sum(1).mean(),
    }
    if classes == 2:
        for name in ("precision", "recall", "f1"):
            scores[f"binary_{name}"] = getattr(metrics, f"{name}_score")(labels, predicted)
        scores["auc_roc"] = metrics.roc_auc_score(labels, probabilities[:, 1])
        scores["brier"] = 2 * metrics.brier_score_loss(labels, probabilities[:, 1])
    return {"classes": classes, "labels": labels.tolist(), "probabilities": probabilities.flatten().tolist(),
            "scores": {name: float(score) for name, score in scores.items()}}


golden = {
    "origin": f"metrics.py with scikit-learn {sklearn.__version__} and numpy {numpy.__version__}: "
              "/usr/bin/python3 metrics.py",
    "cases": [case(1, 2), case(2, 4), case(3, 5)],
}
sys.stdout.write('{"origin": %s,\n "cases": [\n%s\n]}\n' % (
    json.dumps(golden["origin"]), ",\n".join("  " + json.dumps(found) for found in golden["cases"])))
