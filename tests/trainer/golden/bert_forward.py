"""Second implementation of the forward pass, row by row and head by head, in fp64 with numpy only.

Writes bert_forward.json:  /usr/bin/python3 bert_forward.py > bert_forward.json
The weights are those of tiny_bert.py.
"""
import json
import math
import sys

import numpy

from tiny_bert import C, EPSILON, HEADS, LAYERS, weights

ROWS = [[2, 7, 9, 41, 3], [2, 59, 3], [2, 10, 11, 12, 13, 14, 15, 3]]
LABELS = [2, 0, 1]


W = weights()


def apply(name, x):
    return x @ W[name + ".weight"].T + W[name + ".bias"]


def normalise(name, x):
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    return (x - mean) / numpy.sqrt(variance + EPSILON) * W[name + ".weight"] + W[name + ".bias"]


def gelu(x):
    return numpy.vectorize(lambda v: 0.5 * v * (1.0 + math.erf(v / math.sqrt(2.0))))(x)


def softmax(x):
    e = numpy.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attention(name, x):
    q, k, v = (apply(f"{name}.attention.self.{part}", x) for part in ("query", "key", "value"))
    size = C // HEADS
    heads = []
    for h in range(HEADS):
        part = slice(h * size, (h + 1) * size)
        heads.append(softmax(q[:, part] @ k[:, part].T / math.sqrt(size)) @ v[:, part])
    return apply(f"{name}.attention.output.dense", numpy.concatenate(heads, axis=1))


def encode(tokens):
    x = (W["embeddings.word_embeddings.weight"][tokens]
         + W["embeddings.position_embeddings.weight"][:len(tokens)]
         + W["embeddings.token_type_embeddings.weight"][0])
    x = normalise("embeddings.LayerNorm", x)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        x = normalise(f"{name}.attention.output.LayerNorm", attention(name, x) + x)
        inner = gelu(apply(f"{name}.intermediate.dense", x))
        x = normalise(f"{name}.output.LayerNorm", apply(f"{name}.output.dense", inner) + x)
    return x


hidden = [encode(row) for row in ROWS]
mean_logits = [apply("classifier", x.mean(axis=0)) for x in hidden]
cls_logits = [apply("classifier", numpy.tanh(apply("pooler.dense", x[0]))) for x in hidden]
loss = numpy.mean([-math.log(softmax(row)[label]) for row, label in zip(mean_logits, LABELS)])
json.dump({
    "origin": f"bert_forward.py with numpy {numpy.__version__}: /usr/bin/python3 bert_forward.py",
    "rows": ROWS,
    "labels": LABELS,
    "first_hidden": hidden[0].round(9).tolist(),
    "mean_logits": numpy.round(mean_logits, 9).tolist(),
    "cls_logits": numpy.round(cls_logits, 9).tolist(),
    "mean_loss": round(float(loss), 9),
}, sys.stdout, indent=1)
print()
