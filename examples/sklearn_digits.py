#!/usr/bin/env python3
"""Handwritten digits with a support vector machine, as any scikit-learn script: needs
python3-sklearn. Nothing in it is Winnow's: the study file says where its number is printed."""
import argparse

from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score
from sklearn.svm import SVC

parser = argparse.ArgumentParser()
parser.add_argument("--C", type=float, default=1.0)
parser.add_argument("--gamma", type=float, default=0.001)
parser.add_argument("--kernel", default="rbf")
arguments = parser.parse_args()

images, digits = load_digits(return_X_y=True)
model = SVC(C=arguments.C, gamma=arguments.gamma, kernel=arguments.kernel)
print(f"accuracy: {cross_val_score(model, images, digits, cv=3).mean():.6f}")
